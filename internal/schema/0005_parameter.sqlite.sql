CREATE TRIGGER parameters_update BEFORE UPDATE ON parameters
BEGIN SELECT RAISE(ABORT, 'parameter: what was set stays on record'); END;
CREATE TRIGGER parameters_delete BEFORE DELETE ON parameters
BEGIN SELECT RAISE(ABORT, 'parameter: what was set stays on record'); END;
