CREATE TABLE guests (
    id TEXT PRIMARY KEY NOT NULL,
    plex_id BIGINT NOT NULL,
    uuid TEXT,
    username TEXT,
    email TEXT,
    name TEXT NOT NULL,
    thumb TEXT,
    token TEXT NOT NULL,
    signed_in_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);

CREATE TABLE invite_uses (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    invite_id BIGINT REFERENCES invites (id) ON DELETE SET NULL,
    plex_id BIGINT NOT NULL,
    person_id BIGINT REFERENCES people (id) ON DELETE SET NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    refusal TEXT,
    batch_id BIGINT REFERENCES access_batches (id) ON DELETE SET NULL,
    began_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX invite_uses_guest ON invite_uses (invite_id, plex_id);
CREATE INDEX invite_uses_batch ON invite_uses (batch_id);
CREATE INDEX invite_uses_person ON invite_uses (person_id);

CREATE TABLE person_flags (
    person_id BIGINT PRIMARY KEY NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    allow_sync BOOLEAN NOT NULL,
    allow_camera_upload BOOLEAN NOT NULL,
    allow_tuners BOOLEAN NOT NULL
);

ALTER TABLE access_changes ADD COLUMN refusal TEXT;
