-- INSERT OR REPLACE deletes without firing DELETE triggers, so every INSERT trigger
-- refuses an existing key.
CREATE TRIGGER papers_insert BEFORE INSERT ON papers WHEN EXISTS (SELECT 1 FROM papers WHERE id = NEW.id OR code = NEW.code)
BEGIN SELECT RAISE(ABORT, 'document: papers stay as they are'); END;
CREATE TRIGGER copies_insert BEFORE INSERT ON copies
WHEN NEW.received_at <> '' OR EXISTS (SELECT 1 FROM copies WHERE paper_id = NEW.paper_id AND (unit_id = NEW.unit_id OR no = NEW.no))
BEGIN SELECT RAISE(ABORT, 'document: copies stay as they are'); END;
CREATE TRIGGER counters_insert BEFORE INSERT ON counters WHEN NEW.last <> 1 OR EXISTS (SELECT 1 FROM counters WHERE series = NEW.series AND year = NEW.year)
BEGIN SELECT RAISE(ABORT, 'document: numbers only grow'); END;
CREATE TRIGGER blobs_insert BEFORE INSERT ON blobs WHEN EXISTS (SELECT 1 FROM blobs WHERE id = NEW.id OR upload_id = NEW.upload_id)
BEGIN SELECT RAISE(ABORT, 'document: a file stays as it is'); END;
CREATE TRIGGER attachments_insert BEFORE INSERT ON attachments WHEN NEW.removed_at <> '' OR EXISTS (SELECT 1 FROM attachments WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'document: an attachment can only be removed'); END;
