-- Owner: package message. How many messages of a box nobody has read, kept by triggers.
CREATE TABLE unread (
	party TEXT   NOT NULL,
	post  TEXT   NOT NULL,
	n     BIGINT NOT NULL CHECK (n >= 0),
	PRIMARY KEY (party, post)
);
INSERT INTO unread (party, post, n) SELECT party, post, count(*) FROM messages WHERE read_at = '' GROUP BY party, post;
