-- Owner: package adjustment. What has to be adjusted, and what was applied for.

-- 调整事由: something happened on a day, and from that day the ten working days of
-- article 8 run (DM-8.1). It asks units to apply: one duty a unit and item.
CREATE TABLE triggers (
	id          TEXT NOT NULL PRIMARY KEY,
	kind        TEXT NOT NULL CHECK (kind IN ('law', 'decision', 'function', 'report', 'opinion')),
	event       TEXT NOT NULL CHECK (event <> ''),       -- what happened, in words
	happened_on TEXT NOT NULL CHECK (length(happened_on) = 10),
	instrument  TEXT NOT NULL DEFAULT '',                -- of a change of the law: its title, articles and what happened
	article     TEXT NOT NULL DEFAULT '',
	act         TEXT NOT NULL DEFAULT '' CHECK (act IN ('', 'enacted', 'amended', 'repealed')),
	source      TEXT NOT NULL DEFAULT '',                -- where it comes from: instrument:…, opinion:…, case:…
	opened_by   TEXT NOT NULL,
	opened_name TEXT NOT NULL,
	opened_at   TEXT NOT NULL CHECK (opened_at <> '')
);
CREATE INDEX triggers_source ON triggers (source);
CREATE TABLE duties (
	trigger_id     TEXT    NOT NULL REFERENCES triggers (id),
	no             INTEGER NOT NULL CHECK (no > 0),
	code           TEXT    NOT NULL DEFAULT '',          -- of the item; '' where one is to be added
	matter         TEXT    NOT NULL CHECK (matter <> ''),
	unit_id        TEXT    NOT NULL CHECK (unit_id <> ''), -- must apply
	advice         TEXT    NOT NULL CHECK (advice IN ('add', 'cancel', 'adjust', 'check')),
	case_id        TEXT    NOT NULL DEFAULT '',          -- the application that discharges it
	dismissed_by   TEXT    NOT NULL DEFAULT '',
	dismissed_name TEXT    NOT NULL DEFAULT '',
	dismissed_at   TEXT    NOT NULL DEFAULT '',
	reason         TEXT    NOT NULL DEFAULT '',
	PRIMARY KEY (trigger_id, no),
	CHECK ((dismissed_at = '') = (reason = ''))
);
CREATE INDEX duties_open ON duties (unit_id, trigger_id) WHERE case_id = '' AND dismissed_at = '';
CREATE INDEX duties_code ON duties (code);

-- The register of applications, late ones with their reason (DM-8.2).
CREATE TABLE changes (
	case_id     TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
	kind        TEXT NOT NULL CHECK (kind IN ('add', 'cancel', 'adjust', 'exit')),
	code        TEXT NOT NULL DEFAULT '',
	unit_id     TEXT NOT NULL,
	happened_on TEXT NOT NULL,
	due_on      TEXT NOT NULL DEFAULT '',                -- '' while provisional
	applied_on  TEXT NOT NULL,
	late_why    TEXT NOT NULL DEFAULT '',
	approved_on TEXT NOT NULL DEFAULT '',
	basis       TEXT NOT NULL DEFAULT '',
	edition     BIGINT REFERENCES editions (no),
	CHECK (due_on = '' OR applied_on <= due_on OR late_why <> ''),
	CHECK ((approved_on = '') = (basis = ''))
);
CREATE INDEX changes_unit ON changes (unit_id, applied_on);

-- 论证 that the list office entered while reviewing (DM-9.1); what the applicant
-- entered stands in its form.
CREATE TABLE demonstrations (
	id         TEXT NOT NULL PRIMARY KEY,
	case_id    TEXT NOT NULL REFERENCES cases (id),
	held_on    TEXT NOT NULL,
	who        TEXT NOT NULL CHECK (who <> ''),
	findings   TEXT NOT NULL CHECK (findings <> ''),
	noted_by   TEXT NOT NULL,
	noted_name TEXT NOT NULL,
	noted_at   TEXT NOT NULL
);
CREATE INDEX demonstrations_case ON demonstrations (case_id);
