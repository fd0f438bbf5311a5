-- It is being made, and shall not be tried again.
ALTER TABLE access_changes ADD COLUMN stopping BOOLEAN NOT NULL DEFAULT FALSE;
