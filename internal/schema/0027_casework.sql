-- Owner: package casework. What was written and not signed lapses as what was not
-- written, so both are found when their time has run out.
CREATE INDEX tasks_lapse ON tasks (due_at, case_id) WHERE lapses AND state <> 'done';
