ALTER TABLE shares ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
UPDATE shares SET settings = json_build_object(
    'allow_sync', allow_sync,
    'allow_camera_upload', allow_camera_upload,
    'allow_tuners', CASE WHEN allow_tuners THEN 1 ELSE 0 END,
    'filter_all', coalesce(filter_all, ''),
    'filter_movies', coalesce(filter_movies, ''),
    'filter_television', coalesce(filter_television, '')
)::text;
ALTER TABLE shares
    DROP COLUMN allow_sync,
    DROP COLUMN allow_camera_upload,
    DROP COLUMN allow_tuners,
    DROP COLUMN filter_all,
    DROP COLUMN filter_movies,
    DROP COLUMN filter_television;
