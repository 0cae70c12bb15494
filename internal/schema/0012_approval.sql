-- Owner: package approval. What was sent up to city and province for filing and
-- what came back (AE-6.2, AE-12.1, DM-8.5): one row a level. It takes the place
-- of the table that admission kept while it was the only regulation that files.
CREATE TABLE filing_letters (
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
INSERT INTO filing_letters (case_id, level, sent_no, sent_on, received_no, received_on)
SELECT case_id, level, sent_no, sent_on, received_no, received_on FROM filings;
DROP TABLE filings;
