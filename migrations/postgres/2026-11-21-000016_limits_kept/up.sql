-- When Plex last said that it keeps what somebody may do in a restriction profile of its own.
ALTER TABLE people ADD COLUMN limits_kept_at TIMESTAMP;
