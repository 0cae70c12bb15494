INSERT INTO stamps (room, stamp) VALUES ('catalog', hex(randomblob(16)));
CREATE TRIGGER editions_stamp_insert AFTER INSERT ON editions BEGIN UPDATE stamps SET stamp = hex(randomblob(16)) WHERE room = 'catalog'; END;
CREATE TRIGGER editions_stamp_update AFTER UPDATE ON editions BEGIN UPDATE stamps SET stamp = hex(randomblob(16)) WHERE room = 'catalog'; END;
