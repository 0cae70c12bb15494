-- Owner: package casework. What an inbox says of a task stands in its index.
DROP INDEX tasks_listed;
CREATE INDEX tasks_listed ON tasks (party, post, due_at, case_id, no, due_flag, stage, kind, matter) WHERE listed;
