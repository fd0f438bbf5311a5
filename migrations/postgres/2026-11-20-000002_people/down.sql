DROP TABLE notice_choices;
DROP TABLE link_uses;
DROP TABLE plex_sign_ins;
DROP TABLE api_keys;
DROP TABLE sessions;
DROP TABLE people;
