CREATE TRIGGER copies_insert BEFORE INSERT ON copies FOR EACH ROW WHEN (NEW.received_at <> '') EXECUTE FUNCTION document_stays();
CREATE TRIGGER counters_insert BEFORE INSERT ON counters FOR EACH ROW WHEN (NEW.last <> 1) EXECUTE FUNCTION document_stays();
CREATE TRIGGER attachments_insert BEFORE INSERT ON attachments FOR EACH ROW WHEN (NEW.removed_at <> '') EXECUTE FUNCTION document_stays();
CREATE TRIGGER counters_truncate BEFORE TRUNCATE ON counters FOR EACH STATEMENT EXECUTE FUNCTION document_stays();
CREATE TRIGGER blobs_truncate BEFORE TRUNCATE ON blobs FOR EACH STATEMENT EXECUTE FUNCTION document_stays();
CREATE TRIGGER blob_chunks_truncate BEFORE TRUNCATE ON blob_chunks FOR EACH STATEMENT EXECUTE FUNCTION document_stays();
CREATE TRIGGER attachments_truncate BEFORE TRUNCATE ON attachments FOR EACH STATEMENT EXECUTE FUNCTION document_stays();
