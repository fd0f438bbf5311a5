DROP INDEX activity_actor;
DROP INDEX activity_request;
