-- What was tried with an event, and what a person changed in it.

-- up
CREATE TABLE tries (
  id     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event  BIGINT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
  at     DOUBLE PRECISION NOT NULL,
  agent  TEXT NOT NULL,
  batch  TEXT NOT NULL,
  state  TEXT NOT NULL,
  code   TEXT,
  sent   BYTEA,
  answer TEXT
);

CREATE INDEX tries_event ON tries (event, id);

-- What came in, where a person has edited it since.
ALTER TABLE events ADD COLUMN original BYTEA;

-- Events of a key that did not end well: a later success closes them.
CREATE INDEX events_failed ON events (flow, key) WHERE state IN ('held', 'dead');

-- down
DROP INDEX events_failed;
DROP TABLE tries;
ALTER TABLE events DROP COLUMN original;
