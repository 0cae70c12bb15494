-- Owner: package rectify. Orders to put a missed application right, and what came
-- of each (DM-11.1, DM-11.2). What was not put right cannot be without its clue.
CREATE TABLE rectifications (
	case_id     TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
	number      TEXT NOT NULL CHECK (number <> ''),          -- 责改〔2026〕001
	trigger_id  TEXT NOT NULL REFERENCES triggers (id),
	unit_id     TEXT NOT NULL,                               -- that is ordered
	office      TEXT NOT NULL,                               -- that orders: list office or justice bureau
	matters     TEXT NOT NULL CHECK (matters <> ''),         -- the items, as the order names them
	apply_by    TEXT NOT NULL CHECK (length(apply_by) = 10), -- the last day of article 8
	ordered_on  TEXT NOT NULL CHECK (ordered_on > apply_by),
	due_on      TEXT NOT NULL CHECK (due_on > ordered_on),
	lapsed      BOOLEAN NOT NULL DEFAULT FALSE,              -- no report came in time
	reported_on TEXT NOT NULL DEFAULT '',
	report      TEXT NOT NULL DEFAULT '',
	finding     TEXT NOT NULL DEFAULT '' CHECK (finding IN ('', 'good', 'insufficient', 'refused')),
	reasons     TEXT NOT NULL DEFAULT '',
	found_on    TEXT NOT NULL DEFAULT '',
	clue        TEXT NOT NULL DEFAULT '',                    -- the case by which it was handed over
	letter      TEXT NOT NULL DEFAULT '',                    -- 移送〔2026〕001
	receiver    TEXT NOT NULL DEFAULT '',                    -- unit it was handed to
	receipt_no  TEXT NOT NULL DEFAULT '',
	received_on TEXT NOT NULL DEFAULT '',
	CHECK (unit_id <> office),
	CHECK ((reported_on = '') = (report = '')),
	CHECK ((finding = '') = (reasons = '')),
	CHECK ((finding = '') = (found_on = '')),
	CHECK (finding = '' OR lapsed OR reported_on <> ''),
	CHECK ((finding IN ('insufficient', 'refused')) = (clue <> '')),
	CHECK ((clue = '') = (letter = '') AND (clue = '') = (receiver = '')),
	CHECK ((receipt_no = '') = (received_on = '')),
	CHECK (received_on = '' OR clue <> '')
);
CREATE UNIQUE INDEX rectifications_running ON rectifications (trigger_id, unit_id) WHERE finding = '';
CREATE INDEX rectifications_trigger ON rectifications (trigger_id, unit_id);
