CREATE TRIGGER recalls_insert BEFORE INSERT ON recalls WHEN EXISTS (SELECT 1 FROM recalls WHERE approval_id = NEW.approval_id)
BEGIN SELECT RAISE(ABORT, 'catalog: recalls are written once'); END;
CREATE TRIGGER recalls_update BEFORE UPDATE ON recalls BEGIN SELECT RAISE(ABORT, 'catalog: recalls are written once'); END;
CREATE TRIGGER recalls_delete BEFORE DELETE ON recalls BEGIN SELECT RAISE(ABORT, 'catalog: recalls are written once'); END;
