-- Owner: package session. A session that was ended keeps why for a day, so that
-- its browser can say it: killed, password, tries.
ALTER TABLE sessions ADD COLUMN ended TEXT NOT NULL DEFAULT '';
