INSERT INTO stamps (room, stamp) VALUES ('session', gen_random_uuid()::text);
CREATE TRIGGER sessions_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON sessions FOR EACH STATEMENT EXECUTE FUNCTION db_stamp('session');
