DROP INDEX runs_state;
