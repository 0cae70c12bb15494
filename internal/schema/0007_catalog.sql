-- Owner: package catalog. The list and its editions.
--
-- Two axes. Valid time: versions.effective_on. Known time: versions.edition,
-- because editions are numbered in the order in which they are issued. Of the
-- versions of an item that editions up to N brought, the one that begins last
-- on or before D holds on D; of two that begin on one day, the one of the later
-- edition. A version is never ended: a later one begins, and one without text
-- cancels the item. So nothing old is ever updated, and the triggers beside this
-- file refuse every touch to what an issued edition says (DM-9.2).

-- The register of laws, regulations and policy documents that items cite. The
-- id is the digest of what the title comes down to: 《中华人民共和国森林法》 is 《森林法》.
CREATE TABLE instruments (
	id       TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32),
	kind     TEXT NOT NULL CHECK (kind IN ('legal', 'policy')),
	title    TEXT NOT NULL CHECK (title <> ''),
	number   TEXT NOT NULL DEFAULT '',
	added_at TEXT NOT NULL CHECK (added_at <> '')
);
CREATE TABLE articles (
	instrument_id TEXT NOT NULL REFERENCES instruments (id),
	article       TEXT NOT NULL CHECK (article <> ''),
	PRIMARY KEY (instrument_id, article)
);
-- What happened to an instrument or to one of its articles ('' is all of it).
CREATE TABLE instrument_events (
	instrument_id TEXT NOT NULL REFERENCES instruments (id),
	article       TEXT NOT NULL,
	happened_on   TEXT NOT NULL CHECK (length(happened_on) = 10),
	event         TEXT NOT NULL CHECK (event IN ('enacted', 'amended', 'repealed')),
	basis         TEXT NOT NULL CHECK (basis <> ''),
	noted_by      TEXT NOT NULL,
	noted_name    TEXT NOT NULL,
	noted_at      TEXT NOT NULL CHECK (noted_at <> ''),
	PRIMARY KEY (instrument_id, article, happened_on, event)
);

-- A text is what an item says. Its id is the digest of its body (canonical
-- JSON), so it is stored once and never changed. The tables below it repeat
-- from the body what the database has to check or to be asked for.
CREATE TABLE texts (
	id       TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 64),
	name     TEXT NOT NULL CHECK (name <> ''),
	part     TEXT NOT NULL CHECK (part IN ('basic', 'cooperating', 'taken_back')),
	category TEXT NOT NULL,
	body     TEXT NOT NULL CHECK (body <> '')
);
CREATE TABLE text_departments (
	text_id TEXT    NOT NULL REFERENCES texts (id),
	no      INTEGER NOT NULL CHECK (no > 0),
	unit_id TEXT    NOT NULL,                        -- '' while no unit bears the name
	name    TEXT    NOT NULL CHECK (name <> ''),     -- as the list says it
	role    TEXT    NOT NULL CHECK (role IN ('lead', 'joint', 'takes_over')),
	PRIMARY KEY (text_id, no),
	UNIQUE (text_id, name)
);
CREATE UNIQUE INDEX text_departments_lead ON text_departments (text_id) WHERE role = 'lead';
CREATE INDEX text_departments_unit ON text_departments (unit_id, text_id);
CREATE TABLE text_bases (
	text_id       TEXT NOT NULL REFERENCES texts (id),
	instrument_id TEXT NOT NULL REFERENCES instruments (id),
	article       TEXT NOT NULL,
	PRIMARY KEY (text_id, instrument_id, article)
);
CREATE INDEX text_bases_instrument ON text_bases (instrument_id, article);

CREATE TABLE items (
	id   TEXT NOT NULL PRIMARY KEY,
	code TEXT NOT NULL UNIQUE CHECK (code <> '')     -- never given to another item
);

-- A draft has no issued_on; issuing is the one update an edition ever sees.
CREATE TABLE editions (
	no           BIGINT NOT NULL PRIMARY KEY CHECK (no > 0),
	number       TEXT   UNIQUE,                      -- 文号
	issued_on    TEXT,
	effective_on TEXT,
	digest       TEXT,
	issued_by    TEXT   NOT NULL DEFAULT '',
	issued_name  TEXT   NOT NULL DEFAULT '',
	issued_at    TEXT   NOT NULL DEFAULT '',
	CHECK (issued_on IS NULL OR (number IS NOT NULL AND number <> '' AND effective_on IS NOT NULL AND digest IS NOT NULL))
);

-- What may be issued, written once by whatever approved it: an import or a case.
CREATE TABLE approvals (
	id          TEXT NOT NULL PRIMARY KEY,
	cause       TEXT NOT NULL CHECK (cause <> ''),   -- imports.id or cases.id
	item_id     TEXT NOT NULL REFERENCES items (id),
	text_id     TEXT REFERENCES texts (id),          -- NULL: the item is cancelled
	approved_on TEXT NOT NULL CHECK (length(approved_on) = 10)
);
CREATE INDEX approvals_cause ON approvals (cause);

-- One item in one edition; an approval is used once.
CREATE TABLE versions (
	item_id      TEXT   NOT NULL REFERENCES items (id),
	edition      BIGINT NOT NULL REFERENCES editions (no),
	effective_on TEXT   NOT NULL CHECK (length(effective_on) = 10),
	text_id      TEXT   REFERENCES texts (id),
	approval_id  TEXT   NOT NULL UNIQUE REFERENCES approvals (id),
	PRIMARY KEY (item_id, edition)
);
CREATE INDEX versions_edition ON versions (edition);
CREATE INDEX versions_text ON versions (text_id);

-- Why a draft cannot be issued; the triggers enforce it.
CREATE VIEW issue_faults AS
SELECT e.no AS edition, '' AS item_id, 'not the next edition' AS fault
FROM editions e
WHERE e.issued_on IS NULL AND e.no <> 1 + coalesce((SELECT max(p.no) FROM editions p WHERE p.issued_on IS NOT NULL), 0)
UNION ALL
SELECT e.no, '', 'nothing changes'
FROM editions e
WHERE e.issued_on IS NULL AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.edition = e.no)
UNION ALL
SELECT e.no, v.item_id, 'not approved'
FROM editions e JOIN versions v ON v.edition = e.no JOIN approvals a ON a.id = v.approval_id
WHERE e.issued_on IS NULL AND (a.item_id <> v.item_id OR coalesce(a.text_id, '') <> coalesce(v.text_id, ''))
UNION ALL
SELECT e.no, v.item_id, 'no basis'
FROM editions e JOIN versions v ON v.edition = e.no JOIN texts t ON t.id = v.text_id
WHERE e.issued_on IS NULL AND t.part <> 'taken_back' AND NOT EXISTS (SELECT 1 FROM text_bases b WHERE b.text_id = v.text_id)
UNION ALL
SELECT e.no, v.item_id, 'no lead department'
FROM editions e JOIN versions v ON v.edition = e.no
WHERE e.issued_on IS NULL
AND EXISTS (SELECT 1 FROM text_departments d WHERE d.text_id = v.text_id AND d.role = 'joint')
AND NOT EXISTS (SELECT 1 FROM text_departments d WHERE d.text_id = v.text_id AND d.role = 'lead');

-- A spreadsheet that is to become the first edition. Its content is written once;
-- it is handed in once and decided once.
CREATE TABLE imports (
	id            TEXT   NOT NULL PRIMARY KEY,
	file          TEXT   NOT NULL CHECK (file <> ''),
	items         BIGINT NOT NULL CHECK (items > 0),
	body          TEXT   NOT NULL CHECK (body <> ''),  -- JSON: items, notes, layout
	read_by       TEXT   NOT NULL,                     -- '' is the console
	read_name     TEXT   NOT NULL,
	read_at       TEXT   NOT NULL CHECK (read_at <> ''),
	proposed_by   TEXT   NOT NULL DEFAULT '',
	proposed_name TEXT   NOT NULL DEFAULT '',
	proposed_at   TEXT   NOT NULL DEFAULT '',
	decision      TEXT   NOT NULL DEFAULT '' CHECK (decision IN ('', 'approved', 'dropped')),
	decided_by    TEXT   NOT NULL DEFAULT '',
	decided_name  TEXT   NOT NULL DEFAULT '',
	decided_at    TEXT   NOT NULL DEFAULT '',
	reason        TEXT   NOT NULL DEFAULT '',
	edition       BIGINT REFERENCES editions (no),
	CHECK ((decision = '') = (decided_at = '')),
	CHECK (decision <> 'approved' OR edition IS NOT NULL AND proposed_at <> '')
);
