ALTER TABLE shares ADD COLUMN allow_sync BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE shares ADD COLUMN allow_camera_upload BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE shares ADD COLUMN allow_tuners BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE shares ADD COLUMN filter_all TEXT;
ALTER TABLE shares ADD COLUMN filter_movies TEXT;
ALTER TABLE shares ADD COLUMN filter_television TEXT;
UPDATE shares SET
    allow_sync = coalesce(json_extract(settings, '$.allow_sync'), FALSE),
    allow_camera_upload = coalesce(json_extract(settings, '$.allow_camera_upload'), FALSE),
    allow_tuners = coalesce(json_extract(settings, '$.allow_tuners'), 0) > 0,
    filter_all = nullif(json_extract(settings, '$.filter_all'), ''),
    filter_movies = nullif(json_extract(settings, '$.filter_movies'), ''),
    filter_television = nullif(json_extract(settings, '$.filter_television'), '');
ALTER TABLE shares DROP COLUMN settings;
