-- Which episodes are there in 4K: a series as such has no picture. The next pass over each library reads everything.
ALTER TABLE episodes ADD COLUMN is_4k BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE libraries SET full_sync_at = NULL, pass_total = NULL, cursor = 0, cursor_kind = 'titles' WHERE kind = 'show';
