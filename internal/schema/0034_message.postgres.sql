CREATE TRIGGER messages_unread_insert AFTER INSERT ON messages FOR EACH ROW WHEN (NEW.read_at = '') EXECUTE FUNCTION message_unread();
CREATE TRIGGER messages_unread_update AFTER UPDATE ON messages FOR EACH ROW WHEN (OLD.read_at = '' AND NEW.read_at <> '') EXECUTE FUNCTION message_unread();
