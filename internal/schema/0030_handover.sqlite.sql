CREATE TRIGGER handovers_insert BEFORE INSERT ON handovers WHEN NEW.ended_at <> '' OR EXISTS (SELECT 1 FROM handovers WHERE case_id = NEW.case_id)
BEGIN SELECT RAISE(ABORT, 'handover: what was handed over stays in the register'); END;
CREATE TRIGGER handovers_update BEFORE UPDATE ON handovers
WHEN NEW.case_id <> OLD.case_id OR NEW.number <> OLD.number OR NEW.matter <> OLD.matter OR NEW.unit_id <> OLD.unit_id OR NEW.basis <> OLD.basis OR NEW.code <> OLD.code
	OR NEW.admission <> OLD.admission OR NEW.rests <> OLD.rests OR NEW.due_on <> OLD.due_on OR NEW.handed_at <> OLD.handed_at OR OLD.ended_at <> ''
BEGIN SELECT RAISE(ABORT, 'handover: what was handed over stays in the register'); END;
CREATE TRIGGER handovers_delete BEFORE DELETE ON handovers BEGIN SELECT RAISE(ABORT, 'handover: what was handed over stays in the register'); END;
CREATE TRIGGER handover_townships_insert BEFORE INSERT ON handover_townships
WHEN NEW.received_at <> '' OR NEW.contested_at <> '' OR EXISTS (SELECT 1 FROM handover_townships WHERE case_id = NEW.case_id AND unit_id = NEW.unit_id)
BEGIN SELECT RAISE(ABORT, 'handover: a township answers once'); END;
CREATE TRIGGER handover_townships_update BEFORE UPDATE ON handover_townships
WHEN NEW.case_id <> OLD.case_id OR NEW.unit_id <> OLD.unit_id OR OLD.ruling <> '' OR OLD.received_at <> ''
	OR OLD.contested_at <> '' AND NEW.contested_at <> OLD.contested_at
BEGIN SELECT RAISE(ABORT, 'handover: a township answers once'); END;
CREATE TRIGGER handover_townships_delete BEFORE DELETE ON handover_townships BEGIN SELECT RAISE(ABORT, 'handover: a township answers once'); END;
CREATE TRIGGER disputes_insert BEFORE INSERT ON disputes WHEN NEW.ruling <> '' OR EXISTS (SELECT 1 FROM disputes WHERE case_id = NEW.case_id)
BEGIN SELECT RAISE(ABORT, 'handover: a dispute is ruled once'); END;
CREATE TRIGGER disputes_update BEFORE UPDATE ON disputes
WHEN NEW.case_id <> OLD.case_id OR NEW.number <> OLD.number OR NEW.handover <> OLD.handover OR NEW.matter <> OLD.matter OR NEW.township <> OLD.township
	OR NEW.unit_id <> OLD.unit_id OR NEW.ground <> OLD.ground OR NEW.filed_at <> OLD.filed_at OR OLD.ruling <> ''
BEGIN SELECT RAISE(ABORT, 'handover: a dispute is ruled once'); END;
CREATE TRIGGER disputes_delete BEFORE DELETE ON disputes BEGIN SELECT RAISE(ABORT, 'handover: a dispute is ruled once'); END;
CREATE TRIGGER wordings_update BEFORE UPDATE ON wordings
WHEN NEW.id <> OLD.id OR NEW.words <> OLD.words OR NEW.why <> OLD.why OR NEW.source <> OLD.source OR OLD.removed_at <> ''
BEGIN SELECT RAISE(ABORT, 'handover: wording is taken out, not changed'); END;
CREATE TRIGGER wordings_delete BEFORE DELETE ON wordings BEGIN SELECT RAISE(ABORT, 'handover: wording is taken out, not changed'); END;
