ALTER TABLE invite_uses DROP COLUMN is_newcomer;
ALTER TABLE invites DROP COLUMN stay;
