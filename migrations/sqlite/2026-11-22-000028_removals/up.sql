ALTER TABLE people ADD COLUMN removed_at TIMESTAMP;

CREATE TABLE removals (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    way TEXT NOT NULL,
    state TEXT NOT NULL,
    problem TEXT,
    attempt INTEGER NOT NULL DEFAULT 1,
    made_by BIGINT REFERENCES people (id) ON DELETE SET NULL,
    made_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    closed BOOLEAN NOT NULL,
    before_ends_at TIMESTAMP
);
CREATE INDEX removals_person ON removals (person_id);
CREATE UNIQUE INDEX removals_waiting ON removals (person_id) WHERE state = 'waiting';
