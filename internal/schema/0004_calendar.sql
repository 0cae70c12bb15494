-- Owner: package calendar. Editions of the working days beyond those in the
-- binary. Two people: one proposes, another approves; what is decided stays.
CREATE TABLE calendar_editions (
	id            TEXT    NOT NULL PRIMARY KEY,
	year          INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2199),
	kind          TEXT    NOT NULL CHECK (kind IN ('national', 'later', 'local')),
	number        TEXT    NOT NULL,
	title         TEXT    NOT NULL CHECK (title <> ''),
	issued_on     TEXT    NOT NULL,            -- 2006-01-02
	days          TEXT    NOT NULL,            -- JSON, in order
	proposed_by   TEXT    NOT NULL CHECK (proposed_by <> ''),
	proposed_name TEXT    NOT NULL,
	proposed_at   TEXT    NOT NULL CHECK (proposed_at <> ''),
	approved_by   TEXT    NOT NULL DEFAULT '',
	approved_name TEXT    NOT NULL DEFAULT '',
	approved_at   TEXT    NOT NULL DEFAULT '',
	rejected_by   TEXT    NOT NULL DEFAULT '',
	rejected_name TEXT    NOT NULL DEFAULT '',
	rejected_at   TEXT    NOT NULL DEFAULT '',
	reason        TEXT    NOT NULL DEFAULT '',
	CHECK (approved_by <> proposed_by),
	CHECK ((approved_by = '') = (approved_at = '')),
	CHECK ((rejected_by = '') = (rejected_at = '')),
	CHECK (approved_at = '' OR rejected_at = '')
);
CREATE INDEX calendar_editions_proposed ON calendar_editions (proposed_at, id);
-- One yearly notice a year.
CREATE UNIQUE INDEX calendar_editions_year ON calendar_editions (year) WHERE kind = 'national' AND approved_at <> '';
