-- Owner: package message. What a step tells is written with the step: one row in two
-- trees. A message stands in one index while it is unread and in another afterwards,
-- and what became of it as mail is written by whoever sends it.
ALTER TABLE messages RENAME TO messages_before;
CREATE TABLE messages (
	id      INTEGER NOT NULL PRIMARY KEY, -- in order of posting
	party   TEXT NOT NULL CHECK (party <> ''), -- u:unit or r:role
	post    TEXT NOT NULL DEFAULT '',  -- '' is everybody in it
	subject TEXT NOT NULL,
	text    TEXT NOT NULL,
	case_id TEXT NOT NULL DEFAULT '',
	link    TEXT NOT NULL DEFAULT '',
	once    TEXT NOT NULL DEFAULT '',  -- what is told once for ever; '' for the rest
	at      TEXT NOT NULL CHECK (at <> ''),
	read_at TEXT NOT NULL DEFAULT '',
	read_by TEXT NOT NULL DEFAULT ''   -- as shown
);
INSERT INTO messages (id, party, post, subject, text, case_id, link, once, at, read_at, read_by)
	SELECT row_number() OVER (ORDER BY at, id), party, post, subject, text, case_id, link, once, at, read_at, read_by FROM messages_before;
-- A message has no line here until it was first tried: they are tried in order.
CREATE TABLE mails (
	message INTEGER NOT NULL PRIMARY KEY REFERENCES messages (id),
	state   TEXT    NOT NULL CHECK (state IN ('waiting', 'sent', 'dropped')),
	at      TEXT    NOT NULL,            -- waiting: not before, moved on before each attempt; else when that was over
	tries   INTEGER NOT NULL,
	error   TEXT    NOT NULL DEFAULT ''  -- of the last attempt
);
INSERT INTO mails (message, state, at, tries, error)
	SELECT row_number() OVER (ORDER BY at, id), mail, mail_at, tries, error FROM messages_before;
DROP TABLE messages_before;
CREATE UNIQUE INDEX messages_once ON messages (once) WHERE once <> '';
CREATE INDEX messages_unread ON messages (party, at, id) WHERE read_at = '';
CREATE INDEX messages_read ON messages (party, at, id) WHERE read_at <> '';
CREATE INDEX mails_waiting ON mails (at) WHERE state = 'waiting';
