CREATE TABLE ask_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    code TEXT NOT NULL,
    label TEXT NOT NULL DEFAULT '',
    expires_at TIMESTAMP,
    paused BOOLEAN NOT NULL DEFAULT FALSE,
    made_by BIGINT REFERENCES people (id) ON DELETE SET NULL,
    made_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX ask_links_code ON ask_links (code);

CREATE TABLE ask_link_groups (
    link_id BIGINT NOT NULL REFERENCES ask_links (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    PRIMARY KEY (link_id, group_id)
);

CREATE TABLE access_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    link_id BIGINT REFERENCES ask_links (id) ON DELETE SET NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    message TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP,
    decided_at TIMESTAMP,
    decided_by BIGINT REFERENCES people (id) ON DELETE SET NULL,
    reason TEXT,
    invite_id BIGINT REFERENCES invites (id) ON DELETE SET NULL
);
CREATE INDEX access_requests_state ON access_requests (state);
CREATE INDEX access_requests_email ON access_requests (email);
CREATE UNIQUE INDEX access_requests_open ON access_requests (email) WHERE state = 'open';
