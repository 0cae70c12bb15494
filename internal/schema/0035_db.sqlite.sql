-- One tree where there were two: a form's number finds its row, and a line's number
-- is its place. PostgreSQL keeps its tables so by itself.
CREATE TABLE submissions_now (
	id       TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32),
	owner    TEXT NOT NULL CHECK (owner <> ''),
	at       TEXT NOT NULL CHECK (at <> ''),
	what     TEXT NOT NULL,
	number   TEXT NOT NULL DEFAULT '',
	location TEXT NOT NULL CHECK (location <> '')
) WITHOUT ROWID;
INSERT INTO submissions_now SELECT id, owner, at, what, number, location FROM submissions;
DROP TABLE submissions;
ALTER TABLE submissions_now RENAME TO submissions;

CREATE TABLE audit_now (
	seq     INTEGER NOT NULL PRIMARY KEY,
	at      TEXT   NOT NULL,
	person  TEXT   NOT NULL DEFAULT '',
	unit    TEXT   NOT NULL DEFAULT '',
	action  TEXT   NOT NULL,
	object  TEXT   NOT NULL DEFAULT '',
	result  TEXT   NOT NULL,
	body    TEXT   NOT NULL,
	prev    TEXT   NOT NULL,
	hash    TEXT   NOT NULL
);
INSERT INTO audit_now SELECT seq, at, person, unit, action, object, result, body, prev, hash FROM audit ORDER BY seq;
DROP TRIGGER audit_delete; -- of the table that goes; the lines were copied, and verify reads them again
DROP TABLE audit;
ALTER TABLE audit_now RENAME TO audit;
CREATE INDEX audit_person ON audit (person, seq);
CREATE INDEX audit_object ON audit (object, seq);
CREATE INDEX audit_action ON audit (action, seq);
CREATE TRIGGER audit_insert BEFORE INSERT ON audit
WHEN NEW.seq <> 1 + coalesce((SELECT max(seq) FROM audit), 0)
	OR NEW.prev <> coalesce((SELECT hash FROM audit ORDER BY seq DESC LIMIT 1), '')
BEGIN SELECT RAISE(ABORT, 'audit: a line follows the last one'); END;
CREATE TRIGGER audit_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit: lines stay as they are'); END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit: lines stay as they are'); END;
