-- Owner: package session. Secrets are kept as hashes; the seeds of one-time
-- codes (TOTP) cannot be.
CREATE TABLE credentials (
	person_id    TEXT   NOT NULL PRIMARY KEY REFERENCES people (id),
	hash         TEXT   NOT NULL CHECK (hash LIKE '$argon2id$%'),
	set_at       TEXT   NOT NULL CHECK (set_at <> ''),
	seed         TEXT   NOT NULL DEFAULT '', -- '': no second factor
	pending      TEXT   NOT NULL DEFAULT '', -- a seed not yet confirmed
	step         BIGINT NOT NULL DEFAULT 0,  -- the last 30 s whose code was used; codes before it are spent
	seat         TEXT   NOT NULL DEFAULT '', -- acted in last
	signed_in_at TEXT   NOT NULL DEFAULT ''
);

CREATE TABLE former_passwords (
	person_id TEXT NOT NULL REFERENCES people (id),
	hash      TEXT NOT NULL,
	set_at    TEXT NOT NULL,
	PRIMARY KEY (person_id, hash)
);

CREATE TABLE recovery_codes (
	person_id TEXT NOT NULL REFERENCES people (id),
	hash      TEXT NOT NULL,
	used_at   TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (person_id, hash)
);

-- One-time codes with which somebody sets a password. A set-up code names a
-- class and comes from the console; an invitation or a reset names a person.
CREATE TABLE codes (
	hash       TEXT NOT NULL PRIMARY KEY,
	purpose    TEXT NOT NULL CHECK (purpose IN ('setup', 'invitation', 'reset')),
	class      TEXT NOT NULL DEFAULT '' CHECK (class IN ('', 'accounts', 'policy', 'auditor')),
	person_id  TEXT REFERENCES people (id),
	asked_by   TEXT NOT NULL DEFAULT '',
	issued_by  TEXT NOT NULL DEFAULT '',
	issued_at  TEXT NOT NULL,
	expires_at TEXT NOT NULL CHECK (expires_at > issued_at),
	used_at    TEXT NOT NULL DEFAULT '',
	CHECK ((purpose = 'setup') = (class <> '')),
	CHECK ((purpose = 'setup') = (person_id IS NULL)),
	-- Nobody alone gets into an account that is in use.
	CHECK (purpose <> 'reset' OR (asked_by <> '' AND issued_by <> '' AND asked_by <> issued_by))
);

CREATE TABLE resets (
	person_id TEXT NOT NULL PRIMARY KEY REFERENCES people (id),
	asked_by  TEXT NOT NULL CHECK (asked_by <> ''),
	asked_at  TEXT NOT NULL
);

CREATE TABLE sessions (
	hash       TEXT    NOT NULL PRIMARY KEY,
	person_id  TEXT    NOT NULL REFERENCES people (id),
	seat       TEXT    NOT NULL DEFAULT '', -- posts.id or deputies.id; '' of an administrator
	source     TEXT    NOT NULL DEFAULT '',
	started_at TEXT    NOT NULL,
	seen_at    TEXT    NOT NULL,
	stepped_at TEXT    NOT NULL DEFAULT '',
	ends_at    TEXT    NOT NULL,
	change_at  TEXT    NOT NULL,            -- from then on the password has to be changed first
	idle       INTEGER NOT NULL CHECK (idle > 0) -- seconds
);
CREATE INDEX sessions_person ON sessions (person_id);

-- What failed lately, by account and source. login is a digest where there is no
-- such account: people type passwords into the wrong field.
CREATE TABLE attempts (
	login        TEXT    NOT NULL,
	source       TEXT    NOT NULL,
	failed       INTEGER NOT NULL,
	since        TEXT    NOT NULL,
	last_at      TEXT    NOT NULL,
	locked_until TEXT    NOT NULL DEFAULT '',
	PRIMARY KEY (login, source)
);

-- Where a person has signed in from: there, an attack from elsewhere is not felt.
CREATE TABLE known_sources (
	person_id TEXT NOT NULL REFERENCES people (id),
	source    TEXT NOT NULL,
	last_at   TEXT NOT NULL,
	PRIMARY KEY (person_id, source)
);

-- The rules for passwords and sessions, one row a change; the last counts.
CREATE TABLE session_rules (
	id     TEXT NOT NULL PRIMARY KEY,
	body   TEXT NOT NULL,
	set_by TEXT NOT NULL REFERENCES people (id),
	set_at TEXT NOT NULL
);
