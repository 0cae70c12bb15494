CREATE TRIGGER triggers_insert BEFORE INSERT ON triggers WHEN EXISTS (SELECT 1 FROM triggers WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'adjustment: what happened stays as it was entered'); END;
CREATE TRIGGER triggers_update BEFORE UPDATE ON triggers BEGIN SELECT RAISE(ABORT, 'adjustment: what happened stays as it was entered'); END;
CREATE TRIGGER triggers_delete BEFORE DELETE ON triggers BEGIN SELECT RAISE(ABORT, 'adjustment: what happened stays as it was entered'); END;
CREATE TRIGGER duties_insert BEFORE INSERT ON duties
WHEN NEW.case_id <> '' OR NEW.dismissed_at <> '' OR EXISTS (SELECT 1 FROM duties WHERE trigger_id = NEW.trigger_id AND no = NEW.no)
BEGIN SELECT RAISE(ABORT, 'adjustment: a duty ends by an application or with reasons'); END;
CREATE TRIGGER duties_update BEFORE UPDATE ON duties
WHEN NEW.trigger_id <> OLD.trigger_id OR NEW.no <> OLD.no OR NEW.code <> OLD.code OR NEW.matter <> OLD.matter OR NEW.unit_id <> OLD.unit_id OR NEW.advice <> OLD.advice
	OR OLD.dismissed_at <> '' OR NEW.case_id <> '' AND (NEW.dismissed_at <> '' OR NOT EXISTS (SELECT 1 FROM changes WHERE case_id = NEW.case_id))
BEGIN SELECT RAISE(ABORT, 'adjustment: a duty ends by an application or with reasons'); END;
CREATE TRIGGER duties_delete BEFORE DELETE ON duties BEGIN SELECT RAISE(ABORT, 'adjustment: a duty ends by an application or with reasons'); END;
CREATE TRIGGER changes_insert BEFORE INSERT ON changes WHEN EXISTS (SELECT 1 FROM changes WHERE case_id = NEW.case_id)
BEGIN SELECT RAISE(ABORT, 'adjustment: an application stays in the register'); END;
CREATE TRIGGER changes_update BEFORE UPDATE ON changes WHEN NEW.case_id <> OLD.case_id OR NEW.unit_id <> OLD.unit_id OR OLD.edition IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'adjustment: an application stays in the register'); END;
CREATE TRIGGER changes_delete BEFORE DELETE ON changes BEGIN SELECT RAISE(ABORT, 'adjustment: an application stays in the register'); END;
CREATE TRIGGER demonstrations_insert BEFORE INSERT ON demonstrations WHEN EXISTS (SELECT 1 FROM demonstrations WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'adjustment: a demonstration stays as it was entered'); END;
CREATE TRIGGER demonstrations_update BEFORE UPDATE ON demonstrations BEGIN SELECT RAISE(ABORT, 'adjustment: a demonstration stays as it was entered'); END;
CREATE TRIGGER demonstrations_delete BEFORE DELETE ON demonstrations BEGIN SELECT RAISE(ABORT, 'adjustment: a demonstration stays as it was entered'); END;
