CREATE FUNCTION calendar_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.approved_at <> '' OR NEW.rejected_at <> '' THEN
		RAISE EXCEPTION 'calendar: an edition is proposed before it is decided';
	END IF;
	RETURN NEW;
END $$;
CREATE FUNCTION calendar_decides() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.approved_at <> '' OR OLD.rejected_at <> '' OR NEW.id <> OLD.id OR NEW.year <> OLD.year OR NEW.kind <> OLD.kind
	OR NEW.number <> OLD.number OR NEW.title <> OLD.title OR NEW.issued_on <> OLD.issued_on OR NEW.days <> OLD.days
	OR NEW.proposed_by <> OLD.proposed_by OR NEW.proposed_name <> OLD.proposed_name OR NEW.proposed_at <> OLD.proposed_at THEN
		RAISE EXCEPTION 'calendar: an edition stays as it was proposed and decided';
	END IF;
	RETURN NEW;
END $$;
CREATE FUNCTION calendar_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'calendar: editions are kept'; END $$;
CREATE TRIGGER calendar_insert BEFORE INSERT ON calendar_editions FOR EACH ROW EXECUTE FUNCTION calendar_follows();
CREATE TRIGGER calendar_update BEFORE UPDATE ON calendar_editions FOR EACH ROW EXECUTE FUNCTION calendar_decides();
CREATE TRIGGER calendar_delete BEFORE DELETE ON calendar_editions FOR EACH ROW EXECUTE FUNCTION calendar_stays();
CREATE TRIGGER calendar_truncate BEFORE TRUNCATE ON calendar_editions FOR EACH STATEMENT EXECUTE FUNCTION calendar_stays();
