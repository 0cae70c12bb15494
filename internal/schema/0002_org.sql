-- Owner: package org. Days are inclusive: a row holds from from_on to until_on,
-- '' being open. Nothing is deleted but an appointment that has not begun.
CREATE TABLE units (
	id          TEXT    NOT NULL PRIMARY KEY,
	name        TEXT    NOT NULL CHECK (name <> ''),
	skeleton    TEXT    NOT NULL CHECK (skeleton <> ''), -- what names that look alike share
	short       TEXT    NOT NULL DEFAULT '',
	kind        TEXT    NOT NULL CHECK (kind IN ('department', 'mass', 'agency', 'township', 'subdistrict', 'group', 'superior')),
	parent_id   TEXT    REFERENCES units (id) CHECK (parent_id <> id),
	township_id TEXT    REFERENCES units (id) CHECK (township_id <> id),
	place       INTEGER NOT NULL DEFAULT 0,              -- in lists
	phone       TEXT    NOT NULL DEFAULT '',             -- published (DM-10.1)
	mailbox     TEXT    NOT NULL DEFAULT '',
	signs       BOOLEAN NOT NULL DEFAULT FALSE,          -- its leader signs what it answers
	from_on     TEXT    NOT NULL CHECK (length(from_on) = 10),
	until_on    TEXT    NOT NULL DEFAULT '' CHECK (until_on = '' OR length(until_on) = 10 AND until_on >= from_on),
	-- An agency (派驻机构) has a parent and a township, nobody else has (EV-2.1).
	CHECK ((kind = 'agency') = (parent_id IS NOT NULL)),
	CHECK ((kind = 'agency') = (township_id IS NOT NULL))
);
CREATE UNIQUE INDEX units_skeleton ON units (skeleton) WHERE until_on = '';

-- What became of a unit: a renamed one is its own successor and keeps its former name here.
CREATE TABLE successions (
	former_id    TEXT NOT NULL REFERENCES units (id),
	successor_id TEXT NOT NULL REFERENCES units (id),
	name         TEXT NOT NULL CHECK (name <> ''), -- that ended
	on_day       TEXT NOT NULL CHECK (length(on_day) = 10),
	basis        TEXT NOT NULL CHECK (basis <> ''),
	PRIMARY KEY (former_id, successor_id, name)
);

CREATE TABLE people (
	id          TEXT NOT NULL PRIMARY KEY,
	login       TEXT NOT NULL UNIQUE CHECK (login <> ''),
	name        TEXT NOT NULL CHECK (name <> ''), -- as shown
	class       TEXT NOT NULL CHECK (class IN ('business', 'accounts', 'policy', 'auditor')),
	phone       TEXT NOT NULL DEFAULT '',
	created_by  TEXT NOT NULL DEFAULT '',         -- '': with a set-up code from the console
	created_at  TEXT NOT NULL CHECK (created_at <> ''),
	admitted_by TEXT NOT NULL DEFAULT '',         -- administrators: who let them act
	admitted_at TEXT NOT NULL DEFAULT '',
	disabled_by TEXT NOT NULL DEFAULT '',
	disabled_at TEXT NOT NULL DEFAULT '',
	UNIQUE (id, class),
	-- Two people make an account that can act.
	CHECK (admitted_by = '' OR (admitted_by <> created_by AND admitted_by <> id)),
	-- The other two administrators come from the console only.
	CHECK (created_by = '' OR class IN ('business', 'policy')),
	CHECK (class <> 'business' OR created_by <> '')
);

CREATE TABLE posts (
	id          TEXT NOT NULL PRIMARY KEY,
	person_id   TEXT NOT NULL,
	class       TEXT NOT NULL DEFAULT 'business' CHECK (class = 'business'),
	unit_id     TEXT NOT NULL REFERENCES units (id),
	duty        TEXT NOT NULL CHECK (duty IN ('handler', 'leader')),
	title       TEXT NOT NULL DEFAULT '', -- 职务
	from_on     TEXT NOT NULL CHECK (length(from_on) = 10),
	until_on    TEXT NOT NULL DEFAULT '' CHECK (until_on = '' OR length(until_on) = 10 AND until_on >= from_on),
	granted_by  TEXT NOT NULL REFERENCES people (id) CHECK (granted_by <> person_id),
	granted_at  TEXT NOT NULL CHECK (granted_at <> ''),
	revoked_by  TEXT NOT NULL DEFAULT '' CHECK (revoked_by <> person_id),
	revoked_on  TEXT NOT NULL DEFAULT '', -- from this day the post is void
	UNIQUE (id, person_id),
	-- An administrator holds no business post.
	FOREIGN KEY (person_id, class) REFERENCES people (id, class)
);
CREATE INDEX posts_person ON posts (person_id);
CREATE INDEX posts_unit ON posts (unit_id);

CREATE TABLE offices (
	id           TEXT NOT NULL PRIMARY KEY,
	role         TEXT NOT NULL CHECK (role <> ''),
	unit_id      TEXT NOT NULL REFERENCES units (id),
	from_on      TEXT NOT NULL CHECK (length(from_on) = 10),
	until_on     TEXT NOT NULL DEFAULT '' CHECK (until_on = '' OR length(until_on) = 10 AND until_on >= from_on),
	appointed_by TEXT NOT NULL REFERENCES people (id)
);
CREATE INDEX offices_role ON offices (role, from_on);

CREATE TABLE deputies (
	id          TEXT NOT NULL PRIMARY KEY,
	post_id     TEXT NOT NULL,
	absent_id   TEXT NOT NULL,
	deputy_id   TEXT NOT NULL CHECK (deputy_id <> absent_id),
	class       TEXT NOT NULL DEFAULT 'business' CHECK (class = 'business'),
	from_on     TEXT NOT NULL CHECK (length(from_on) = 10),
	until_on    TEXT NOT NULL CHECK (length(until_on) = 10 AND until_on >= from_on), -- an absence ends
	ended_on    TEXT NOT NULL DEFAULT '', -- from this day it is void
	reason      TEXT NOT NULL CHECK (reason <> ''),
	arranged_by TEXT NOT NULL REFERENCES people (id),
	arranged_at TEXT NOT NULL CHECK (arranged_at <> ''),
	FOREIGN KEY (post_id, absent_id) REFERENCES posts (id, person_id),
	FOREIGN KEY (deputy_id, class) REFERENCES people (id, class)
);
CREATE INDEX deputies_deputy ON deputies (deputy_id);
CREATE INDEX deputies_post ON deputies (post_id);

-- A name for what units, successions and offices are now; unique among all
-- stores, so whoever has read them under it need not read them again.
CREATE TABLE org_stamp (
	one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
	stamp TEXT    NOT NULL
);
INSERT INTO org_stamp (one, stamp) VALUES (1, '');
