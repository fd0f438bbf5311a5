ALTER TABLE people ADD COLUMN email_confirmed_at TIMESTAMP;

CREATE TABLE mail_changes (
    person_id BIGINT PRIMARY KEY NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    old_email TEXT,
    new_email TEXT NOT NULL,
    mark TEXT NOT NULL,
    asked_at TIMESTAMP NOT NULL
);
