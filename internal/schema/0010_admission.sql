-- Owner: package admission. What was decided about work outside the list.

-- An admission in force or ended (AE-6.2, AE-9.1). The case tells how it came about.
CREATE TABLE admissions (
	case_id     TEXT    NOT NULL PRIMARY KEY REFERENCES cases (id),
	number      TEXT    NOT NULL,
	matter      TEXT    NOT NULL,
	unit_id     TEXT    NOT NULL,
	from_on     TEXT    NOT NULL DEFAULT '', -- '' is long-term
	to_on       TEXT    NOT NULL DEFAULT '',
	approved_on TEXT    NOT NULL,
	basis       TEXT    NOT NULL,
	began_at    TEXT    NOT NULL DEFAULT '', -- in force from here; '' while being filed
	ended_at    TEXT    NOT NULL DEFAULT '',
	end_reason  TEXT    NOT NULL DEFAULT '',
	exit_case   TEXT    NOT NULL DEFAULT '',
	CHECK (basis <> ''),
	CHECK ((from_on = '') = (to_on = '')),
	CHECK (to_on >= from_on)
);
CREATE INDEX admissions_unit ON admissions (unit_id, ended_at);

-- A township takes part, and may be given work once it has the papers (AE-7.1).
CREATE TABLE admission_townships (
	case_id     TEXT NOT NULL REFERENCES admissions (case_id),
	unit_id     TEXT NOT NULL,
	received_at TEXT NOT NULL DEFAULT '',
	received_by TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (case_id, unit_id)
);
CREATE INDEX admission_townships_unit ON admission_townships (unit_id, case_id);

-- Training and guidance (AE-8.1).
CREATE TABLE trainings (
	id           TEXT NOT NULL PRIMARY KEY,
	case_id      TEXT NOT NULL REFERENCES admissions (case_id),
	held_on      TEXT NOT NULL,
	content      TEXT NOT NULL CHECK (content <> ''),
	participants TEXT NOT NULL CHECK (participants <> ''),
	material     TEXT NOT NULL,
	noted_at     TEXT NOT NULL,
	noted_by     TEXT NOT NULL
);
CREATE TABLE training_townships (
	training_id TEXT NOT NULL REFERENCES trainings (id),
	unit_id     TEXT NOT NULL,
	PRIMARY KEY (training_id, unit_id)
);

-- What was sent up and what came back (AE-6.2): one row a level.
CREATE TABLE filings (
	case_id     TEXT NOT NULL REFERENCES cases (id),
	level       TEXT NOT NULL CHECK (level IN ('city', 'province')),
	sent_no     TEXT NOT NULL CHECK (sent_no <> ''),
	sent_on     TEXT NOT NULL,
	received_no TEXT NOT NULL DEFAULT '',
	received_on TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (case_id, level),
	CHECK ((received_no = '') = (received_on = '')),
	CHECK (received_on = '' OR received_on >= sent_on)
);

-- Matters that need no application (AE-4.1): each rests on a law.
CREATE TABLE lawful_matters (
	case_id    TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
	kind       TEXT NOT NULL CHECK (kind IN ('duty', 'assist')),
	matter     TEXT NOT NULL,
	unit_id    TEXT NOT NULL,
	basis      TEXT NOT NULL CHECK (basis <> ''),
	conditions TEXT NOT NULL,
	reasons    TEXT NOT NULL CHECK (reasons <> ''),
	decided_at TEXT NOT NULL,
	decided_by TEXT NOT NULL,
	CHECK (kind = 'duty' OR conditions <> '')
);

-- 政府购买服务 recommended in a refusal, and what became of it (AE-10.1).
CREATE TABLE purchase_advices (
	case_id    TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
	matter     TEXT NOT NULL,
	unit_id    TEXT NOT NULL,
	advice     TEXT NOT NULL CHECK (advice <> ''),
	advised_at TEXT NOT NULL,
	outcome    TEXT NOT NULL DEFAULT '',
	outcome_at TEXT NOT NULL DEFAULT '',
	outcome_by TEXT NOT NULL DEFAULT ''
);
