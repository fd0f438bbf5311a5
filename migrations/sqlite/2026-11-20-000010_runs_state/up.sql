CREATE INDEX runs_state ON runs (state, id);
