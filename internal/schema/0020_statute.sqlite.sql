-- The same messages as on PostgreSQL. INSERT OR REPLACE deletes without firing
-- DELETE triggers, so every INSERT trigger refuses an existing key.
CREATE TRIGGER articles_insert BEFORE INSERT ON articles WHEN EXISTS (SELECT 1 FROM articles WHERE instrument_id = NEW.instrument_id AND article = NEW.article)
BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER articles_update BEFORE UPDATE ON articles BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER instrument_entries_insert BEFORE INSERT ON instrument_entries WHEN EXISTS (SELECT 1 FROM instrument_entries WHERE no = NEW.no)
BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER instrument_entries_update BEFORE UPDATE ON instrument_entries BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER instrument_entries_delete BEFORE DELETE ON instrument_entries BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER instrument_heads_insert BEFORE INSERT ON instrument_heads WHEN EXISTS (SELECT 1 FROM instrument_heads WHERE instrument_id = NEW.instrument_id AND entry = NEW.entry)
BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER instrument_heads_update BEFORE UPDATE ON instrument_heads BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER instrument_heads_delete BEFORE DELETE ON instrument_heads BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER article_texts_insert BEFORE INSERT ON article_texts WHEN EXISTS (SELECT 1 FROM article_texts WHERE instrument_id = NEW.instrument_id AND article = NEW.article AND version_on = NEW.version_on AND entry = NEW.entry)
BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER article_texts_update BEFORE UPDATE ON article_texts BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER article_texts_delete BEFORE DELETE ON article_texts BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER instrument_changes_insert BEFORE INSERT ON instrument_changes WHEN EXISTS (SELECT 1 FROM instrument_changes WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER instrument_changes_update BEFORE UPDATE ON instrument_changes BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER instrument_changes_delete BEFORE DELETE ON instrument_changes BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER instrument_withdrawals_insert BEFORE INSERT ON instrument_withdrawals WHEN EXISTS (SELECT 1 FROM instrument_withdrawals WHERE change_id = NEW.change_id)
BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER instrument_withdrawals_update BEFORE UPDATE ON instrument_withdrawals BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;
CREATE TRIGGER instrument_withdrawals_delete BEFORE DELETE ON instrument_withdrawals BEGIN SELECT RAISE(ABORT, 'statute: the register only grows'); END;

CREATE TRIGGER instrument_files_insert BEFORE INSERT ON instrument_files WHEN NEW.entry IS NOT NULL OR EXISTS (SELECT 1 FROM instrument_files WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'statute: a file is entered once'); END;
CREATE TRIGGER instrument_files_update BEFORE UPDATE ON instrument_files
WHEN OLD.entry IS NOT NULL OR NEW.id <> OLD.id OR NEW.file <> OLD.file OR NEW.body <> OLD.body OR NEW.read_by <> OLD.read_by OR NEW.read_name <> OLD.read_name OR NEW.read_at <> OLD.read_at
BEGIN SELECT RAISE(ABORT, 'statute: a file is entered once'); END;
CREATE TRIGGER instrument_files_delete BEFORE DELETE ON instrument_files BEGIN SELECT RAISE(ABORT, 'statute: a file is entered once'); END;

-- Whoever has read the register need not read it again until one of these is written.
INSERT INTO stamps (room, stamp) VALUES ('statute', hex(randomblob(16)));
CREATE TRIGGER instruments_stamp AFTER INSERT ON instruments BEGIN UPDATE stamps SET stamp = hex(randomblob(16)) WHERE room = 'statute'; END;
CREATE TRIGGER articles_stamp AFTER INSERT ON articles BEGIN UPDATE stamps SET stamp = hex(randomblob(16)) WHERE room = 'statute'; END;
CREATE TRIGGER instrument_heads_stamp AFTER INSERT ON instrument_heads BEGIN UPDATE stamps SET stamp = hex(randomblob(16)) WHERE room = 'statute'; END;
CREATE TRIGGER instrument_changes_stamp AFTER INSERT ON instrument_changes BEGIN UPDATE stamps SET stamp = hex(randomblob(16)) WHERE room = 'statute'; END;
CREATE TRIGGER instrument_withdrawals_stamp AFTER INSERT ON instrument_withdrawals BEGIN UPDATE stamps SET stamp = hex(randomblob(16)) WHERE room = 'statute'; END;
