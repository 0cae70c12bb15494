-- Forms handed in are forgotten once a night, which may read them all; that spares
-- each of them an index by time.
DROP INDEX submissions_at;
