ALTER TABLE access_changes DROP COLUMN refusal;
DROP TABLE person_flags;
DROP TABLE invite_uses;
DROP TABLE guests;
