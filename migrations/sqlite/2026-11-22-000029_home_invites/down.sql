ALTER TABLE invite_uses DROP COLUMN home_said;
ALTER TABLE invite_uses DROP COLUMN home_refusal;
ALTER TABLE invite_uses DROP COLUMN home_state;
ALTER TABLE invites DROP COLUMN home;
