DROP TABLE downloads;
DROP TABLE request_follows;
DROP TABLE request_events;
DROP TABLE requests;
