CREATE TRIGGER calendar_insert BEFORE INSERT ON calendar_editions
WHEN NEW.approved_at <> '' OR NEW.rejected_at <> ''
BEGIN SELECT RAISE(ABORT, 'calendar: an edition is proposed before it is decided'); END;
CREATE TRIGGER calendar_update BEFORE UPDATE ON calendar_editions
WHEN OLD.approved_at <> '' OR OLD.rejected_at <> '' OR NEW.id <> OLD.id OR NEW.year <> OLD.year OR NEW.kind <> OLD.kind
	OR NEW.number <> OLD.number OR NEW.title <> OLD.title OR NEW.issued_on <> OLD.issued_on OR NEW.days <> OLD.days
	OR NEW.proposed_by <> OLD.proposed_by OR NEW.proposed_name <> OLD.proposed_name OR NEW.proposed_at <> OLD.proposed_at
BEGIN SELECT RAISE(ABORT, 'calendar: an edition stays as it was proposed and decided'); END;
CREATE TRIGGER calendar_delete BEFORE DELETE ON calendar_editions
BEGIN SELECT RAISE(ABORT, 'calendar: editions are kept'); END;
