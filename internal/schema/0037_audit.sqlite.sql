CREATE TRIGGER audit_terms_update BEFORE UPDATE ON audit_terms
BEGIN SELECT RAISE(ABORT, 'audit: lines stay as they are'); END;
CREATE TRIGGER audit_terms_delete BEFORE DELETE ON audit_terms
BEGIN SELECT RAISE(ABORT, 'audit: lines stay as they are'); END;
