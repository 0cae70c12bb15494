CREATE FUNCTION parameter_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'parameter: what was set stays on record'; END $$;
CREATE TRIGGER parameters_update BEFORE UPDATE OR DELETE ON parameters FOR EACH ROW EXECUTE FUNCTION parameter_stays();
CREATE TRIGGER parameters_truncate BEFORE TRUNCATE ON parameters FOR EACH STATEMENT EXECUTE FUNCTION parameter_stays();
