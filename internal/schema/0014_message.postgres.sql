CREATE FUNCTION message_unread() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		INSERT INTO unread AS u (party, post, n) VALUES (NEW.party, NEW.post, 1) ON CONFLICT (party, post) DO UPDATE SET n = u.n + 1;
	ELSE
		UPDATE unread SET n = n - 1 WHERE party = NEW.party AND post = NEW.post;
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER messages_unread_insert AFTER INSERT ON messages FOR EACH ROW WHEN (NEW.read_at = '') EXECUTE FUNCTION message_unread();
CREATE TRIGGER messages_unread_update AFTER UPDATE ON messages FOR EACH ROW WHEN (OLD.read_at = '' AND NEW.read_at <> '') EXECUTE FUNCTION message_unread();
