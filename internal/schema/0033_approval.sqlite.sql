CREATE TRIGGER filing_letters_update BEFORE UPDATE ON filing_letters WHEN NEW.case_id <> OLD.case_id OR NEW.level <> OLD.level
BEGIN SELECT RAISE(ABORT, 'approval: a letter stays on record'); END;
CREATE TRIGGER filing_letters_delete BEFORE DELETE ON filing_letters BEGIN SELECT RAISE(ABORT, 'approval: a letter stays on record'); END;
