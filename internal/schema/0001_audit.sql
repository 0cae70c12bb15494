-- Owner: package audit. One chain for the whole district.
CREATE TABLE audit (
	seq     BIGINT NOT NULL PRIMARY KEY,
	at      TEXT   NOT NULL,            -- UTC, fixed width
	person  TEXT   NOT NULL DEFAULT '', -- '' is the system itself
	unit    TEXT   NOT NULL DEFAULT '',
	action  TEXT   NOT NULL,
	object  TEXT   NOT NULL DEFAULT '', -- kind:id
	result  TEXT   NOT NULL,            -- done, refused, viewed
	body    TEXT   NOT NULL,            -- canonical JSON of the whole line
	prev    TEXT   NOT NULL,
	hash    TEXT   NOT NULL             -- SM3 of prev and body
);
CREATE INDEX audit_person ON audit (person, seq);
CREATE INDEX audit_object ON audit (object, seq);
CREATE INDEX audit_action ON audit (action, seq);
