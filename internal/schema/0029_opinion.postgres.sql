CREATE FUNCTION opinion_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'opinion: what was said stays as it was said'; END $$;
CREATE FUNCTION opinion_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (NEW.case_id, NEW.digest, NEW.code, NEW.change_id, NEW.subject, NEW.category, NEW.kind, NEW.text, NEW.private, NEW.received_at, NEW.received_on)
		IS DISTINCT FROM (OLD.case_id, OLD.digest, OLD.code, OLD.change_id, OLD.subject, OLD.category, OLD.kind, OLD.text, OLD.private, OLD.received_at, OLD.received_on)
	OR NEW.contact <> OLD.contact AND NEW.contact <> '' OR OLD.trigger_id <> '' AND NEW.trigger_id <> OLD.trigger_id
	OR OLD.closed_on <> '' AND (NEW.unit_id, NEW.result, NEW.answer, NEW.answered_on, NEW.closed_on, NEW.published)
		IS DISTINCT FROM (OLD.unit_id, OLD.result, OLD.answer, OLD.answered_on, OLD.closed_on, OLD.published) THEN
		RAISE EXCEPTION 'opinion: what was said stays as it was said';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER opinions_update BEFORE UPDATE ON opinions FOR EACH ROW EXECUTE FUNCTION opinion_said();
CREATE TRIGGER opinions_delete BEFORE DELETE ON opinions FOR EACH ROW EXECUTE FUNCTION opinion_stays();
CREATE TRIGGER opinions_truncate BEFORE TRUNCATE ON opinions FOR EACH STATEMENT EXECUTE FUNCTION opinion_stays();
