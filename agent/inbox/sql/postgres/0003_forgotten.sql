-- Ids of events that were forgotten: a late repeat is still one.

-- up
CREATE TABLE forgotten (
  flow     TEXT NOT NULL,
  event_id TEXT NOT NULL,
  at       DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (flow, event_id)
);

CREATE INDEX forgotten_at ON forgotten (at);

-- down
DROP TABLE forgotten;
