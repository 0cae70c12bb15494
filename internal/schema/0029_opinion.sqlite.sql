CREATE TRIGGER opinions_insert BEFORE INSERT ON opinions WHEN EXISTS (SELECT 1 FROM opinions WHERE case_id = NEW.case_id OR digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'opinion: what was said stays as it was said'); END;
CREATE TRIGGER opinions_update BEFORE UPDATE ON opinions
WHEN NEW.case_id <> OLD.case_id OR NEW.digest <> OLD.digest OR NEW.code <> OLD.code OR NEW.change_id <> OLD.change_id OR NEW.subject <> OLD.subject OR NEW.category <> OLD.category
	OR NEW.kind <> OLD.kind OR NEW.text <> OLD.text OR NEW.private <> OLD.private OR NEW.received_at <> OLD.received_at OR NEW.received_on <> OLD.received_on
	OR NEW.contact <> OLD.contact AND NEW.contact <> '' OR OLD.trigger_id <> '' AND NEW.trigger_id <> OLD.trigger_id
	OR OLD.closed_on <> '' AND (NEW.unit_id <> OLD.unit_id OR NEW.result <> OLD.result OR NEW.answer <> OLD.answer OR NEW.answered_on <> OLD.answered_on
		OR NEW.closed_on <> OLD.closed_on OR NEW.published <> OLD.published)
BEGIN SELECT RAISE(ABORT, 'opinion: what was said stays as it was said'); END;
CREATE TRIGGER opinions_delete BEFORE DELETE ON opinions BEGIN SELECT RAISE(ABORT, 'opinion: what was said stays as it was said'); END;
