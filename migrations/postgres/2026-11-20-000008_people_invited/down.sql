ALTER TABLE people DROP COLUMN invited;
