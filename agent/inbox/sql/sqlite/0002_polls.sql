-- Polls: where each flow stands, and the hash of what was told last of each key.

-- up
CREATE TABLE polls (
  flow      TEXT PRIMARY KEY,
  watermark TEXT NOT NULL,
  zone      TEXT NOT NULL,
  began     REAL NOT NULL
) STRICT;

CREATE TABLE polled (
  flow TEXT NOT NULL,
  key  TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (flow, key)
) STRICT, WITHOUT ROWID;

-- down
DROP TABLE polled;
DROP TABLE polls;
