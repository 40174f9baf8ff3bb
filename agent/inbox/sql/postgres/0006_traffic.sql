-- How many events came in by flow and hour (epoch seconds / 3600), and up to which event and time that is counted.

-- up
CREATE TABLE traffic (
  flow   TEXT NOT NULL,
  hour   BIGINT NOT NULL,
  events BIGINT NOT NULL,
  PRIMARY KEY (flow, hour)
);

CREATE TABLE counted (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  event BIGINT NOT NULL,
  until DOUBLE PRECISION NOT NULL
);

INSERT INTO counted VALUES (1, 0, 0);

-- down
DROP TABLE traffic;
DROP TABLE counted;
