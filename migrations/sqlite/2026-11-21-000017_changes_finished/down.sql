DROP INDEX access_changes_finished;
