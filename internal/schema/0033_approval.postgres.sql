CREATE FUNCTION approval_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'approval: a letter stays on record'; END $$;
CREATE TRIGGER filing_letters_update BEFORE UPDATE ON filing_letters FOR EACH ROW WHEN (NEW.case_id <> OLD.case_id OR NEW.level <> OLD.level) EXECUTE FUNCTION approval_stays();
CREATE TRIGGER filing_letters_delete BEFORE DELETE ON filing_letters FOR EACH ROW EXECUTE FUNCTION approval_stays();
CREATE TRIGGER filing_letters_truncate BEFORE TRUNCATE ON filing_letters FOR EACH STATEMENT EXECUTE FUNCTION approval_stays();
