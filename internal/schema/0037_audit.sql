-- Owner: package audit. What the record is looked through by is written behind the
-- lines, many at a time, instead of in three trees with each of them.
DROP INDEX audit_person;
DROP INDEX audit_object;
DROP INDEX audit_action;
CREATE TABLE audit_terms (
	term TEXT   NOT NULL, -- person:…, unit:…, object:…, action:noun, action:noun.verb
	seq  BIGINT NOT NULL REFERENCES audit (seq),
	PRIMARY KEY (term, seq)
);
-- The last line that has its terms; those after it are read one by one.
CREATE TABLE audit_filed (seq BIGINT NOT NULL);
INSERT INTO audit_filed (seq) VALUES (0);
