DROP TABLE activity;
DROP TABLE outbox;
