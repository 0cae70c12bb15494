CREATE TRIGGER events_insert BEFORE INSERT ON events
WHEN NEW.seq <> 1 + coalesce((SELECT max(seq) FROM events WHERE case_id = NEW.case_id), 0)
BEGIN SELECT RAISE(ABORT, 'casework: an event follows the last one'); END;
CREATE TRIGGER events_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'casework: events stay as they are'); END;
CREATE TRIGGER events_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'casework: events stay as they are'); END;
CREATE TRIGGER cases_update BEFORE UPDATE ON cases
WHEN NEW.version <> OLD.version + 1 OR (OLD.number <> '' AND NEW.number <> OLD.number) OR NEW.procedure <> OLD.procedure
	OR NEW.owner_unit <> OLD.owner_unit OR (OLD.edition <> 0 AND NEW.edition <> OLD.edition) OR (OLD.stage = 'closed' AND NEW.form <> OLD.form)
BEGIN SELECT RAISE(ABORT, 'casework: a case moves only through its procedure'); END;
CREATE TRIGGER cases_delete BEFORE DELETE ON cases BEGIN SELECT RAISE(ABORT, 'casework: cases are kept'); END;
CREATE TRIGGER tasks_delete BEFORE DELETE ON tasks BEGIN SELECT RAISE(ABORT, 'casework: tasks are kept'); END;
