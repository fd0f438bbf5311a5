DROP TABLE mail_changes;
ALTER TABLE people DROP COLUMN email_confirmed_at;
