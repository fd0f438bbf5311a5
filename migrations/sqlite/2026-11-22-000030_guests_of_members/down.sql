DROP INDEX invites_made_by;
DROP INDEX invite_uses_invited_by;
ALTER TABLE invite_uses DROP COLUMN invited_by;
ALTER TABLE invites DROP COLUMN by_member;
ALTER TABLE groups DROP COLUMN for_guests;
ALTER TABLE groups DROP COLUMN guests;
