UPDATE tasks SET matter = coalesce(json_extract(data, '$.matter'), ''), verdict = coalesce(json_extract(data, '$.verdict'), '');

CREATE TRIGGER cases_filed_at AFTER UPDATE OF filed_at ON cases WHEN NEW.filed_at <> OLD.filed_at
BEGIN
	UPDATE case_parties SET filed_at = NEW.filed_at WHERE case_id = NEW.id;
	UPDATE tasks SET listed = (state = 'open' AND NEW.filed_at <> '') WHERE case_id = NEW.id;
END;

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
