CREATE FUNCTION casework_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.filed_at <> '' AND NEW.filed_at <> OLD.filed_at OR NEW.opened_at <> OLD.opened_at
	OR OLD.stage = 'closed' AND (NEW.stage, NEW.outcome, NEW.closed_at) IS DISTINCT FROM (OLD.stage, OLD.outcome, OLD.closed_at)
	OR OLD.archived_at <> '' AND NEW.archived_at <> OLD.archived_at THEN
		RAISE EXCEPTION 'casework: a case moves only through its procedure';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER cases_ended BEFORE UPDATE ON cases FOR EACH ROW EXECUTE FUNCTION casework_ended();
CREATE TRIGGER tasks_asked BEFORE UPDATE ON tasks FOR EACH ROW
	WHEN ((NEW.case_id, NEW.no, NEW.stage, NEW.round, NEW.kind, NEW.matter, NEW.from_at) IS DISTINCT FROM (OLD.case_id, OLD.no, OLD.stage, OLD.round, OLD.kind, OLD.matter, OLD.from_at))
	EXECUTE FUNCTION casework_stays();
CREATE TRIGGER events_truncate BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION casework_stays();
CREATE TRIGGER cases_truncate BEFORE TRUNCATE ON cases FOR EACH STATEMENT EXECUTE FUNCTION casework_stays();
CREATE TRIGGER tasks_truncate BEFORE TRUNCATE ON tasks FOR EACH STATEMENT EXECUTE FUNCTION casework_stays();
