INSERT INTO stamps (room, stamp) VALUES ('catalog', gen_random_uuid()::text);
CREATE TRIGGER editions_stamp AFTER INSERT OR UPDATE ON editions FOR EACH STATEMENT EXECUTE FUNCTION db_stamp('catalog');
