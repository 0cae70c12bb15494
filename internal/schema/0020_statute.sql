-- Owner: package statute. The register of what the list rests on.
-- Taken over from catalog: instruments, articles.
--
-- The register only grows. Everything that is written names the entry it came
-- with: who, when, from which file. Of two heads of an instrument, and of two texts
-- of one version of an article, the one of the later entry counts. Whether
-- something stands is derived from instrument_changes and stored nowhere.
CREATE TABLE instrument_entries (
	no         BIGINT NOT NULL PRIMARY KEY CHECK (no > 0),
	what       TEXT   NOT NULL CHECK (what IN ('list', 'head', 'file', 'change', 'withdrawal')),
	source     TEXT   NOT NULL DEFAULT '',               -- instrument_files.id
	noted_by   TEXT   NOT NULL,                          -- '' is the console
	noted_name TEXT   NOT NULL,
	noted_at   TEXT   NOT NULL CHECK (noted_at <> '')
);
CREATE TABLE instrument_heads (
	entry          BIGINT NOT NULL REFERENCES instrument_entries (no),
	instrument_id  TEXT   NOT NULL REFERENCES instruments (id),
	kind           TEXT   NOT NULL CHECK (kind IN ('', 'constitution', 'law', 'administrative', 'judicial', 'local', 'department', 'government', 'normative', 'policy')),
	title          TEXT   NOT NULL CHECK (title <> ''),
	issuer         TEXT   NOT NULL DEFAULT '',           -- 制定机关
	number         TEXT   NOT NULL DEFAULT '',           -- 文号
	promulgated_on TEXT   NOT NULL DEFAULT '' CHECK (length(promulgated_on) IN (0, 10)),
	effective_on   TEXT   NOT NULL DEFAULT '' CHECK (length(effective_on) IN (0, 10)),
	PRIMARY KEY (instrument_id, entry)
);
CREATE TABLE article_texts (
	entry         BIGINT NOT NULL REFERENCES instrument_entries (no),
	instrument_id TEXT   NOT NULL,
	article       TEXT   NOT NULL,
	version_on    TEXT   NOT NULL DEFAULT '' CHECK (length(version_on) IN (0, 10)),
	body          TEXT   NOT NULL CHECK (body <> ''),
	PRIMARY KEY (instrument_id, article, version_on, entry),
	FOREIGN KEY (instrument_id, article) REFERENCES articles (instrument_id, article)
);
-- What happened to an instrument or to one of its articles ('' is all of it).
CREATE TABLE instrument_changes (
	id                TEXT   NOT NULL PRIMARY KEY CHECK (id <> ''),
	entry             BIGINT NOT NULL REFERENCES instrument_entries (no),
	instrument_id     TEXT   NOT NULL REFERENCES instruments (id),
	article           TEXT   NOT NULL,
	event             TEXT   NOT NULL CHECK (event IN ('enacted', 'amended', 'repealed')),
	happened_on       TEXT   NOT NULL CHECK (length(happened_on) = 10),
	number            TEXT   NOT NULL CHECK (number <> ''),
	new_instrument_id TEXT   REFERENCES instruments (id),
	new_article       TEXT   NOT NULL DEFAULT '',
	note              TEXT   NOT NULL DEFAULT '',
	CHECK (new_instrument_id IS NOT NULL OR new_article = ''),
	CHECK (event <> 'enacted' OR new_instrument_id IS NULL)
);
CREATE INDEX instrument_changes_instrument ON instrument_changes (instrument_id, happened_on);
-- A change that had been noted by mistake.
CREATE TABLE instrument_withdrawals (
	change_id TEXT   NOT NULL PRIMARY KEY REFERENCES instrument_changes (id),
	entry     BIGINT NOT NULL REFERENCES instrument_entries (no),
	reason    TEXT   NOT NULL CHECK (reason <> '')
);
-- A spreadsheet that was looked at, and entered or not. Its content is written once.
CREATE TABLE instrument_files (
	id        TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
	file      TEXT NOT NULL CHECK (file <> ''),
	body      TEXT NOT NULL CHECK (body <> ''),          -- JSON
	read_by   TEXT NOT NULL,
	read_name TEXT NOT NULL,
	read_at   TEXT NOT NULL CHECK (read_at <> ''),
	entry     BIGINT REFERENCES instrument_entries (no)  -- NULL until it is entered
);

INSERT INTO instrument_entries (no, what, noted_by, noted_name, noted_at)
SELECT 1, 'list', '', '', min(added_at) FROM instruments HAVING count(*) > 0;
INSERT INTO instrument_entries (no, what, noted_by, noted_name, noted_at)
SELECT 1 + row_number() OVER (ORDER BY noted_at, instrument_id, article, event, happened_on), 'change', noted_by, noted_name, noted_at
FROM instrument_events;
INSERT INTO instrument_changes (id, entry, instrument_id, article, event, happened_on, number)
SELECT instrument_id || '-' || article || '-' || event || '-' || happened_on,
	1 + row_number() OVER (ORDER BY noted_at, instrument_id, article, event, happened_on), instrument_id, article, event, happened_on, basis
FROM instrument_events;
DROP TABLE instrument_events;
