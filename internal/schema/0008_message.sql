-- Owner: package message. What units and offices were told, and what of it goes out as mail.
CREATE TABLE messages (
	id      TEXT NOT NULL PRIMARY KEY, -- in order of posting
	party   TEXT NOT NULL CHECK (party <> ''), -- u:unit or r:role
	post    TEXT NOT NULL DEFAULT '',  -- '' is everybody in it
	subject TEXT NOT NULL,
	text    TEXT NOT NULL,
	case_id TEXT NOT NULL DEFAULT '',
	link    TEXT NOT NULL DEFAULT '',
	dedupe  TEXT NOT NULL UNIQUE CHECK (dedupe <> ''),
	at      TEXT NOT NULL CHECK (at <> ''),
	read_at TEXT NOT NULL DEFAULT '',
	read_by TEXT NOT NULL DEFAULT ''   -- as shown
);
CREATE INDEX messages_party ON messages (party, at, id);
CREATE INDEX messages_unread ON messages (party) WHERE read_at = '';

-- One row a message, written with it. It waits until it is sent or too old.
CREATE TABLE outbox (
	dedupe   TEXT    NOT NULL PRIMARY KEY REFERENCES messages (dedupe), -- Message-ID
	at       TEXT    NOT NULL CHECK (at <> ''),
	next_at  TEXT    NOT NULL DEFAULT '', -- not before; moved on before each attempt
	attempts INTEGER NOT NULL DEFAULT 0,
	state    TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dropped')),
	ended_at TEXT    NOT NULL DEFAULT '',
	error    TEXT    NOT NULL DEFAULT '', -- of the last attempt
	CHECK ((state = 'waiting') = (ended_at = ''))
);
CREATE INDEX outbox_waiting ON outbox (next_at, at) WHERE state = 'waiting';
