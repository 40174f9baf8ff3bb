-- The inbox. Times are epoch seconds. `moves` is filled from agent/inbox/states.py.

-- up

CREATE TABLE events (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  flow        TEXT NOT NULL,
  event_id    TEXT NOT NULL,
  key         TEXT NOT NULL,
  grp         TEXT,
  sequence    TEXT NOT NULL DEFAULT '',
  origin      TEXT NOT NULL,
  file        TEXT,
  ordinal     INTEGER,
  place       TEXT,
  body        BLOB NOT NULL,
  state       TEXT NOT NULL,
  attempts    INTEGER NOT NULL DEFAULT 0,
  alone       INTEGER NOT NULL DEFAULT 0,
  due         REAL NOT NULL,
  owner       TEXT,
  leased_from TEXT,
  leased_at   REAL,
  sent_at     REAL,
  received_at REAL NOT NULL,
  changed_at  REAL NOT NULL,
  outcome     TEXT,
  record      TEXT,
  record_key  TEXT,
  code        TEXT,
  message     TEXT,
  field       TEXT,
  spec        TEXT,
  class       TEXT,
  waits_for   TEXT,
  answer      TEXT,
  UNIQUE (flow, event_id)
) STRICT;

-- The first open event of a key.
CREATE INDEX events_open ON events (flow, key, sequence, id)
  WHERE state IN ('received', 'waiting', 'sending', 'unknown');
-- All events of a key, for the question whether a newer one is done.
CREATE INDEX events_key ON events (flow, key);
CREATE INDEX events_owner ON events (owner) WHERE owner IS NOT NULL;
CREATE INDEX events_waits_for ON events (waits_for) WHERE waits_for IS NOT NULL;
CREATE INDEX events_count ON events (flow, state, outcome);
CREATE INDEX events_file ON events (flow, file, ordinal) WHERE file IS NOT NULL;

-- One row for each key with open events; what is leased is the key.
CREATE TABLE keys (
  flow        TEXT NOT NULL,
  key         TEXT NOT NULL,
  grp         TEXT,
  due         REAL NOT NULL,
  owner       TEXT,
  lease_until REAL NOT NULL DEFAULT 0,
  PRIMARY KEY (flow, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_due ON keys (flow, due);
CREATE INDEX keys_owner ON keys (owner) WHERE owner IS NOT NULL;
CREATE INDEX keys_group ON keys (flow, grp) WHERE owner IS NOT NULL AND grp IS NOT NULL;

CREATE TABLE imports (
  id      TEXT PRIMARY KEY,
  flow    TEXT NOT NULL,
  parts   INTEGER NOT NULL,
  status  TEXT NOT NULL,
  created REAL NOT NULL
) STRICT;

CREATE TABLE audit (
  event    INTEGER NOT NULL,
  at       REAL NOT NULL,
  before   TEXT NOT NULL,
  after    TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  code     TEXT,
  message  TEXT
) STRICT;

CREATE INDEX audit_event ON audit (event);

CREATE TABLE moves (
  before TEXT NOT NULL,
  after  TEXT NOT NULL,
  PRIMARY KEY (before, after)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER events_move BEFORE UPDATE OF state ON events
WHEN NEW.state <> OLD.state
  AND NOT EXISTS (SELECT 1 FROM moves WHERE before = OLD.state AND after = NEW.state)
BEGIN
  SELECT RAISE(ABORT, 'an event cannot move like this');
END;

CREATE TRIGGER events_audit AFTER UPDATE OF state ON events
WHEN NEW.state <> OLD.state
BEGIN
  INSERT INTO audit (event, at, before, after, attempts, code, message)
  VALUES (NEW.id, NEW.changed_at, OLD.state, NEW.state, NEW.attempts, NEW.code, NEW.message);
END;
