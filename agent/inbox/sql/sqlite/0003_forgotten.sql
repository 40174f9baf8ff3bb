-- Ids of events that were forgotten: a late repeat is still one.

-- up
CREATE TABLE forgotten (
  flow     TEXT NOT NULL,
  event_id TEXT NOT NULL,
  at       REAL NOT NULL,
  PRIMARY KEY (flow, event_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX forgotten_at ON forgotten (at);

-- down
DROP TABLE forgotten;
