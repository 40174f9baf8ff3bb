-- Alarms that stand, and which of them each channel has told: agents on one store tell once, and a restart tells
-- nothing again. Times are epoch seconds.

-- up
-- `place` is the agent whose own they are; empty: of all. `seen`: when that agent was there last.
CREATE TABLE alarms (
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  place   TEXT NOT NULL,
  code    TEXT NOT NULL,
  message TEXT NOT NULL,
  since   DOUBLE PRECISION NOT NULL,
  seen    DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (kind, subject, place)
);

CREATE TABLE told (
  channel TEXT NOT NULL,
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  code    TEXT NOT NULL,
  message TEXT NOT NULL,
  since   DOUBLE PRECISION NOT NULL,
  at      DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (channel, kind, subject)
);

-- down
DROP TABLE told;
DROP TABLE alarms;
