-- Owner: package db. A name for what a room's tables hold now, changed by triggers
-- with every write to them and unique among all stores, so whoever has read them
-- under it need not read them again (db.Shared).
CREATE TABLE stamps (
	room  TEXT NOT NULL PRIMARY KEY,
	stamp TEXT NOT NULL
);
DROP TABLE org_stamp;
