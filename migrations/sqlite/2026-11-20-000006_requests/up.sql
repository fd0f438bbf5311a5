CREATE TABLE requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    title_id BIGINT NOT NULL REFERENCES titles (id),
    kind TEXT NOT NULL,
    asker_id BIGINT NOT NULL REFERENCES people (id),
    scope TEXT,
    seasons TEXT,
    is_4k BOOLEAN NOT NULL DEFAULT FALSE,
    stage TEXT NOT NULL,
    lit_stage TEXT NOT NULL,
    cause TEXT,
    cause_detail TEXT,
    reason TEXT,
    note TEXT,
    service_id BIGINT REFERENCES services (id) ON DELETE SET NULL,
    quality_profile_id BIGINT,
    root_folder TEXT,
    tags TEXT,
    arr_id BIGINT,
    added_by_us BOOLEAN NOT NULL DEFAULT FALSE,
    estimated_bytes BIGINT,
    searches INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    missed_reads INTEGER NOT NULL DEFAULT 0,
    wanted TEXT,
    decided_by BIGINT REFERENCES people (id),
    decided_at TIMESTAMP,
    stage_at TIMESTAMP NOT NULL,
    checked_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX requests_one_film ON requests (title_id, is_4k)
    WHERE kind = 'movie' AND stage NOT IN ('declined', 'withdrawn', 'gone');
CREATE INDEX requests_stage ON requests (stage, created_at);
CREATE INDEX requests_asker ON requests (asker_id, created_at);
CREATE INDEX requests_title ON requests (title_id);
CREATE INDEX requests_arr ON requests (service_id, arr_id);

CREATE TABLE request_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    request_id BIGINT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    stage TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    note TEXT,
    actor_id BIGINT REFERENCES people (id) ON DELETE SET NULL
);
CREATE INDEX request_events_request ON request_events (request_id, id);

CREATE TABLE request_follows (
    request_id BIGINT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (request_id, person_id)
);
CREATE INDEX request_follows_person ON request_follows (person_id);

CREATE TABLE downloads (
    request_id BIGINT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    download_id TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    size BIGINT NOT NULL,
    size_left BIGINT NOT NULL,
    speed BIGINT,
    eta TIMESTAMP,
    message TEXT,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (request_id, download_id)
);
CREATE INDEX downloads_id ON downloads (download_id);
