CREATE INDEX access_changes_finished ON access_changes (finished_at, state);
