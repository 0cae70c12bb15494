CREATE TRIGGER rectifications_insert BEFORE INSERT ON rectifications WHEN NEW.finding <> '' OR EXISTS (SELECT 1 FROM rectifications WHERE case_id = NEW.case_id)
BEGIN SELECT RAISE(ABORT, 'rectify: an order ends by one finding'); END;
CREATE TRIGGER rectifications_update BEFORE UPDATE ON rectifications
WHEN NEW.case_id <> OLD.case_id OR NEW.number <> OLD.number OR NEW.trigger_id <> OLD.trigger_id OR NEW.unit_id <> OLD.unit_id OR NEW.office <> OLD.office
	OR NEW.matters <> OLD.matters OR NEW.apply_by <> OLD.apply_by OR NEW.ordered_on <> OLD.ordered_on OR OLD.lapsed AND NOT NEW.lapsed
	OR OLD.finding <> '' AND (NEW.due_on <> OLD.due_on OR NEW.lapsed <> OLD.lapsed OR NEW.reported_on <> OLD.reported_on OR NEW.report <> OLD.report OR NEW.finding <> OLD.finding
		OR NEW.reasons <> OLD.reasons OR NEW.found_on <> OLD.found_on OR NEW.clue <> OLD.clue OR NEW.letter <> OLD.letter OR NEW.receiver <> OLD.receiver)
	OR OLD.receipt_no <> '' AND (NEW.receipt_no <> OLD.receipt_no OR NEW.received_on <> OLD.received_on)
BEGIN SELECT RAISE(ABORT, 'rectify: an order ends by one finding'); END;
CREATE TRIGGER rectifications_delete BEFORE DELETE ON rectifications BEGIN SELECT RAISE(ABORT, 'rectify: an order ends by one finding'); END;
