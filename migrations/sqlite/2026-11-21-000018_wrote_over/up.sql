-- What Plex gave right before the first write of a change; the word null where there was no share.
ALTER TABLE access_changes ADD COLUMN wrote_over TEXT;
