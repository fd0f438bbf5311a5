CREATE TABLE titles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL,
    tmdb_id BIGINT,
    tvdb_id BIGINT,
    imdb_id TEXT,
    title TEXT NOT NULL,
    original_title TEXT,
    sort_title TEXT NOT NULL,
    year INTEGER,
    overview TEXT,
    certification TEXT,
    genres TEXT NOT NULL DEFAULT '[]',
    runtime_minutes BIGINT,
    status TEXT,
    network TEXT,
    poster TEXT,
    release_date DATE,
    search_text TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX titles_film ON titles (tmdb_id) WHERE kind = 'movie';
CREATE UNIQUE INDEX titles_series ON titles (tvdb_id) WHERE kind = 'series';
CREATE INDEX titles_tmdb ON titles (tmdb_id);
CREATE INDEX titles_tvdb ON titles (tvdb_id);
CREATE INDEX titles_imdb ON titles (imdb_id);
CREATE INDEX titles_search_text ON titles (search_text);

CREATE TABLE copies (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    server_id BIGINT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    library_id BIGINT NOT NULL REFERENCES libraries (id) ON DELETE CASCADE,
    title_id BIGINT NOT NULL REFERENCES titles (id) ON DELETE CASCADE,
    rating_key TEXT NOT NULL,
    guid TEXT,
    thumb TEXT,
    is_4k BOOLEAN NOT NULL DEFAULT FALSE,
    leaf_count BIGINT,
    added_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP,
    pass BIGINT NOT NULL,
    missed_passes INTEGER NOT NULL DEFAULT 0,
    UNIQUE (server_id, rating_key)
);
CREATE INDEX copies_title ON copies (title_id, library_id);
CREATE INDEX copies_library ON copies (library_id, added_at);
CREATE INDEX copies_added ON copies (added_at);

CREATE TABLE episodes (
    copy_id BIGINT NOT NULL REFERENCES copies (id) ON DELETE CASCADE,
    season INTEGER NOT NULL,
    number INTEGER NOT NULL,
    rating_key TEXT NOT NULL,
    added_at TIMESTAMP NOT NULL,
    pass BIGINT NOT NULL,
    missed_passes INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (copy_id, season, number)
);
CREATE INDEX episodes_added ON episodes (added_at);

-- Every word of every title, and what is left of its first four letters when one is dropped:
-- two words are at most one slip apart only if such leftovers meet.
CREATE TABLE search_words (
    word TEXT PRIMARY KEY NOT NULL
);
CREATE TABLE search_variants (
    variant TEXT NOT NULL,
    word TEXT NOT NULL,
    PRIMARY KEY (variant, word)
);

CREATE TABLE image_hosts (
    host TEXT PRIMARY KEY NOT NULL,
    learned_at TIMESTAMP NOT NULL
);

CREATE VIRTUAL TABLE title_search USING fts5 (
    search_text, content = 'titles', content_rowid = 'id', prefix = '1 2 3', detail = 'none', tokenize = 'ascii'
);
CREATE TRIGGER titles_search_insert AFTER INSERT ON titles BEGIN
    INSERT INTO title_search (rowid, search_text) VALUES (new.id, new.search_text);
END;
CREATE TRIGGER titles_search_delete AFTER DELETE ON titles BEGIN
    INSERT INTO title_search (title_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
END;
CREATE TRIGGER titles_search_update AFTER UPDATE OF search_text ON titles WHEN old.search_text <> new.search_text BEGIN
    INSERT INTO title_search (title_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
    INSERT INTO title_search (rowid, search_text) VALUES (new.id, new.search_text);
END;
