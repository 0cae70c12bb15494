CREATE TRIGGER messages_unread_insert AFTER INSERT ON messages WHEN NEW.read_at = ''
BEGIN
	INSERT INTO unread (party, post, n) VALUES (NEW.party, NEW.post, 1) ON CONFLICT (party, post) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER messages_unread_update AFTER UPDATE OF read_at ON messages WHEN OLD.read_at = '' AND NEW.read_at <> ''
BEGIN
	UPDATE unread SET n = n - 1 WHERE party = NEW.party AND post = NEW.post;
END;
