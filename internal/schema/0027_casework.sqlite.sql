-- INSERT OR REPLACE deletes without firing DELETE triggers.
CREATE TRIGGER cases_insert BEFORE INSERT ON cases WHEN EXISTS (SELECT 1 FROM cases WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'casework: cases are kept'); END;
CREATE TRIGGER cases_ended BEFORE UPDATE ON cases
WHEN OLD.filed_at <> '' AND NEW.filed_at <> OLD.filed_at OR NEW.opened_at <> OLD.opened_at
	OR OLD.stage = 'closed' AND (NEW.stage <> OLD.stage OR NEW.outcome <> OLD.outcome OR NEW.closed_at <> OLD.closed_at)
	OR OLD.archived_at <> '' AND NEW.archived_at <> OLD.archived_at
BEGIN SELECT RAISE(ABORT, 'casework: a case moves only through its procedure'); END;
CREATE TRIGGER tasks_asked BEFORE UPDATE ON tasks
WHEN NEW.case_id <> OLD.case_id OR NEW.no <> OLD.no OR NEW.stage <> OLD.stage OR NEW.round <> OLD.round OR NEW.kind <> OLD.kind OR NEW.matter <> OLD.matter OR NEW.from_at <> OLD.from_at
BEGIN SELECT RAISE(ABORT, 'casework: tasks are kept'); END;
