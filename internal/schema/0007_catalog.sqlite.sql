-- The same messages as on PostgreSQL. INSERT OR REPLACE deletes without firing
-- DELETE triggers, so every INSERT trigger refuses an existing key.
CREATE TRIGGER editions_insert BEFORE INSERT ON editions
WHEN NEW.issued_on IS NOT NULL OR NEW.no <= (SELECT max(no) FROM editions WHERE issued_on IS NOT NULL)
	OR EXISTS (SELECT 1 FROM editions WHERE no = NEW.no OR number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'catalog: an edition begins as a new draft'); END;
CREATE TRIGGER editions_update BEFORE UPDATE ON editions
WHEN OLD.issued_on IS NOT NULL OR NEW.no <> OLD.no
	OR EXISTS (SELECT 1 FROM editions WHERE number = NEW.number AND no <> OLD.no)
BEGIN SELECT RAISE(ABORT, 'catalog: issued editions stay as they are'); END;
CREATE TRIGGER editions_delete BEFORE DELETE ON editions WHEN OLD.issued_on IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'catalog: issued editions stay as they are'); END;
CREATE TRIGGER editions_issue BEFORE UPDATE ON editions WHEN OLD.issued_on IS NULL AND NEW.issued_on IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'catalog: issued before the edition it follows')
	WHERE NEW.issued_on < (SELECT max(issued_on) FROM editions);
	SELECT RAISE(ABORT, 'catalog: ' || fault || ' ' || item_id) FROM issue_faults WHERE edition = OLD.no LIMIT 1;
END;

CREATE TRIGGER versions_insert BEFORE INSERT ON versions
WHEN NOT EXISTS (SELECT 1 FROM editions WHERE no = NEW.edition AND issued_on IS NULL)
	OR EXISTS (SELECT 1 FROM versions WHERE item_id = NEW.item_id AND edition = NEW.edition OR approval_id = NEW.approval_id)
BEGIN SELECT RAISE(ABORT, 'catalog: the list changes only through an edition'); END;
CREATE TRIGGER versions_update BEFORE UPDATE ON versions
WHEN EXISTS (SELECT 1 FROM editions WHERE no IN (OLD.edition, NEW.edition) AND issued_on IS NOT NULL)
	OR EXISTS (SELECT 1 FROM versions w JOIN editions e ON e.no = w.edition WHERE e.issued_on IS NOT NULL AND w.approval_id = NEW.approval_id)
BEGIN SELECT RAISE(ABORT, 'catalog: the list changes only through an edition'); END;
CREATE TRIGGER versions_delete BEFORE DELETE ON versions
WHEN EXISTS (SELECT 1 FROM editions WHERE no = OLD.edition AND issued_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'catalog: the list changes only through an edition'); END;

CREATE TRIGGER items_insert BEFORE INSERT ON items WHEN EXISTS (SELECT 1 FROM items WHERE id = NEW.id OR code = NEW.code)
BEGIN SELECT RAISE(ABORT, 'catalog: an item keeps its code'); END;
CREATE TRIGGER items_update BEFORE UPDATE ON items
BEGIN SELECT RAISE(ABORT, 'catalog: an item keeps its code'); END;
CREATE TRIGGER items_delete BEFORE DELETE ON items
BEGIN SELECT RAISE(ABORT, 'catalog: an item keeps its code'); END;

CREATE TRIGGER texts_insert BEFORE INSERT ON texts WHEN EXISTS (SELECT 1 FROM texts WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'catalog: texts are written once'); END;
CREATE TRIGGER texts_update BEFORE UPDATE ON texts BEGIN SELECT RAISE(ABORT, 'catalog: texts are written once'); END;
CREATE TRIGGER texts_delete BEFORE DELETE ON texts BEGIN SELECT RAISE(ABORT, 'catalog: texts are written once'); END;
CREATE TRIGGER text_departments_insert BEFORE INSERT ON text_departments
WHEN EXISTS (SELECT 1 FROM versions WHERE text_id = NEW.text_id)
	OR EXISTS (SELECT 1 FROM text_departments WHERE text_id = NEW.text_id AND (no = NEW.no OR name = NEW.name OR role = 'lead' AND NEW.role = 'lead'))
BEGIN SELECT RAISE(ABORT, 'catalog: texts are written once'); END;
CREATE TRIGGER text_departments_update BEFORE UPDATE ON text_departments BEGIN SELECT RAISE(ABORT, 'catalog: texts are written once'); END;
CREATE TRIGGER text_departments_delete BEFORE DELETE ON text_departments BEGIN SELECT RAISE(ABORT, 'catalog: texts are written once'); END;
CREATE TRIGGER text_bases_insert BEFORE INSERT ON text_bases
WHEN EXISTS (SELECT 1 FROM versions WHERE text_id = NEW.text_id)
	OR EXISTS (SELECT 1 FROM text_bases WHERE text_id = NEW.text_id AND instrument_id = NEW.instrument_id AND article = NEW.article)
BEGIN SELECT RAISE(ABORT, 'catalog: texts are written once'); END;
CREATE TRIGGER text_bases_update BEFORE UPDATE ON text_bases BEGIN SELECT RAISE(ABORT, 'catalog: texts are written once'); END;
CREATE TRIGGER text_bases_delete BEFORE DELETE ON text_bases BEGIN SELECT RAISE(ABORT, 'catalog: texts are written once'); END;

CREATE TRIGGER approvals_insert BEFORE INSERT ON approvals WHEN EXISTS (SELECT 1 FROM approvals WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'catalog: approvals are written once'); END;
CREATE TRIGGER approvals_update BEFORE UPDATE ON approvals BEGIN SELECT RAISE(ABORT, 'catalog: approvals are written once'); END;
CREATE TRIGGER approvals_delete BEFORE DELETE ON approvals BEGIN SELECT RAISE(ABORT, 'catalog: approvals are written once'); END;

CREATE TRIGGER instruments_insert BEFORE INSERT ON instruments WHEN EXISTS (SELECT 1 FROM instruments WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'catalog: the register only grows'); END;
CREATE TRIGGER instruments_update BEFORE UPDATE ON instruments BEGIN SELECT RAISE(ABORT, 'catalog: the register only grows'); END;
CREATE TRIGGER instruments_delete BEFORE DELETE ON instruments BEGIN SELECT RAISE(ABORT, 'catalog: the register only grows'); END;
CREATE TRIGGER articles_delete BEFORE DELETE ON articles BEGIN SELECT RAISE(ABORT, 'catalog: the register only grows'); END;
CREATE TRIGGER instrument_events_update BEFORE UPDATE ON instrument_events BEGIN SELECT RAISE(ABORT, 'catalog: the register only grows'); END;
CREATE TRIGGER instrument_events_delete BEFORE DELETE ON instrument_events BEGIN SELECT RAISE(ABORT, 'catalog: the register only grows'); END;

CREATE TRIGGER imports_insert BEFORE INSERT ON imports WHEN NEW.decision <> '' OR EXISTS (SELECT 1 FROM imports WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'catalog: an import is decided once'); END;
CREATE TRIGGER imports_update BEFORE UPDATE ON imports
WHEN OLD.decision <> '' OR NEW.id <> OLD.id OR NEW.file <> OLD.file OR NEW.items <> OLD.items OR NEW.body <> OLD.body
	OR NEW.read_by <> OLD.read_by OR NEW.read_name <> OLD.read_name OR NEW.read_at <> OLD.read_at
	OR OLD.proposed_at <> '' AND (NEW.proposed_at <> OLD.proposed_at OR NEW.proposed_by <> OLD.proposed_by OR NEW.proposed_name <> OLD.proposed_name)
BEGIN SELECT RAISE(ABORT, 'catalog: an import is decided once'); END;
CREATE TRIGGER imports_delete BEFORE DELETE ON imports
BEGIN SELECT RAISE(ABORT, 'catalog: an import is decided once'); END;
