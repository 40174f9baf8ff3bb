-- How many events came in by flow and hour (epoch seconds / 3600), and up to which event and time that is counted.

-- up
CREATE TABLE traffic (
  flow   TEXT NOT NULL,
  hour   INTEGER NOT NULL,
  events INTEGER NOT NULL,
  PRIMARY KEY (flow, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE counted (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  event INTEGER NOT NULL,
  until REAL NOT NULL
) STRICT;

INSERT INTO counted VALUES (1, 0, 0);

-- down
DROP TABLE traffic;
DROP TABLE counted;
