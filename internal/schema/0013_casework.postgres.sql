UPDATE tasks SET matter = coalesce(data::json ->> 'matter', ''), verdict = coalesce(data::json ->> 'verdict', '');

CREATE FUNCTION casework_filed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE case_parties SET filed_at = NEW.filed_at WHERE case_id = NEW.id;
	UPDATE tasks SET listed = (state = 'open' AND NEW.filed_at <> '') WHERE case_id = NEW.id;
	RETURN NULL;
END $$;
CREATE TRIGGER cases_filed_at AFTER UPDATE OF filed_at ON cases FOR EACH ROW WHEN (NEW.filed_at <> OLD.filed_at) EXECUTE FUNCTION casework_filed();

CREATE FUNCTION casework_tally(whose TEXT, at_post TEXT, what TEXT, more INTEGER) RETURNS void LANGUAGE sql AS $$
	INSERT INTO tallies AS t (party, post, kind, n) VALUES (whose, at_post, what, greatest(more, 0)) ON CONFLICT (party, post, kind) DO UPDATE SET n = t.n + more;
$$;
CREATE FUNCTION casework_tally_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND OLD.listed THEN PERFORM casework_tally(OLD.party, OLD.post, 'todo', -1); END IF;
	IF NEW.listed THEN PERFORM casework_tally(NEW.party, NEW.post, 'todo', 1); END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER tasks_tally_insert AFTER INSERT ON tasks FOR EACH ROW WHEN (NEW.listed) EXECUTE FUNCTION casework_tally_tasks();
CREATE TRIGGER tasks_tally_update AFTER UPDATE ON tasks FOR EACH ROW
	WHEN (OLD.listed <> NEW.listed OR NEW.listed AND (OLD.party <> NEW.party OR OLD.post <> NEW.post)) EXECUTE FUNCTION casework_tally_tasks();

CREATE FUNCTION casework_tally_cases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND OLD.stage <> 'closed' THEN
		PERFORM casework_tally('u:' || OLD.owner_unit, '', CASE WHEN OLD.filed_at = '' THEN 'draft' ELSE 'open' END, -1);
	END IF;
	IF NEW.stage <> 'closed' THEN
		PERFORM casework_tally('u:' || NEW.owner_unit, '', CASE WHEN NEW.filed_at = '' THEN 'draft' ELSE 'open' END, 1);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER cases_tally_insert AFTER INSERT ON cases FOR EACH ROW EXECUTE FUNCTION casework_tally_cases();
CREATE TRIGGER cases_tally_update AFTER UPDATE ON cases FOR EACH ROW
	WHEN ((OLD.stage = 'closed') <> (NEW.stage = 'closed') OR (OLD.filed_at = '') <> (NEW.filed_at = '')) EXECUTE FUNCTION casework_tally_cases();

CREATE FUNCTION casework_tally_circulations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM casework_tally(NEW.party, '', 'unread', CASE WHEN NEW.read_at = '' THEN 1 ELSE -1 END);
	RETURN NULL;
END $$;
CREATE TRIGGER circulations_tally_insert AFTER INSERT ON circulations FOR EACH ROW WHEN (NEW.read_at = '') EXECUTE FUNCTION casework_tally_circulations();
CREATE TRIGGER circulations_tally_update AFTER UPDATE ON circulations FOR EACH ROW WHEN (OLD.read_at = '' AND NEW.read_at <> '') EXECUTE FUNCTION casework_tally_circulations();
