-- Owner: package opinion. What the public says about the list and what became of it.

-- One opinion (DM-10.1). What it says stands in its case too; how its writer is
-- reached stands here alone, and is deleted in time.
CREATE TABLE opinions (
	case_id     TEXT    NOT NULL PRIMARY KEY REFERENCES cases (id),
	digest      TEXT    NOT NULL UNIQUE CHECK (length(digest) = 64), -- of the receipt, which is kept nowhere
	code        TEXT    NOT NULL DEFAULT '',                        -- of the item; '' where it is about none
	change_id   TEXT    NOT NULL DEFAULT '',                        -- the open change: a case
	subject     TEXT    NOT NULL CHECK (subject <> ''),             -- what it is about, in words
	category    TEXT    NOT NULL DEFAULT '',                        -- of the item, as it was then
	kind        TEXT    NOT NULL CHECK (kind IN ('citizen', 'legal', 'other')),
	text        TEXT    NOT NULL CHECK (text <> ''),
	private     BOOLEAN NOT NULL,                                   -- the writer asked not to have it published
	contact     TEXT    NOT NULL DEFAULT '',
	received_at TEXT    NOT NULL,
	received_on TEXT    NOT NULL CHECK (length(received_on) = 10),
	unit_id     TEXT    NOT NULL DEFAULT '',                        -- that has to answer
	result      TEXT    NOT NULL DEFAULT '' CHECK (result IN ('', 'adopted', 'partly', 'explained', 'declined', 'outside')),
	answer      TEXT    NOT NULL DEFAULT '',
	answered_on TEXT    NOT NULL DEFAULT '',
	closed_on   TEXT    NOT NULL DEFAULT '',
	published   BOOLEAN NOT NULL DEFAULT FALSE,                     -- with its words; otherwise it is only counted
	trigger_id  TEXT    NOT NULL DEFAULT '',                        -- the 调整事由 that it became
	CHECK ((answered_on = '') = (result = '')),
	CHECK ((answered_on = '') = (answer = '')),
	CHECK (closed_on = '' OR answered_on <> ''),
	CHECK (NOT published OR closed_on <> '' AND NOT private)
);
CREATE INDEX opinions_received ON opinions (received_at, case_id);
CREATE INDEX opinions_unit ON opinions (unit_id, received_at);
CREATE INDEX opinions_code ON opinions (code, received_at);
CREATE INDEX opinions_change ON opinions (change_id) WHERE change_id <> '';
CREATE INDEX opinions_contact ON opinions (closed_on) WHERE contact <> '' AND closed_on <> '';

-- What whoever sends an opinion is asked, so that no machine sends them by the thousand.
CREATE TABLE opinion_questions (
	id         TEXT NOT NULL PRIMARY KEY,
	text       TEXT NOT NULL CHECK (text <> ''),
	answers    TEXT NOT NULL CHECK (answers <> ''),                 -- every right one, parted by 、
	added_by   TEXT NOT NULL,
	added_name TEXT NOT NULL,
	added_at   TEXT NOT NULL,
	dropped_at TEXT NOT NULL DEFAULT ''
);
