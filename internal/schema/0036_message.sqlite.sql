-- Unread messages are counted where everything is that stands beside a party's name:
-- a table's CHECK is changed by making it anew, and the triggers that write it.
DROP TRIGGER tasks_tally_insert;
DROP TRIGGER tasks_tally_update;
DROP TRIGGER cases_tally_insert;
DROP TRIGGER cases_tally_update;
DROP TRIGGER circulations_tally_insert;
DROP TRIGGER circulations_tally_update;
CREATE TABLE tallies_now (
	party TEXT   NOT NULL,
	post  TEXT   NOT NULL,
	kind  TEXT   NOT NULL CHECK (kind IN ('todo', 'open', 'draft', 'unread', 'message')),
	n     BIGINT NOT NULL CHECK (n >= 0),
	PRIMARY KEY (party, post, kind)
);
INSERT INTO tallies_now SELECT party, post, kind, n FROM tallies UNION ALL SELECT party, post, 'message', n FROM unread;
DROP TABLE unread;
DROP TABLE tallies;
ALTER TABLE tallies_now RENAME TO tallies;
CREATE TRIGGER tasks_tally_insert AFTER INSERT ON tasks WHEN NEW.listed
BEGIN
	INSERT INTO tallies (party, post, kind, n) VALUES (NEW.party, NEW.post, 'todo', 1) ON CONFLICT (party, post, kind) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tasks_tally_update AFTER UPDATE OF listed, party, post ON tasks
WHEN OLD.listed <> NEW.listed OR NEW.listed AND (OLD.party <> NEW.party OR OLD.post <> NEW.post)
BEGIN
	UPDATE tallies SET n = n - 1 WHERE OLD.listed AND party = OLD.party AND post = OLD.post AND kind = 'todo';
	INSERT INTO tallies (party, post, kind, n) SELECT NEW.party, NEW.post, 'todo', 1 WHERE NEW.listed ON CONFLICT (party, post, kind) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER cases_tally_insert AFTER INSERT ON cases WHEN NEW.stage <> 'closed'
BEGIN
	INSERT INTO tallies (party, post, kind, n) VALUES ('u:' || NEW.owner_unit, '', CASE WHEN NEW.filed_at = '' THEN 'draft' ELSE 'open' END, 1)
		ON CONFLICT (party, post, kind) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER cases_tally_update AFTER UPDATE OF stage, filed_at ON cases
WHEN (OLD.stage = 'closed') <> (NEW.stage = 'closed') OR (OLD.filed_at = '') <> (NEW.filed_at = '')
BEGIN
	UPDATE tallies SET n = n - 1 WHERE OLD.stage <> 'closed' AND party = 'u:' || OLD.owner_unit AND post = '' AND kind = CASE WHEN OLD.filed_at = '' THEN 'draft' ELSE 'open' END;
	INSERT INTO tallies (party, post, kind, n) SELECT 'u:' || NEW.owner_unit, '', CASE WHEN NEW.filed_at = '' THEN 'draft' ELSE 'open' END, 1 WHERE NEW.stage <> 'closed'
		ON CONFLICT (party, post, kind) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER circulations_tally_insert AFTER INSERT ON circulations WHEN NEW.read_at = ''
BEGIN
	INSERT INTO tallies (party, post, kind, n) VALUES (NEW.party, '', 'unread', 1) ON CONFLICT (party, post, kind) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER circulations_tally_update AFTER UPDATE OF read_at ON circulations WHEN OLD.read_at = '' AND NEW.read_at <> ''
BEGIN
	UPDATE tallies SET n = n - 1 WHERE party = NEW.party AND post = '' AND kind = 'unread';
END;
CREATE TRIGGER messages_tally_insert AFTER INSERT ON messages WHEN NEW.read_at = ''
BEGIN
	INSERT INTO tallies (party, post, kind, n) VALUES (NEW.party, NEW.post, 'message', 1) ON CONFLICT (party, post, kind) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER messages_tally_update AFTER UPDATE OF read_at ON messages WHEN OLD.read_at = '' AND NEW.read_at <> ''
BEGIN
	UPDATE tallies SET n = n - 1 WHERE party = NEW.party AND post = NEW.post AND kind = 'message';
END;
