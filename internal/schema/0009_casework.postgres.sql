CREATE FUNCTION casework_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.seq <> 1 + coalesce((SELECT max(seq) FROM events WHERE case_id = NEW.case_id), 0) THEN
		RAISE EXCEPTION 'casework: an event follows the last one';
	END IF;
	RETURN NEW;
END $$;
CREATE FUNCTION casework_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'casework: % are kept as they are', TG_TABLE_NAME; END $$;
CREATE FUNCTION casework_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.version <> OLD.version + 1 OR (OLD.number <> '' AND NEW.number <> OLD.number) OR NEW.procedure <> OLD.procedure
	OR NEW.owner_unit <> OLD.owner_unit OR (OLD.edition <> 0 AND NEW.edition <> OLD.edition) OR (OLD.stage = 'closed' AND NEW.form <> OLD.form) THEN
		RAISE EXCEPTION 'casework: a case moves only through its procedure';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER events_insert BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION casework_follows();
CREATE TRIGGER events_update BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION casework_stays();
CREATE TRIGGER cases_update BEFORE UPDATE ON cases FOR EACH ROW EXECUTE FUNCTION casework_moves();
CREATE TRIGGER cases_delete BEFORE DELETE ON cases FOR EACH ROW EXECUTE FUNCTION casework_stays();
CREATE TRIGGER tasks_delete BEFORE DELETE ON tasks FOR EACH ROW EXECUTE FUNCTION casework_stays();
