-- Owner: package document. What is issued or taken in is written once; the
-- triggers beside this file refuse every later touch but a receipt and a removal.

-- One row a series and year: 准入〔2026〕017.
CREATE TABLE counters (
	series TEXT    NOT NULL CHECK (series <> ''),
	year   INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2999),
	last   INTEGER NOT NULL CHECK (last > 0),
	PRIMARY KEY (series, year)
);

CREATE TABLE papers (
	id          TEXT NOT NULL PRIMARY KEY,                   -- in order of issue
	kind        TEXT NOT NULL CHECK (kind <> ''),            -- f1, f2, consult, notice, exit-notice …
	form        TEXT NOT NULL CHECK (form IN ('f1', 'f2', 'letter', 'record')), -- how data is read
	case_id     TEXT NOT NULL DEFAULT '',
	number      TEXT NOT NULL DEFAULT '',
	title       TEXT NOT NULL CHECK (title <> ''),
	data        TEXT NOT NULL,                               -- canonical JSON: the paper itself
	digest      TEXT NOT NULL CHECK (length(digest) = 64),   -- SM3 over the facts and data
	code        TEXT NOT NULL UNIQUE CHECK (length(code) = 8),
	issued_at   TEXT NOT NULL CHECK (issued_at <> ''),
	issued_by   TEXT NOT NULL DEFAULT '',                    -- '' is the system itself
	issued_name TEXT NOT NULL DEFAULT '',
	issued_unit TEXT NOT NULL DEFAULT ''
);
CREATE INDEX papers_case ON papers (case_id, id);

-- The archive (留存): one copy of a paper with one unit.
CREATE TABLE copies (
	paper_id      TEXT    NOT NULL REFERENCES papers (id),
	unit_id       TEXT    NOT NULL CHECK (unit_id <> ''),
	no            INTEGER NOT NULL CHECK (no > 0),
	total         INTEGER NOT NULL CHECK (total >= no),
	holder        TEXT    NOT NULL CHECK (holder <> ''),     -- the unit as it was called that day
	placed_at     TEXT    NOT NULL CHECK (placed_at <> ''),
	received_at   TEXT    NOT NULL DEFAULT '',
	received_by   TEXT    NOT NULL DEFAULT '',
	received_name TEXT    NOT NULL DEFAULT '',
	PRIMARY KEY (paper_id, unit_id),
	UNIQUE (paper_id, no),
	CHECK ((received_at = '') = (received_by = ''))
);
CREATE INDEX copies_unit ON copies (unit_id, paper_id);

-- A file arrives in chunks under an upload; its digest is known when it is whole.
CREATE TABLE uploads (
	id       TEXT NOT NULL PRIMARY KEY,
	begun_at TEXT NOT NULL CHECK (begun_at <> '')
);
CREATE TABLE blob_chunks (
	upload_id TEXT    NOT NULL REFERENCES uploads (id),
	no        INTEGER NOT NULL CHECK (no >= 0),
	data      BLOB    NOT NULL,
	PRIMARY KEY (upload_id, no)
);
CREATE TABLE blobs (
	id        TEXT   NOT NULL PRIMARY KEY CHECK (length(id) = 64), -- SM3 of the content
	upload_id TEXT   NOT NULL UNIQUE REFERENCES uploads (id),
	size      BIGINT NOT NULL CHECK (size > 0),
	media     TEXT   NOT NULL CHECK (media <> ''),
	added_at  TEXT   NOT NULL CHECK (added_at <> '')
);

CREATE TABLE attachments (
	id           TEXT NOT NULL PRIMARY KEY,                   -- in order of adding
	case_id      TEXT NOT NULL CHECK (case_id <> ''),
	unit_id      TEXT NOT NULL CHECK (unit_id <> ''),         -- whose it is
	stage        TEXT NOT NULL DEFAULT '',                    -- of the case when it was added
	name         TEXT NOT NULL CHECK (name <> ''),            -- as shown and as downloaded
	blob_id      TEXT NOT NULL REFERENCES blobs (id),
	added_by     TEXT NOT NULL,
	added_name   TEXT NOT NULL,
	added_at     TEXT NOT NULL CHECK (added_at <> ''),
	removed_by   TEXT NOT NULL DEFAULT '',
	removed_name TEXT NOT NULL DEFAULT '',
	removed_at   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX attachments_case ON attachments (case_id, id);
CREATE INDEX attachments_blob ON attachments (blob_id);
CREATE INDEX attachments_unit ON attachments (unit_id, added_at);
