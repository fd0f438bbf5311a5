ALTER TABLE shares ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
UPDATE shares SET settings = json_object(
    'allow_sync', json(CASE WHEN allow_sync THEN 'true' ELSE 'false' END),
    'allow_camera_upload', json(CASE WHEN allow_camera_upload THEN 'true' ELSE 'false' END),
    'allow_tuners', CASE WHEN allow_tuners THEN 1 ELSE 0 END,
    'filter_all', coalesce(filter_all, ''),
    'filter_movies', coalesce(filter_movies, ''),
    'filter_television', coalesce(filter_television, '')
);
ALTER TABLE shares DROP COLUMN allow_sync;
ALTER TABLE shares DROP COLUMN allow_camera_upload;
ALTER TABLE shares DROP COLUMN allow_tuners;
ALTER TABLE shares DROP COLUMN filter_all;
ALTER TABLE shares DROP COLUMN filter_movies;
ALTER TABLE shares DROP COLUMN filter_television;
