CREATE FUNCTION adjustment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'adjustment: %', TG_ARGV[0]; END $$;
CREATE FUNCTION adjustment_duty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		IF NEW.case_id <> '' OR NEW.dismissed_at <> '' THEN RAISE EXCEPTION 'adjustment: a duty ends by an application or with reasons'; END IF;
		RETURN NEW;
	END IF;
	IF (NEW.trigger_id, NEW.no, NEW.code, NEW.matter, NEW.unit_id, NEW.advice) IS DISTINCT FROM (OLD.trigger_id, OLD.no, OLD.code, OLD.matter, OLD.unit_id, OLD.advice)
	OR OLD.dismissed_at <> '' OR NEW.case_id <> '' AND (NEW.dismissed_at <> '' OR NOT EXISTS (SELECT 1 FROM changes WHERE case_id = NEW.case_id)) THEN
		RAISE EXCEPTION 'adjustment: a duty ends by an application or with reasons';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER triggers_update BEFORE UPDATE OR DELETE ON triggers FOR EACH ROW EXECUTE FUNCTION adjustment_stays('what happened stays as it was entered');
CREATE TRIGGER triggers_truncate BEFORE TRUNCATE ON triggers FOR EACH STATEMENT EXECUTE FUNCTION adjustment_stays('what happened stays as it was entered');
CREATE TRIGGER duties_guard BEFORE INSERT OR UPDATE ON duties FOR EACH ROW EXECUTE FUNCTION adjustment_duty();
CREATE TRIGGER duties_delete BEFORE DELETE ON duties FOR EACH ROW EXECUTE FUNCTION adjustment_stays('a duty ends by an application or with reasons');
CREATE TRIGGER duties_truncate BEFORE TRUNCATE ON duties FOR EACH STATEMENT EXECUTE FUNCTION adjustment_stays('a duty ends by an application or with reasons');
CREATE TRIGGER changes_update BEFORE UPDATE ON changes FOR EACH ROW WHEN (NEW.case_id <> OLD.case_id OR NEW.unit_id <> OLD.unit_id OR OLD.edition IS NOT NULL)
	EXECUTE FUNCTION adjustment_stays('an application stays in the register');
CREATE TRIGGER changes_delete BEFORE DELETE ON changes FOR EACH ROW EXECUTE FUNCTION adjustment_stays('an application stays in the register');
CREATE TRIGGER changes_truncate BEFORE TRUNCATE ON changes FOR EACH STATEMENT EXECUTE FUNCTION adjustment_stays('an application stays in the register');
CREATE TRIGGER demonstrations_update BEFORE UPDATE OR DELETE ON demonstrations FOR EACH ROW EXECUTE FUNCTION adjustment_stays('a demonstration stays as it was entered');
CREATE TRIGGER demonstrations_truncate BEFORE TRUNCATE ON demonstrations FOR EACH STATEMENT EXECUTE FUNCTION adjustment_stays('a demonstration stays as it was entered');
