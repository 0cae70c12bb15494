CREATE FUNCTION rectify_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rectify: an order ends by one finding'; END $$;
CREATE TRIGGER rectifications_insert BEFORE INSERT ON rectifications FOR EACH ROW WHEN (NEW.finding <> '') EXECUTE FUNCTION rectify_stays();
CREATE TRIGGER rectifications_update BEFORE UPDATE ON rectifications FOR EACH ROW
	WHEN ((NEW.case_id, NEW.number, NEW.trigger_id, NEW.unit_id, NEW.office, NEW.matters, NEW.apply_by, NEW.ordered_on)
		IS DISTINCT FROM (OLD.case_id, OLD.number, OLD.trigger_id, OLD.unit_id, OLD.office, OLD.matters, OLD.apply_by, OLD.ordered_on) OR OLD.lapsed AND NOT NEW.lapsed
	OR OLD.finding <> '' AND (NEW.due_on, NEW.lapsed, NEW.reported_on, NEW.report, NEW.finding, NEW.reasons, NEW.found_on, NEW.clue, NEW.letter, NEW.receiver)
		IS DISTINCT FROM (OLD.due_on, OLD.lapsed, OLD.reported_on, OLD.report, OLD.finding, OLD.reasons, OLD.found_on, OLD.clue, OLD.letter, OLD.receiver)
	OR OLD.receipt_no <> '' AND (NEW.receipt_no, NEW.received_on) IS DISTINCT FROM (OLD.receipt_no, OLD.received_on))
	EXECUTE FUNCTION rectify_stays();
CREATE TRIGGER rectifications_delete BEFORE DELETE ON rectifications FOR EACH ROW EXECUTE FUNCTION rectify_stays();
CREATE TRIGGER rectifications_truncate BEFORE TRUNCATE ON rectifications FOR EACH STATEMENT EXECUTE FUNCTION rectify_stays();
