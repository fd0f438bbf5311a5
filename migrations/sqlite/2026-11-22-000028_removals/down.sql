DROP TABLE removals;
ALTER TABLE people DROP COLUMN removed_at;
