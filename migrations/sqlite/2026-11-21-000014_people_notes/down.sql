DROP TABLE merges;
ALTER TABLE shares DROP COLUMN missed_at;
ALTER TABLE people DROP COLUMN missed_at;
ALTER TABLE people DROP COLUMN keep;
ALTER TABLE people DROP COLUMN notes;
