CREATE FUNCTION admission_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'admission: %', TG_ARGV[0]; END $$;
CREATE TRIGGER admissions_insert BEFORE INSERT ON admissions FOR EACH ROW WHEN (NEW.began_at <> '' OR NEW.ended_at <> '' OR NEW.exit_case <> '')
	EXECUTE FUNCTION admission_stays('what was decided stays in the register');
CREATE TRIGGER admissions_update BEFORE UPDATE ON admissions FOR EACH ROW
	WHEN ((NEW.case_id, NEW.number, NEW.matter, NEW.unit_id) IS DISTINCT FROM (OLD.case_id, OLD.number, OLD.matter, OLD.unit_id) OR OLD.ended_at <> ''
		OR OLD.began_at <> '' AND (NEW.began_at, NEW.from_on, NEW.to_on, NEW.approved_on, NEW.basis) IS DISTINCT FROM (OLD.began_at, OLD.from_on, OLD.to_on, OLD.approved_on, OLD.basis))
	EXECUTE FUNCTION admission_stays('what was decided stays in the register');
CREATE TRIGGER admission_townships_insert BEFORE INSERT ON admission_townships FOR EACH ROW WHEN (NEW.received_at <> '')
	EXECUTE FUNCTION admission_stays('a township receives once');
CREATE TRIGGER admission_townships_update BEFORE UPDATE ON admission_townships FOR EACH ROW WHEN (NEW.case_id <> OLD.case_id OR NEW.unit_id <> OLD.unit_id OR OLD.received_at <> '')
	EXECUTE FUNCTION admission_stays('a township receives once');
CREATE TRIGGER purchase_advices_insert BEFORE INSERT ON purchase_advices FOR EACH ROW WHEN (NEW.outcome <> '')
	EXECUTE FUNCTION admission_stays('what was decided stays in the register');
CREATE TRIGGER purchase_advices_update BEFORE UPDATE ON purchase_advices FOR EACH ROW
	WHEN ((NEW.case_id, NEW.matter, NEW.unit_id, NEW.advice, NEW.advised_at) IS DISTINCT FROM (OLD.case_id, OLD.matter, OLD.unit_id, OLD.advice, OLD.advised_at))
	EXECUTE FUNCTION admission_stays('what was decided stays in the register');
CREATE TRIGGER trainings_update BEFORE UPDATE ON trainings FOR EACH ROW
	EXECUTE FUNCTION admission_stays('training is on record');
CREATE TRIGGER training_townships_update BEFORE UPDATE ON training_townships FOR EACH ROW
	EXECUTE FUNCTION admission_stays('training is on record');
CREATE TRIGGER lawful_matters_update BEFORE UPDATE ON lawful_matters FOR EACH ROW
	EXECUTE FUNCTION admission_stays('what was decided stays in the register');
CREATE TRIGGER admissions_delete BEFORE DELETE ON admissions FOR EACH ROW
	EXECUTE FUNCTION admission_stays('what was decided stays in the register');
CREATE TRIGGER admissions_truncate BEFORE TRUNCATE ON admissions FOR EACH STATEMENT
	EXECUTE FUNCTION admission_stays('what was decided stays in the register');
CREATE TRIGGER admission_townships_delete BEFORE DELETE ON admission_townships FOR EACH ROW
	EXECUTE FUNCTION admission_stays('a township receives once');
CREATE TRIGGER admission_townships_truncate BEFORE TRUNCATE ON admission_townships FOR EACH STATEMENT
	EXECUTE FUNCTION admission_stays('a township receives once');
CREATE TRIGGER trainings_delete BEFORE DELETE ON trainings FOR EACH ROW
	EXECUTE FUNCTION admission_stays('training is on record');
CREATE TRIGGER trainings_truncate BEFORE TRUNCATE ON trainings FOR EACH STATEMENT
	EXECUTE FUNCTION admission_stays('training is on record');
CREATE TRIGGER training_townships_delete BEFORE DELETE ON training_townships FOR EACH ROW
	EXECUTE FUNCTION admission_stays('training is on record');
CREATE TRIGGER training_townships_truncate BEFORE TRUNCATE ON training_townships FOR EACH STATEMENT
	EXECUTE FUNCTION admission_stays('training is on record');
CREATE TRIGGER lawful_matters_delete BEFORE DELETE ON lawful_matters FOR EACH ROW
	EXECUTE FUNCTION admission_stays('what was decided stays in the register');
CREATE TRIGGER lawful_matters_truncate BEFORE TRUNCATE ON lawful_matters FOR EACH STATEMENT
	EXECUTE FUNCTION admission_stays('what was decided stays in the register');
CREATE TRIGGER purchase_advices_delete BEFORE DELETE ON purchase_advices FOR EACH ROW
	EXECUTE FUNCTION admission_stays('what was decided stays in the register');
CREATE TRIGGER purchase_advices_truncate BEFORE TRUNCATE ON purchase_advices FOR EACH STATEMENT
	EXECUTE FUNCTION admission_stays('what was decided stays in the register');
