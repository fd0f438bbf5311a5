ALTER TABLE shares ADD COLUMN allow_sync BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE shares ADD COLUMN allow_camera_upload BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE shares ADD COLUMN allow_tuners BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE shares ADD COLUMN filter_all TEXT;
ALTER TABLE shares ADD COLUMN filter_movies TEXT;
ALTER TABLE shares ADD COLUMN filter_television TEXT;
UPDATE shares SET
    allow_sync = coalesce((settings::json->>'allow_sync')::boolean, FALSE),
    allow_camera_upload = coalesce((settings::json->>'allow_camera_upload')::boolean, FALSE),
    allow_tuners = coalesce((settings::json->>'allow_tuners')::bigint, 0) > 0,
    filter_all = nullif(settings::json->>'filter_all', ''),
    filter_movies = nullif(settings::json->>'filter_movies', ''),
    filter_television = nullif(settings::json->>'filter_television', '');
ALTER TABLE shares DROP COLUMN settings;
