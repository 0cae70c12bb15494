-- Owner: package casework. What lists are read by: nothing is counted or sorted
-- when a page is asked for.

-- A task stands in an inbox while it is open and its case is filed.
ALTER TABLE tasks ADD COLUMN listed BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE tasks SET listed = TRUE WHERE state = 'open' AND EXISTS (SELECT 1 FROM cases c WHERE c.id = tasks.case_id AND c.filed_at <> '');
DROP INDEX tasks_open;
-- What an inbox shows of a task, so that nobody reads its JSON for a line of a list.
ALTER TABLE tasks ADD COLUMN matter TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN verdict TEXT NOT NULL DEFAULT '';
CREATE INDEX tasks_listed ON tasks (party, post, due_at, case_id, no, due_flag) WHERE listed;

-- When the case was filed, so that a party's cases are in order.
ALTER TABLE case_parties ADD COLUMN filed_at TEXT NOT NULL DEFAULT '';
UPDATE case_parties SET filed_at = (SELECT c.filed_at FROM cases c WHERE c.id = case_parties.case_id);
CREATE INDEX case_parties_filed ON case_parties (party, filed_at, case_id) WHERE filed_at <> '';

CREATE INDEX circulations_party ON circulations (party, at, id);
DROP INDEX circulations_unread;

-- How many there are, kept by triggers: listed tasks (todo), what a unit brought
-- and what is open of it (open, draft), what it was told and has not read (unread).
CREATE TABLE tallies (
	party TEXT   NOT NULL,
	post  TEXT   NOT NULL,
	kind  TEXT   NOT NULL CHECK (kind IN ('todo', 'open', 'draft', 'unread')),
	n     BIGINT NOT NULL CHECK (n >= 0),
	PRIMARY KEY (party, post, kind)
);
INSERT INTO tallies (party, post, kind, n) SELECT party, post, 'todo', count(*) FROM tasks WHERE listed GROUP BY party, post;
INSERT INTO tallies (party, post, kind, n) SELECT 'u:' || owner_unit, '', CASE WHEN filed_at = '' THEN 'draft' ELSE 'open' END, count(*)
	FROM cases WHERE stage <> 'closed' GROUP BY 1, 3;
INSERT INTO tallies (party, post, kind, n) SELECT party, '', 'unread', count(*) FROM circulations WHERE read_at = '' GROUP BY party;
