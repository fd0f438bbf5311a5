ALTER TABLE people DROP COLUMN limits_kept_at;
