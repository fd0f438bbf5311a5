CREATE INDEX activity_actor ON activity (actor_id, id);
CREATE INDEX activity_request ON activity (request_id, id);
