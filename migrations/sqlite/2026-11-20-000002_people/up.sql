CREATE TABLE people (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    username TEXT,
    password_hash TEXT,
    role TEXT NOT NULL,
    plex_id BIGINT UNIQUE,
    plex_username TEXT,
    plex_token TEXT,
    thumb TEXT,
    is_owner BOOLEAN NOT NULL DEFAULT FALSE,
    home BOOLEAN NOT NULL DEFAULT FALSE,
    restricted BOOLEAN NOT NULL DEFAULT FALSE,
    theme TEXT NOT NULL DEFAULT 'system',
    missed_reads INTEGER NOT NULL DEFAULT 0,
    gone_at TIMESTAMP,
    last_seen_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX people_username ON people (lower(username));
CREATE INDEX people_email ON people (lower(email));
CREATE INDEX people_name ON people (lower(name));

CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    user_agent TEXT,
    address TEXT,
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP
);
CREATE INDEX sessions_person ON sessions (person_id);

CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    prefix TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    revoked_at TIMESTAMP
);

CREATE TABLE plex_sign_ins (
    id TEXT PRIMARY KEY NOT NULL,
    pin_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    purpose TEXT NOT NULL,
    return_to TEXT,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    asking_until TIMESTAMP,
    verdict TEXT,
    person_id BIGINT REFERENCES people (id) ON DELETE CASCADE
);

CREATE TABLE link_uses (
    token_hash TEXT PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL,
    used_at TIMESTAMP NOT NULL
);

CREATE TABLE notice_choices (
    person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    by_mail BOOLEAN NOT NULL,
    PRIMARY KEY (person_id, event)
);
