ALTER TABLE groups ADD COLUMN guests INTEGER NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN for_guests BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE invites ADD COLUMN by_member BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE invite_uses ADD COLUMN invited_by BIGINT REFERENCES people (id) ON DELETE SET NULL;
CREATE INDEX invite_uses_invited_by ON invite_uses (invited_by);
CREATE INDEX invites_made_by ON invites (made_by);
