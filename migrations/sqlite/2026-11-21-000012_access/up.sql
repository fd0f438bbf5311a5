CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    position INTEGER NOT NULL DEFAULT 0,
    for_newcomers BOOLEAN NOT NULL DEFAULT FALSE,
    requests_movies BOOLEAN NOT NULL DEFAULT TRUE,
    requests_series BOOLEAN NOT NULL DEFAULT TRUE,
    requests_4k BOOLEAN NOT NULL DEFAULT FALSE,
    auto_approve BOOLEAN NOT NULL DEFAULT FALSE,
    sees_requests BOOLEAN NOT NULL DEFAULT FALSE,
    movie_quota INTEGER,
    season_quota INTEGER,
    allow_sync BOOLEAN NOT NULL DEFAULT FALSE,
    allow_camera_upload BOOLEAN NOT NULL DEFAULT FALSE,
    allow_tuners BOOLEAN NOT NULL DEFAULT FALSE,
    ceiling INTEGER,
    starts_at TIMESTAMP,
    ends_at TIMESTAMP,
    weekly TEXT NOT NULL DEFAULT '[]',
    rules TEXT NOT NULL DEFAULT '[]',
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX groups_name ON groups (lower(name));

CREATE TABLE group_libraries (
    group_id BIGINT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    library_id BIGINT NOT NULL REFERENCES libraries (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, library_id)
);

CREATE TABLE group_members (
    group_id BIGINT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    since TIMESTAMP NOT NULL,
    PRIMARY KEY (group_id, person_id)
);
CREATE INDEX group_members_person ON group_members (person_id);

CREATE TABLE grants (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    library_id BIGINT NOT NULL REFERENCES libraries (id) ON DELETE CASCADE,
    starts_at TIMESTAMP,
    ends_at TIMESTAMP,
    weekly TEXT NOT NULL DEFAULT '[]',
    note TEXT NOT NULL DEFAULT '',
    granted_by BIGINT REFERENCES people (id) ON DELETE SET NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX grants_person ON grants (person_id);

CREATE TABLE exclusions (
    person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    library_id BIGINT NOT NULL REFERENCES libraries (id) ON DELETE CASCADE,
    excluded_by BIGINT REFERENCES people (id) ON DELETE SET NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, library_id)
);

CREATE TABLE sent_shares (
    person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    server_id BIGINT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    given TEXT NOT NULL,
    sent_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, server_id)
);

CREATE TABLE spared_changes (
    person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    server_id BIGINT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    given TEXT NOT NULL,
    spared_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, server_id)
);

CREATE TABLE access_batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    cause TEXT NOT NULL,
    made_by BIGINT REFERENCES people (id) ON DELETE SET NULL,
    made_at TIMESTAMP NOT NULL,
    undoes BIGINT
);

CREATE TABLE access_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    batch_id BIGINT NOT NULL REFERENCES access_batches (id) ON DELETE CASCADE,
    person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    server_id BIGINT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    error TEXT,
    attempt INTEGER NOT NULL DEFAULT 0,
    finished_at TIMESTAMP
);
CREATE INDEX access_changes_batch ON access_changes (batch_id, state);
CREATE INDEX access_changes_person ON access_changes (person_id, id);
CREATE UNIQUE INDEX access_changes_one_open ON access_changes (person_id, server_id) WHERE state = 'waiting';
