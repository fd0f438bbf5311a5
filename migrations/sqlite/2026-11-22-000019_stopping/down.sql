ALTER TABLE access_changes DROP COLUMN stopping;
