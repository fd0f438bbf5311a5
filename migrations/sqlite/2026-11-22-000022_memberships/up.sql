CREATE TABLE memberships (
    person_id BIGINT PRIMARY KEY NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    ends_at TIMESTAMP,
    paused_at TIMESTAMP,
    asked_at TIMESTAMP,
    told_days INTEGER,
    granted INTEGER NOT NULL
);
