-- What was tried with an event, and what a person changed in it.

-- up
CREATE TABLE tries (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  event  INTEGER NOT NULL,
  at     REAL NOT NULL,
  agent  TEXT NOT NULL,
  batch  TEXT NOT NULL,
  state  TEXT NOT NULL,
  code   TEXT,
  sent   BLOB,
  answer TEXT
) STRICT;

CREATE INDEX tries_event ON tries (event, id);

-- What came in, where a person has edited it since.
ALTER TABLE events ADD COLUMN original BLOB;

-- Events of a key that did not end well: a later success closes them.
CREATE INDEX events_failed ON events (flow, key) WHERE state IN ('held', 'dead');

-- down
DROP INDEX events_failed;
DROP TABLE tries;
ALTER TABLE events DROP COLUMN original;
