-- Owner: package message. A message and its mail are one row, for they are written
-- together; only what is told once for ever has a key.
ALTER TABLE messages RENAME TO messages_before;
CREATE TABLE messages (
	id      TEXT NOT NULL PRIMARY KEY, -- in order of posting; the Message-ID
	party   TEXT NOT NULL CHECK (party <> ''), -- u:unit or r:role
	post    TEXT NOT NULL DEFAULT '',  -- '' is everybody in it
	subject TEXT NOT NULL,
	text    TEXT NOT NULL,
	case_id TEXT NOT NULL DEFAULT '',
	link    TEXT NOT NULL DEFAULT '',
	once    TEXT NOT NULL DEFAULT '',  -- what is told once for ever; '' for the rest
	at      TEXT NOT NULL CHECK (at <> ''),
	read_at TEXT NOT NULL DEFAULT '',
	read_by TEXT NOT NULL DEFAULT '',  -- as shown
	mail    TEXT NOT NULL DEFAULT 'waiting' CHECK (mail IN ('waiting', 'sent', 'dropped')),
	mail_at TEXT NOT NULL DEFAULT '',  -- waiting: not before, moved on before each attempt; else when that was over
	tries   INTEGER NOT NULL DEFAULT 0,
	error   TEXT NOT NULL DEFAULT '',  -- of the last attempt
	CHECK (mail = 'waiting' OR mail_at <> '')
);
INSERT INTO messages (id, party, post, subject, text, case_id, link, once, at, read_at, read_by, mail, mail_at, tries, error)
	SELECT m.id, m.party, m.post, m.subject, m.text, m.case_id, m.link, m.dedupe, m.at, m.read_at, m.read_by,
		coalesce(o.state, 'dropped'), CASE WHEN o.state IS NULL THEN m.at WHEN o.state = 'waiting' THEN o.next_at ELSE o.ended_at END, coalesce(o.attempts, 0), coalesce(o.error, '')
	FROM messages_before m LEFT JOIN outbox o ON o.dedupe = m.dedupe;
DROP TABLE outbox;
DROP TABLE messages_before;
CREATE UNIQUE INDEX messages_once ON messages (once) WHERE once <> '';
CREATE INDEX messages_party ON messages (party, at, id);
CREATE INDEX messages_unread ON messages (party) WHERE read_at = '';
CREATE INDEX messages_waiting ON messages (mail_at, at) WHERE mail = 'waiting';
