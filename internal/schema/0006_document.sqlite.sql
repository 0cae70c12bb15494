CREATE TRIGGER papers_update BEFORE UPDATE ON papers
BEGIN SELECT RAISE(ABORT, 'document: papers stay as they are'); END;
CREATE TRIGGER papers_delete BEFORE DELETE ON papers
BEGIN SELECT RAISE(ABORT, 'document: papers stay as they are'); END;
CREATE TRIGGER copies_update BEFORE UPDATE ON copies
WHEN OLD.received_at <> '' OR NEW.received_at = ''
	OR NEW.paper_id <> OLD.paper_id OR NEW.unit_id <> OLD.unit_id OR NEW.no <> OLD.no OR NEW.total <> OLD.total
	OR NEW.holder <> OLD.holder OR NEW.placed_at <> OLD.placed_at
BEGIN SELECT RAISE(ABORT, 'document: a copy takes one receipt and nothing else'); END;
CREATE TRIGGER copies_delete BEFORE DELETE ON copies
BEGIN SELECT RAISE(ABORT, 'document: copies stay as they are'); END;
CREATE TRIGGER counters_update BEFORE UPDATE ON counters
WHEN NEW.series <> OLD.series OR NEW.year <> OLD.year OR NEW.last <> OLD.last + 1
BEGIN SELECT RAISE(ABORT, 'document: numbers only grow'); END;
CREATE TRIGGER counters_delete BEFORE DELETE ON counters
BEGIN SELECT RAISE(ABORT, 'document: numbers only grow'); END;
CREATE TRIGGER blobs_update BEFORE UPDATE ON blobs
BEGIN SELECT RAISE(ABORT, 'document: a file stays as it is'); END;
CREATE TRIGGER blob_chunks_update BEFORE UPDATE ON blob_chunks
BEGIN SELECT RAISE(ABORT, 'document: a file stays as it is'); END;
CREATE TRIGGER blob_chunks_insert BEFORE INSERT ON blob_chunks
WHEN EXISTS (SELECT 1 FROM blobs WHERE upload_id = NEW.upload_id)
BEGIN SELECT RAISE(ABORT, 'document: a file stays as it is'); END;
CREATE TRIGGER blob_chunks_delete BEFORE DELETE ON blob_chunks
WHEN EXISTS (SELECT 1 FROM blobs WHERE upload_id = OLD.upload_id)
BEGIN SELECT RAISE(ABORT, 'document: a file stays whole'); END;
CREATE TRIGGER attachments_update BEFORE UPDATE ON attachments
WHEN OLD.removed_at <> '' OR NEW.removed_at = ''
	OR NEW.id <> OLD.id OR NEW.case_id <> OLD.case_id OR NEW.unit_id <> OLD.unit_id OR NEW.stage <> OLD.stage OR NEW.name <> OLD.name
	OR NEW.blob_id <> OLD.blob_id OR NEW.added_by <> OLD.added_by OR NEW.added_name <> OLD.added_name OR NEW.added_at <> OLD.added_at
BEGIN SELECT RAISE(ABORT, 'document: an attachment can only be removed'); END;
CREATE TRIGGER attachments_delete BEFORE DELETE ON attachments
BEGIN SELECT RAISE(ABORT, 'document: a removed attachment stays on record'); END;
