CREATE FUNCTION catalog_editions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE f record;
BEGIN
	IF TG_OP = 'INSERT' THEN
		IF NEW.issued_on IS NOT NULL OR NEW.no <= (SELECT max(no) FROM editions WHERE issued_on IS NOT NULL) THEN
			RAISE EXCEPTION 'catalog: an edition begins as a new draft';
		END IF;
		RETURN NEW;
	END IF;
	IF OLD.issued_on IS NOT NULL THEN
		RAISE EXCEPTION 'catalog: issued editions stay as they are';
	END IF;
	IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
	IF NEW.no <> OLD.no OR EXISTS (SELECT 1 FROM editions WHERE number = NEW.number AND no <> OLD.no) THEN
		RAISE EXCEPTION 'catalog: issued editions stay as they are';
	END IF;
	IF NEW.issued_on IS NOT NULL THEN
		IF NEW.issued_on < (SELECT max(issued_on) FROM editions) THEN
			RAISE EXCEPTION 'catalog: issued before the edition it follows';
		END IF;
		FOR f IN SELECT fault, item_id FROM issue_faults WHERE edition = OLD.no LIMIT 1 LOOP
			RAISE EXCEPTION 'catalog: % %', f.fault, f.item_id;
		END LOOP;
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER editions_guard BEFORE INSERT OR UPDATE OR DELETE ON editions FOR EACH ROW EXECUTE FUNCTION catalog_editions();

-- FOR SHARE: a version cannot slip into a draft that is being issued.
CREATE FUNCTION catalog_draft(n bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM 1 FROM editions WHERE no = n FOR SHARE;
	IF NOT EXISTS (SELECT 1 FROM editions WHERE no = n AND issued_on IS NULL) THEN
		RAISE EXCEPTION 'catalog: the list changes only through an edition';
	END IF;
END $$;
CREATE FUNCTION catalog_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN PERFORM catalog_draft(OLD.edition); END IF;
	IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
	PERFORM catalog_draft(NEW.edition);
	RETURN NEW;
END $$;
CREATE TRIGGER versions_guard BEFORE INSERT OR UPDATE OR DELETE ON versions FOR EACH ROW EXECUTE FUNCTION catalog_versions();

CREATE FUNCTION catalog_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'catalog: %', TG_ARGV[0]; END $$;
CREATE TRIGGER editions_truncate BEFORE TRUNCATE ON editions FOR EACH STATEMENT EXECUTE FUNCTION catalog_stays('issued editions stay as they are');
CREATE TRIGGER versions_truncate BEFORE TRUNCATE ON versions FOR EACH STATEMENT EXECUTE FUNCTION catalog_stays('the list changes only through an edition');
CREATE TRIGGER items_update BEFORE UPDATE OR DELETE ON items FOR EACH ROW EXECUTE FUNCTION catalog_stays('an item keeps its code');
CREATE TRIGGER items_truncate BEFORE TRUNCATE ON items FOR EACH STATEMENT EXECUTE FUNCTION catalog_stays('an item keeps its code');
CREATE TRIGGER texts_update BEFORE UPDATE OR DELETE ON texts FOR EACH ROW EXECUTE FUNCTION catalog_stays('texts are written once');
CREATE TRIGGER texts_truncate BEFORE TRUNCATE ON texts FOR EACH STATEMENT EXECUTE FUNCTION catalog_stays('texts are written once');
CREATE FUNCTION catalog_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'INSERT' OR EXISTS (SELECT 1 FROM versions WHERE text_id = NEW.text_id) THEN
		RAISE EXCEPTION 'catalog: texts are written once';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER text_departments_guard BEFORE INSERT OR UPDATE OR DELETE ON text_departments FOR EACH ROW EXECUTE FUNCTION catalog_text();
CREATE TRIGGER text_departments_truncate BEFORE TRUNCATE ON text_departments FOR EACH STATEMENT EXECUTE FUNCTION catalog_stays('texts are written once');
CREATE TRIGGER text_bases_guard BEFORE INSERT OR UPDATE OR DELETE ON text_bases FOR EACH ROW EXECUTE FUNCTION catalog_text();
CREATE TRIGGER text_bases_truncate BEFORE TRUNCATE ON text_bases FOR EACH STATEMENT EXECUTE FUNCTION catalog_stays('texts are written once');
CREATE TRIGGER approvals_update BEFORE UPDATE OR DELETE ON approvals FOR EACH ROW EXECUTE FUNCTION catalog_stays('approvals are written once');
CREATE TRIGGER approvals_truncate BEFORE TRUNCATE ON approvals FOR EACH STATEMENT EXECUTE FUNCTION catalog_stays('approvals are written once');
CREATE TRIGGER instruments_update BEFORE UPDATE OR DELETE ON instruments FOR EACH ROW EXECUTE FUNCTION catalog_stays('the register only grows');
CREATE TRIGGER instruments_truncate BEFORE TRUNCATE ON instruments FOR EACH STATEMENT EXECUTE FUNCTION catalog_stays('the register only grows');
CREATE TRIGGER articles_update BEFORE UPDATE OR DELETE ON articles FOR EACH ROW EXECUTE FUNCTION catalog_stays('the register only grows');
CREATE TRIGGER instrument_events_update BEFORE UPDATE OR DELETE ON instrument_events FOR EACH ROW EXECUTE FUNCTION catalog_stays('the register only grows');

CREATE FUNCTION catalog_imports() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		IF NEW.decision <> '' THEN RAISE EXCEPTION 'catalog: an import is decided once'; END IF;
		RETURN NEW;
	END IF;
	IF TG_OP = 'DELETE' OR OLD.decision <> ''
	OR (NEW.id, NEW.file, NEW.items, NEW.body, NEW.read_by, NEW.read_name, NEW.read_at)
		IS DISTINCT FROM (OLD.id, OLD.file, OLD.items, OLD.body, OLD.read_by, OLD.read_name, OLD.read_at)
	OR OLD.proposed_at <> '' AND (NEW.proposed_at, NEW.proposed_by, NEW.proposed_name) IS DISTINCT FROM (OLD.proposed_at, OLD.proposed_by, OLD.proposed_name) THEN
		RAISE EXCEPTION 'catalog: an import is decided once';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER imports_guard BEFORE INSERT OR UPDATE OR DELETE ON imports FOR EACH ROW EXECUTE FUNCTION catalog_imports();
