CREATE FUNCTION statute_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'statute: %', TG_ARGV[0]; END $$;
CREATE TRIGGER instrument_entries_stays BEFORE UPDATE OR DELETE ON instrument_entries FOR EACH ROW EXECUTE FUNCTION statute_stays('the register only grows');
CREATE TRIGGER instrument_heads_stays BEFORE UPDATE OR DELETE ON instrument_heads FOR EACH ROW EXECUTE FUNCTION statute_stays('the register only grows');
CREATE TRIGGER article_texts_stays BEFORE UPDATE OR DELETE ON article_texts FOR EACH ROW EXECUTE FUNCTION statute_stays('the register only grows');
CREATE TRIGGER instrument_changes_stays BEFORE UPDATE OR DELETE ON instrument_changes FOR EACH ROW EXECUTE FUNCTION statute_stays('the register only grows');
CREATE TRIGGER instrument_withdrawals_stays BEFORE UPDATE OR DELETE ON instrument_withdrawals FOR EACH ROW EXECUTE FUNCTION statute_stays('the register only grows');
CREATE TRIGGER articles_truncate BEFORE TRUNCATE ON articles FOR EACH STATEMENT EXECUTE FUNCTION statute_stays('the register only grows');
CREATE TRIGGER instrument_entries_truncate BEFORE TRUNCATE ON instrument_entries FOR EACH STATEMENT EXECUTE FUNCTION statute_stays('the register only grows');
CREATE TRIGGER instrument_heads_truncate BEFORE TRUNCATE ON instrument_heads FOR EACH STATEMENT EXECUTE FUNCTION statute_stays('the register only grows');
CREATE TRIGGER article_texts_truncate BEFORE TRUNCATE ON article_texts FOR EACH STATEMENT EXECUTE FUNCTION statute_stays('the register only grows');
CREATE TRIGGER instrument_changes_truncate BEFORE TRUNCATE ON instrument_changes FOR EACH STATEMENT EXECUTE FUNCTION statute_stays('the register only grows');
CREATE TRIGGER instrument_withdrawals_truncate BEFORE TRUNCATE ON instrument_withdrawals FOR EACH STATEMENT EXECUTE FUNCTION statute_stays('the register only grows');
CREATE TRIGGER instrument_files_truncate BEFORE TRUNCATE ON instrument_files FOR EACH STATEMENT EXECUTE FUNCTION statute_stays('the register only grows');

CREATE FUNCTION statute_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		IF NEW.entry IS NOT NULL THEN RAISE EXCEPTION 'statute: a file is entered once'; END IF;
		RETURN NEW;
	END IF;
	IF TG_OP = 'DELETE' OR OLD.entry IS NOT NULL
	OR (NEW.id, NEW.file, NEW.body, NEW.read_by, NEW.read_name, NEW.read_at) IS DISTINCT FROM (OLD.id, OLD.file, OLD.body, OLD.read_by, OLD.read_name, OLD.read_at) THEN
		RAISE EXCEPTION 'statute: a file is entered once';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER instrument_files_guard BEFORE INSERT OR UPDATE OR DELETE ON instrument_files FOR EACH ROW EXECUTE FUNCTION statute_files();

-- Whoever has read the register need not read it again until one of these is written.
INSERT INTO stamps (room, stamp) VALUES ('statute', gen_random_uuid()::text);
CREATE TRIGGER instruments_stamp AFTER INSERT ON instruments FOR EACH STATEMENT EXECUTE FUNCTION db_stamp('statute');
CREATE TRIGGER articles_stamp AFTER INSERT ON articles FOR EACH STATEMENT EXECUTE FUNCTION db_stamp('statute');
CREATE TRIGGER instrument_heads_stamp AFTER INSERT ON instrument_heads FOR EACH STATEMENT EXECUTE FUNCTION db_stamp('statute');
CREATE TRIGGER instrument_changes_stamp AFTER INSERT ON instrument_changes FOR EACH STATEMENT EXECUTE FUNCTION db_stamp('statute');
CREATE TRIGGER instrument_withdrawals_stamp AFTER INSERT ON instrument_withdrawals FOR EACH STATEMENT EXECUTE FUNCTION db_stamp('statute');
