-- Owner: package message. What units and offices were told.
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
