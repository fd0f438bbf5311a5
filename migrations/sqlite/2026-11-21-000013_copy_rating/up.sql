-- How old one has to be, by the rating of each copy: 99 where nobody knows. It is in the index, as it is asked of every
-- title that is looked for. The next pass over each library reads everything, and with it the ratings.
ALTER TABLE copies ADD COLUMN rating TEXT;
ALTER TABLE copies ADD COLUMN age INTEGER NOT NULL DEFAULT 99;
DROP INDEX copies_title;
CREATE INDEX copies_title ON copies (title_id, library_id, age);
UPDATE libraries SET full_sync_at = NULL, pass_total = NULL, cursor = 0, cursor_kind = 'titles';
