CREATE TABLE invites (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    code TEXT NOT NULL,
    label TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    gives TEXT NOT NULL,
    allow_sync BOOLEAN NOT NULL DEFAULT FALSE,
    allow_camera_upload BOOLEAN NOT NULL DEFAULT FALSE,
    allow_tuners BOOLEAN NOT NULL DEFAULT FALSE,
    uses INTEGER,
    used INTEGER NOT NULL DEFAULT 0,
    expires_at TIMESTAMP,
    paused BOOLEAN NOT NULL DEFAULT FALSE,
    made_by BIGINT REFERENCES people (id) ON DELETE SET NULL,
    made_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX invites_code ON invites (code);

CREATE TABLE invite_groups (
    invite_id BIGINT NOT NULL REFERENCES invites (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    PRIMARY KEY (invite_id, group_id)
);

CREATE TABLE invite_libraries (
    invite_id BIGINT NOT NULL REFERENCES invites (id) ON DELETE CASCADE,
    library_id BIGINT NOT NULL REFERENCES libraries (id) ON DELETE CASCADE,
    PRIMARY KEY (invite_id, library_id)
);
