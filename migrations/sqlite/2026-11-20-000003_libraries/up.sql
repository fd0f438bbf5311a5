CREATE TABLE servers (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    token TEXT NOT NULL,
    machine_id TEXT UNIQUE,
    version TEXT,
    owner_plex_id BIGINT,
    default_library TEXT,
    from_file BOOLEAN NOT NULL DEFAULT FALSE,
    position INTEGER NOT NULL DEFAULT 0,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE libraries (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    server_id BIGINT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    section_key TEXT NOT NULL,
    section_id BIGINT,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    agent TEXT NOT NULL,
    pass BIGINT NOT NULL DEFAULT 0,
    cursor BIGINT NOT NULL DEFAULT 0,
    cursor_kind TEXT NOT NULL DEFAULT 'titles',
    pass_total BIGINT,
    last_total BIGINT,
    episode_total BIGINT,
    newest_at TIMESTAMP,
    full_sync_at TIMESTAMP,
    synced_at TIMESTAMP,
    missed_reads INTEGER NOT NULL DEFAULT 0,
    gone_at TIMESTAMP,
    UNIQUE (server_id, section_key)
);

CREATE TABLE shares (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    server_id BIGINT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    plex_share_id BIGINT,
    accepted BOOLEAN NOT NULL,
    all_libraries BOOLEAN NOT NULL,
    allow_sync BOOLEAN NOT NULL DEFAULT FALSE,
    allow_camera_upload BOOLEAN NOT NULL DEFAULT FALSE,
    allow_tuners BOOLEAN NOT NULL DEFAULT FALSE,
    filter_all TEXT,
    filter_movies TEXT,
    filter_television TEXT,
    invited_at TIMESTAMP,
    accepted_at TIMESTAMP,
    missed_reads INTEGER NOT NULL DEFAULT 0,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (server_id, person_id)
);
CREATE INDEX shares_person ON shares (person_id);

CREATE TABLE share_libraries (
    share_id BIGINT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    library_id BIGINT NOT NULL REFERENCES libraries (id) ON DELETE CASCADE,
    PRIMARY KEY (share_id, library_id)
);
