CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    dedupe_key TEXT NOT NULL UNIQUE,
    lane TEXT,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at TIMESTAMP NOT NULL,
    lease_token TEXT,
    lease_until TIMESTAMP,
    last_error TEXT,
    created_at TIMESTAMP NOT NULL,
    settled_at TIMESTAMP
);
CREATE INDEX outbox_due ON outbox (state, due_at);
CREATE INDEX outbox_lane ON outbox (lane, state, id);

CREATE TABLE activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at TIMESTAMP NOT NULL,
    kind TEXT NOT NULL,
    actor_id BIGINT REFERENCES people (id) ON DELETE SET NULL,
    actor TEXT NOT NULL,
    person_id BIGINT REFERENCES people (id) ON DELETE SET NULL,
    request_id BIGINT REFERENCES requests (id) ON DELETE SET NULL,
    subject TEXT NOT NULL,
    detail TEXT,
    before TEXT,
    after TEXT
);
CREATE INDEX activity_at ON activity (at);
CREATE INDEX activity_kind ON activity (kind, id);
CREATE INDEX activity_person ON activity (person_id, id);
