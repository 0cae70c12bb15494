-- Owner: package casework. Cases, what they ask, and everything that happened.

CREATE TABLE cases (
	id          TEXT    NOT NULL PRIMARY KEY,
	number      TEXT    NOT NULL DEFAULT '', -- 准入〔2026〕017, once filed
	procedure   TEXT    NOT NULL,
	edition     INTEGER NOT NULL,            -- 0 until filed: today's
	title       TEXT    NOT NULL,            -- read from the form when saved
	owner_unit  TEXT    NOT NULL,
	parent_case TEXT    NOT NULL DEFAULT '',
	parent_task INTEGER NOT NULL DEFAULT 0,
	stage       TEXT    NOT NULL,
	round       INTEGER NOT NULL,
	prev        INTEGER NOT NULL,
	outcome     TEXT    NOT NULL DEFAULT '',
	opened_at   TEXT    NOT NULL,
	filed_at    TEXT    NOT NULL DEFAULT '', -- '' is a draft
	closed_at   TEXT    NOT NULL DEFAULT '',
	archived_at TEXT    NOT NULL DEFAULT '',
	due_at      TEXT    NOT NULL,            -- index: the earliest open task; '9999…' where none
	due_flag    TEXT    NOT NULL DEFAULT '',
	form        TEXT    NOT NULL,            -- JSON
	revision    INTEGER NOT NULL,
	sealed      BOOLEAN NOT NULL DEFAULT FALSE,
	version     BIGINT  NOT NULL CHECK (version > 0),
	CHECK ((stage = 'closed') = (closed_at <> '')),
	CHECK ((stage = 'closed') = (outcome <> '')),
	CHECK (archived_at = '' OR stage = 'closed')
);
CREATE UNIQUE INDEX cases_number ON cases (number) WHERE number <> '';
CREATE INDEX cases_filed ON cases (filed_at, id) WHERE filed_at <> '';
CREATE INDEX cases_owner ON cases (owner_unit, opened_at, id);
CREATE INDEX cases_parent ON cases (parent_case) WHERE parent_case <> '';

CREATE TABLE tasks (
	case_id     TEXT    NOT NULL REFERENCES cases (id),
	no          INTEGER NOT NULL,
	stage       TEXT    NOT NULL,
	round       INTEGER NOT NULL,
	kind        TEXT    NOT NULL,
	party       TEXT    NOT NULL, -- u:unit or r:role
	post        TEXT    NOT NULL,
	state       TEXT    NOT NULL CHECK (state IN ('open', 'held', 'child', 'done')),
	from_at     TEXT    NOT NULL,
	due_at      TEXT    NOT NULL, -- index, rewritten on save and by the calendar; '9999…' where none
	due_flag    TEXT    NOT NULL, -- '', none, stopped, provisional
	calendar    TEXT    NOT NULL, -- edition the due instant was counted with
	lapses      BOOLEAN NOT NULL,
	by_unit     TEXT    NOT NULL DEFAULT '',
	answered_at TEXT    NOT NULL DEFAULT '',
	data        TEXT    NOT NULL, -- JSON of the whole task
	PRIMARY KEY (case_id, no)
);
CREATE INDEX tasks_open ON tasks (party, due_at, case_id, no) WHERE state = 'open';
CREATE INDEX tasks_due ON tasks (due_at, case_id) WHERE state = 'open';
CREATE INDEX tasks_done ON tasks (by_unit, answered_at, case_id, no) WHERE state = 'done' AND by_unit <> '';

-- The timeline. The database refuses to change or delete a line.
CREATE TABLE events (
	case_id TEXT    NOT NULL REFERENCES cases (id),
	seq     INTEGER NOT NULL,
	at      TEXT    NOT NULL,
	data    TEXT    NOT NULL, -- JSON
	PRIMARY KEY (case_id, seq)
);

-- Who may see a case: its owner, whoever was asked, whoever it was shown to.
CREATE TABLE case_parties (
	party   TEXT NOT NULL,
	case_id TEXT NOT NULL REFERENCES cases (id),
	PRIMARY KEY (party, case_id)
);
CREATE INDEX case_parties_case ON case_parties (case_id, party);

-- 待阅: what a unit was told and is to read.
CREATE TABLE circulations (
	id      TEXT NOT NULL PRIMARY KEY,
	case_id TEXT NOT NULL REFERENCES cases (id),
	party   TEXT NOT NULL,
	at      TEXT NOT NULL,
	text    TEXT NOT NULL,
	read_at TEXT NOT NULL DEFAULT '',
	read_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX circulations_unread ON circulations (party, at, id) WHERE read_at = '';
CREATE INDEX circulations_case ON circulations (case_id);

CREATE TABLE links (
	case_id  TEXT NOT NULL REFERENCES cases (id),
	other_id TEXT NOT NULL REFERENCES cases (id),
	text     TEXT NOT NULL,
	at       TEXT NOT NULL,
	by_name  TEXT NOT NULL,
	PRIMARY KEY (case_id, other_id),
	CHECK (case_id <> other_id)
);

-- An opinion somebody is still writing. It raises no case's version.
CREATE TABLE drafts (
	person   TEXT NOT NULL,
	key      TEXT NOT NULL, -- case:task
	data     TEXT NOT NULL, -- JSON of the typed values
	saved_at TEXT NOT NULL,
	PRIMARY KEY (person, key)
);

CREATE TABLE leases (
	name   TEXT NOT NULL PRIMARY KEY,
	holder TEXT NOT NULL,
	until  TEXT NOT NULL
);

-- A reminder is claimed by its row and sent in the same commit: once per deadline.
CREATE TABLE reminders (
	case_id TEXT    NOT NULL REFERENCES cases (id),
	task    INTEGER NOT NULL,
	due_at  TEXT    NOT NULL,
	kind    TEXT    NOT NULL CHECK (kind IN ('near', 'over')),
	at      TEXT    NOT NULL,
	PRIMARY KEY (case_id, task, due_at, kind)
);
