CREATE FUNCTION handover_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'handover: %', TG_ARGV[0]; END $$;
CREATE TRIGGER handovers_insert BEFORE INSERT ON handovers FOR EACH ROW WHEN (NEW.ended_at <> '') EXECUTE FUNCTION handover_stays('what was handed over stays in the register');
CREATE TRIGGER handovers_update BEFORE UPDATE ON handovers FOR EACH ROW
	WHEN ((NEW.case_id, NEW.number, NEW.matter, NEW.unit_id, NEW.basis, NEW.code, NEW.admission, NEW.rests, NEW.due_on, NEW.handed_at)
		IS DISTINCT FROM (OLD.case_id, OLD.number, OLD.matter, OLD.unit_id, OLD.basis, OLD.code, OLD.admission, OLD.rests, OLD.due_on, OLD.handed_at) OR OLD.ended_at <> '')
	EXECUTE FUNCTION handover_stays('what was handed over stays in the register');
CREATE TRIGGER handovers_delete BEFORE DELETE ON handovers FOR EACH ROW EXECUTE FUNCTION handover_stays('what was handed over stays in the register');
CREATE TRIGGER handovers_truncate BEFORE TRUNCATE ON handovers FOR EACH STATEMENT EXECUTE FUNCTION handover_stays('what was handed over stays in the register');
CREATE TRIGGER handover_townships_insert BEFORE INSERT ON handover_townships FOR EACH ROW WHEN (NEW.received_at <> '' OR NEW.contested_at <> '')
	EXECUTE FUNCTION handover_stays('a township answers once');
CREATE TRIGGER handover_townships_update BEFORE UPDATE ON handover_townships FOR EACH ROW
	WHEN (NEW.case_id <> OLD.case_id OR NEW.unit_id <> OLD.unit_id OR OLD.ruling <> '' OR OLD.received_at <> '' OR OLD.contested_at <> '' AND NEW.contested_at <> OLD.contested_at)
	EXECUTE FUNCTION handover_stays('a township answers once');
CREATE TRIGGER handover_townships_delete BEFORE DELETE ON handover_townships FOR EACH ROW EXECUTE FUNCTION handover_stays('a township answers once');
CREATE TRIGGER handover_townships_truncate BEFORE TRUNCATE ON handover_townships FOR EACH STATEMENT EXECUTE FUNCTION handover_stays('a township answers once');
CREATE TRIGGER disputes_insert BEFORE INSERT ON disputes FOR EACH ROW WHEN (NEW.ruling <> '') EXECUTE FUNCTION handover_stays('a dispute is ruled once');
CREATE TRIGGER disputes_update BEFORE UPDATE ON disputes FOR EACH ROW
	WHEN ((NEW.case_id, NEW.number, NEW.handover, NEW.matter, NEW.township, NEW.unit_id, NEW.ground, NEW.filed_at)
		IS DISTINCT FROM (OLD.case_id, OLD.number, OLD.handover, OLD.matter, OLD.township, OLD.unit_id, OLD.ground, OLD.filed_at) OR OLD.ruling <> '')
	EXECUTE FUNCTION handover_stays('a dispute is ruled once');
CREATE TRIGGER disputes_delete BEFORE DELETE ON disputes FOR EACH ROW EXECUTE FUNCTION handover_stays('a dispute is ruled once');
CREATE TRIGGER disputes_truncate BEFORE TRUNCATE ON disputes FOR EACH STATEMENT EXECUTE FUNCTION handover_stays('a dispute is ruled once');
CREATE TRIGGER wordings_update BEFORE UPDATE ON wordings FOR EACH ROW
	WHEN ((NEW.id, NEW.words, NEW.why, NEW.source) IS DISTINCT FROM (OLD.id, OLD.words, OLD.why, OLD.source) OR OLD.removed_at <> '')
	EXECUTE FUNCTION handover_stays('wording is taken out, not changed');
CREATE TRIGGER wordings_delete BEFORE DELETE ON wordings FOR EACH ROW EXECUTE FUNCTION handover_stays('wording is taken out, not changed');
