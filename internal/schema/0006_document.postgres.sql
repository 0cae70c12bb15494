CREATE FUNCTION document_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'document: % stay as they are', TG_TABLE_NAME; END $$;
CREATE TRIGGER papers_update BEFORE UPDATE OR DELETE ON papers FOR EACH ROW EXECUTE FUNCTION document_stays();
CREATE TRIGGER papers_truncate BEFORE TRUNCATE ON papers FOR EACH STATEMENT EXECUTE FUNCTION document_stays();
CREATE FUNCTION document_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.received_at <> '' OR NEW.received_at = ''
	OR (NEW.paper_id, NEW.unit_id, NEW.no, NEW.total, NEW.holder, NEW.placed_at)
		IS DISTINCT FROM (OLD.paper_id, OLD.unit_id, OLD.no, OLD.total, OLD.holder, OLD.placed_at) THEN
		RAISE EXCEPTION 'document: a copy takes one receipt and nothing else';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER copies_update BEFORE UPDATE ON copies FOR EACH ROW EXECUTE FUNCTION document_receipt();
CREATE TRIGGER copies_delete BEFORE DELETE ON copies FOR EACH ROW EXECUTE FUNCTION document_stays();
CREATE TRIGGER copies_truncate BEFORE TRUNCATE ON copies FOR EACH STATEMENT EXECUTE FUNCTION document_stays();
CREATE FUNCTION document_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.series <> OLD.series OR NEW.year <> OLD.year OR NEW.last <> OLD.last + 1 THEN
		RAISE EXCEPTION 'document: numbers only grow';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER counters_update BEFORE UPDATE ON counters FOR EACH ROW EXECUTE FUNCTION document_counts();
CREATE TRIGGER counters_delete BEFORE DELETE ON counters FOR EACH ROW EXECUTE FUNCTION document_stays();
CREATE TRIGGER blobs_update BEFORE UPDATE ON blobs FOR EACH ROW EXECUTE FUNCTION document_stays();
CREATE TRIGGER blob_chunks_update BEFORE UPDATE ON blob_chunks FOR EACH ROW EXECUTE FUNCTION document_stays();
CREATE FUNCTION document_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM blobs WHERE upload_id = CASE WHEN TG_OP = 'INSERT' THEN NEW.upload_id ELSE OLD.upload_id END) THEN
		RAISE EXCEPTION 'document: a file stays whole';
	END IF;
	IF TG_OP = 'INSERT' THEN
		RETURN NEW;
	END IF;
	RETURN OLD;
END $$;
CREATE TRIGGER blob_chunks_whole BEFORE INSERT OR DELETE ON blob_chunks FOR EACH ROW EXECUTE FUNCTION document_whole();
CREATE FUNCTION document_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.removed_at <> '' OR NEW.removed_at = ''
	OR (NEW.id, NEW.case_id, NEW.unit_id, NEW.stage, NEW.name, NEW.blob_id, NEW.added_by, NEW.added_name, NEW.added_at)
		IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.unit_id, OLD.stage, OLD.name, OLD.blob_id, OLD.added_by, OLD.added_name, OLD.added_at) THEN
		RAISE EXCEPTION 'document: an attachment can only be removed';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER attachments_update BEFORE UPDATE ON attachments FOR EACH ROW EXECUTE FUNCTION document_removal();
CREATE TRIGGER attachments_delete BEFORE DELETE ON attachments FOR EACH ROW EXECUTE FUNCTION document_stays();
