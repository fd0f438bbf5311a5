CREATE TABLE invite_mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    invite_id BIGINT NOT NULL REFERENCES invites (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    fault TEXT,
    asked_by BIGINT REFERENCES people (id) ON DELETE SET NULL,
    asked_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL
);
CREATE INDEX invite_mails_invite ON invite_mails (invite_id);
