-- INSERT OR REPLACE deletes without firing DELETE triggers.
CREATE TRIGGER admissions_insert BEFORE INSERT ON admissions WHEN NEW.began_at <> '' OR NEW.ended_at <> '' OR NEW.exit_case <> '' OR EXISTS (SELECT 1 FROM admissions WHERE case_id = NEW.case_id)
BEGIN SELECT RAISE(ABORT, 'admission: what was decided stays in the register'); END;
CREATE TRIGGER admissions_update BEFORE UPDATE ON admissions
WHEN NEW.case_id <> OLD.case_id OR NEW.number <> OLD.number OR NEW.matter <> OLD.matter OR NEW.unit_id <> OLD.unit_id OR OLD.ended_at <> ''
	OR OLD.began_at <> '' AND (NEW.began_at <> OLD.began_at OR NEW.from_on <> OLD.from_on OR NEW.to_on <> OLD.to_on OR NEW.approved_on <> OLD.approved_on OR NEW.basis <> OLD.basis)
BEGIN SELECT RAISE(ABORT, 'admission: what was decided stays in the register'); END;
CREATE TRIGGER admissions_delete BEFORE DELETE ON admissions
BEGIN SELECT RAISE(ABORT, 'admission: what was decided stays in the register'); END;
CREATE TRIGGER admission_townships_insert BEFORE INSERT ON admission_townships WHEN NEW.received_at <> '' OR EXISTS (SELECT 1 FROM admission_townships WHERE case_id = NEW.case_id AND unit_id = NEW.unit_id)
BEGIN SELECT RAISE(ABORT, 'admission: a township receives once'); END;
CREATE TRIGGER admission_townships_update BEFORE UPDATE ON admission_townships WHEN NEW.case_id <> OLD.case_id OR NEW.unit_id <> OLD.unit_id OR OLD.received_at <> ''
BEGIN SELECT RAISE(ABORT, 'admission: a township receives once'); END;
CREATE TRIGGER admission_townships_delete BEFORE DELETE ON admission_townships
BEGIN SELECT RAISE(ABORT, 'admission: a township receives once'); END;
CREATE TRIGGER trainings_insert BEFORE INSERT ON trainings WHEN EXISTS (SELECT 1 FROM trainings WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'admission: training is on record'); END;
CREATE TRIGGER trainings_update BEFORE UPDATE ON trainings
BEGIN SELECT RAISE(ABORT, 'admission: training is on record'); END;
CREATE TRIGGER trainings_delete BEFORE DELETE ON trainings
BEGIN SELECT RAISE(ABORT, 'admission: training is on record'); END;
CREATE TRIGGER training_townships_insert BEFORE INSERT ON training_townships WHEN EXISTS (SELECT 1 FROM training_townships WHERE training_id = NEW.training_id AND unit_id = NEW.unit_id)
BEGIN SELECT RAISE(ABORT, 'admission: training is on record'); END;
CREATE TRIGGER training_townships_update BEFORE UPDATE ON training_townships
BEGIN SELECT RAISE(ABORT, 'admission: training is on record'); END;
CREATE TRIGGER training_townships_delete BEFORE DELETE ON training_townships
BEGIN SELECT RAISE(ABORT, 'admission: training is on record'); END;
CREATE TRIGGER lawful_matters_insert BEFORE INSERT ON lawful_matters WHEN EXISTS (SELECT 1 FROM lawful_matters WHERE case_id = NEW.case_id)
BEGIN SELECT RAISE(ABORT, 'admission: what was decided stays in the register'); END;
CREATE TRIGGER lawful_matters_update BEFORE UPDATE ON lawful_matters
BEGIN SELECT RAISE(ABORT, 'admission: what was decided stays in the register'); END;
CREATE TRIGGER lawful_matters_delete BEFORE DELETE ON lawful_matters
BEGIN SELECT RAISE(ABORT, 'admission: what was decided stays in the register'); END;
CREATE TRIGGER purchase_advices_insert BEFORE INSERT ON purchase_advices WHEN NEW.outcome <> '' OR EXISTS (SELECT 1 FROM purchase_advices WHERE case_id = NEW.case_id)
BEGIN SELECT RAISE(ABORT, 'admission: what was decided stays in the register'); END;
CREATE TRIGGER purchase_advices_update BEFORE UPDATE ON purchase_advices
WHEN NEW.case_id <> OLD.case_id OR NEW.matter <> OLD.matter OR NEW.unit_id <> OLD.unit_id OR NEW.advice <> OLD.advice OR NEW.advised_at <> OLD.advised_at
BEGIN SELECT RAISE(ABORT, 'admission: what was decided stays in the register'); END;
CREATE TRIGGER purchase_advices_delete BEFORE DELETE ON purchase_advices
BEGIN SELECT RAISE(ABORT, 'admission: what was decided stays in the register'); END;
