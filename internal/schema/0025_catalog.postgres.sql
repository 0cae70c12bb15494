CREATE TRIGGER recalls_update BEFORE UPDATE OR DELETE ON recalls FOR EACH ROW EXECUTE FUNCTION catalog_stays('recalls are written once');
CREATE TRIGGER recalls_truncate BEFORE TRUNCATE ON recalls FOR EACH STATEMENT EXECUTE FUNCTION catalog_stays('recalls are written once');
