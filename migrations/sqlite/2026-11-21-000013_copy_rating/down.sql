DROP INDEX copies_title;
CREATE INDEX copies_title ON copies (title_id, library_id);
ALTER TABLE copies DROP COLUMN age;
ALTER TABLE copies DROP COLUMN rating;
