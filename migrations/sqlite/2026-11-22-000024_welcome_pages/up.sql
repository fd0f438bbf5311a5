CREATE TABLE welcome_pages (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    position INTEGER NOT NULL,
    gate_label TEXT,
    gate_url TEXT,
    for_everybody BOOLEAN NOT NULL,
    enabled BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE welcome_page_invites (
    page_id BIGINT NOT NULL REFERENCES welcome_pages (id) ON DELETE CASCADE,
    invite_id BIGINT NOT NULL REFERENCES invites (id) ON DELETE CASCADE,
    PRIMARY KEY (page_id, invite_id)
);

CREATE TABLE welcome_reads (
    person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    page_id BIGINT NOT NULL REFERENCES welcome_pages (id) ON DELETE CASCADE,
    pressed_at TIMESTAMP,
    read_at TIMESTAMP,
    PRIMARY KEY (person_id, page_id)
);

CREATE TABLE welcome_pictures (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    format TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    content TEXT NOT NULL,
    added_at TIMESTAMP NOT NULL
);
