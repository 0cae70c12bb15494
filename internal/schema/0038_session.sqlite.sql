INSERT INTO stamps (room, stamp) VALUES ('session', hex(randomblob(16)));
CREATE TRIGGER sessions_stamp_insert AFTER INSERT ON sessions BEGIN UPDATE stamps SET stamp = hex(randomblob(16)) WHERE room = 'session'; END;
CREATE TRIGGER sessions_stamp_update AFTER UPDATE ON sessions BEGIN UPDATE stamps SET stamp = hex(randomblob(16)) WHERE room = 'session'; END;
CREATE TRIGGER sessions_stamp_delete AFTER DELETE ON sessions BEGIN UPDATE stamps SET stamp = hex(randomblob(16)) WHERE room = 'session'; END;
