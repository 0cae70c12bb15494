-- Owner: package web.

-- One row for every form that was handed in: its one-time number, whose it is
-- and what it came to. A second try finds the row and leads to the same page.
CREATE TABLE submissions (
	id       TEXT PRIMARY KEY CHECK (length(id) = 32),
	owner    TEXT NOT NULL CHECK (owner <> ''),
	at       TEXT NOT NULL CHECK (at <> ''),
	what     TEXT NOT NULL,
	number   TEXT NOT NULL DEFAULT '',
	location TEXT NOT NULL CHECK (location <> '')
);
CREATE INDEX submissions_at ON submissions (at);
