CREATE TABLE services (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    username TEXT,
    secret TEXT,
    is_4k BOOLEAN NOT NULL DEFAULT FALSE,
    is_default BOOLEAN NOT NULL DEFAULT FALSE,
    quality_profile_id BIGINT,
    quality_profile TEXT,
    root_folder TEXT,
    tags TEXT NOT NULL DEFAULT '[]',
    options TEXT NOT NULL DEFAULT '{}',
    hook_secret TEXT,
    hook_hash TEXT UNIQUE,
    hook_id BIGINT,
    from_file BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (kind, name)
);

CREATE TABLE service_offers (
    service_id BIGINT PRIMARY KEY NOT NULL REFERENCES services (id) ON DELETE CASCADE,
    profiles TEXT NOT NULL,
    root_folders TEXT NOT NULL,
    tags TEXT NOT NULL,
    read_at TIMESTAMP NOT NULL,
    sizes TEXT NOT NULL DEFAULT '{}',
    sizes_at TIMESTAMP
);

CREATE TABLE service_health (
    key TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    up BOOLEAN NOT NULL,
    message TEXT,
    version TEXT,
    latency_ms BIGINT,
    since TIMESTAMP NOT NULL,
    checked_at TIMESTAMP NOT NULL
);

CREATE TABLE jobs (
    name TEXT PRIMARY KEY NOT NULL,
    schedule TEXT NOT NULL,
    enabled BOOLEAN NOT NULL DEFAULT TRUE,
    next_run_at TIMESTAMP,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    job TEXT NOT NULL,
    state TEXT NOT NULL,
    cause TEXT NOT NULL,
    asked_by BIGINT REFERENCES people (id) ON DELETE SET NULL,
    started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    done BIGINT NOT NULL DEFAULT 0,
    total BIGINT,
    current TEXT,
    result TEXT NOT NULL DEFAULT '{}',
    error TEXT,
    lease_token TEXT NOT NULL,
    lease_until TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX runs_one_at_a_time ON runs (job) WHERE state = 'running';
CREATE INDEX runs_job ON runs (job, id);
