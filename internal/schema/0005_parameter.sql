-- Owner: package parameter. What the list office set, one row a change; the
-- defaults are code. The row in force on a day is the last by day of effect,
-- then by when it was set. Rows are never changed.
CREATE TABLE parameters (
	id           TEXT NOT NULL PRIMARY KEY,
	key          TEXT NOT NULL CHECK (key <> '' AND key <> 'adjustment.apply'), -- fixed by DM-8.1
	value        TEXT NOT NULL,
	effective_on TEXT NOT NULL CHECK (length(effective_on) = 10),
	set_by       TEXT NOT NULL CHECK (set_by <> ''),
	set_name     TEXT NOT NULL,
	set_at       TEXT NOT NULL CHECK (set_at <> ''),
	reason       TEXT NOT NULL CHECK (reason <> '')
);
CREATE INDEX parameters_key ON parameters (key, effective_on, set_at, id);
