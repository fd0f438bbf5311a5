ALTER TABLE access_changes DROP COLUMN wrote_over;
