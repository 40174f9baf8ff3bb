-- The inbox: the tables of sqlite/0001_inbox.sql and 0002_polls.sql, and what several agents share. Times are epoch
-- seconds. `moves` is filled from agent/inbox/states.py.

-- up

CREATE TABLE events (
  id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  flow        TEXT NOT NULL,
  event_id    TEXT NOT NULL,
  key         TEXT NOT NULL,
  grp         TEXT,
  sequence    TEXT COLLATE "C" NOT NULL DEFAULT '',
  origin      TEXT NOT NULL,
  file        TEXT,
  ordinal     BIGINT,
  place       TEXT,
  body        BYTEA NOT NULL,
  state       TEXT NOT NULL,
  attempts    INTEGER NOT NULL DEFAULT 0,
  alone       INTEGER NOT NULL DEFAULT 0,
  due         DOUBLE PRECISION NOT NULL,
  owner       TEXT,
  leased_from TEXT,
  leased_at   DOUBLE PRECISION,
  sent_at     DOUBLE PRECISION,
  received_at DOUBLE PRECISION NOT NULL,
  changed_at  DOUBLE PRECISION NOT NULL,
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
);

CREATE INDEX events_open ON events (flow, key, sequence, id)
  WHERE state IN ('received', 'waiting', 'sending', 'unknown');
CREATE INDEX events_key ON events (flow, key);
CREATE INDEX events_owner ON events (owner) WHERE owner IS NOT NULL;
CREATE INDEX events_waits_for ON events (waits_for) WHERE waits_for IS NOT NULL;
CREATE INDEX events_count ON events (flow, state, outcome);
CREATE INDEX events_file ON events (flow, file, ordinal) WHERE file IS NOT NULL;

CREATE TABLE keys (
  flow        TEXT NOT NULL,
  key         TEXT NOT NULL,
  grp         TEXT,
  due         DOUBLE PRECISION NOT NULL,
  owner       TEXT,
  agent       TEXT,
  lease_until DOUBLE PRECISION NOT NULL DEFAULT 0,
  PRIMARY KEY (flow, key)
);

CREATE INDEX keys_due ON keys (flow, due);
CREATE INDEX keys_agent ON keys (agent) WHERE owner IS NOT NULL;
CREATE INDEX keys_group ON keys (flow, grp) WHERE owner IS NOT NULL AND grp IS NOT NULL;

CREATE TABLE imports (
  id      TEXT PRIMARY KEY,
  flow    TEXT NOT NULL,
  parts   INTEGER NOT NULL,
  status  TEXT NOT NULL,
  created DOUBLE PRECISION NOT NULL,
  agent   TEXT
);

-- Agents that run, and when they were last seen. What a silent one had in hand is taken over.
CREATE TABLE agents (
  id    TEXT PRIMARY KEY,
  place TEXT NOT NULL,
  seen  DOUBLE PRECISION NOT NULL
);

-- Tokens of records made lately: a document that was looked up before its reference was saved, and is recorded
-- as waiting after it, must not sleep.
CREATE TABLE made (
  token TEXT PRIMARY KEY,
  at    DOUBLE PRECISION NOT NULL
);

CREATE INDEX made_at ON made (at);

CREATE TABLE polls (
  flow      TEXT PRIMARY KEY,
  watermark TEXT NOT NULL,
  zone      TEXT NOT NULL,
  began     DOUBLE PRECISION NOT NULL
);

CREATE TABLE polled (
  flow TEXT NOT NULL,
  key  TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (flow, key)
);

CREATE TABLE audit (
  id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event    BIGINT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
  at       DOUBLE PRECISION NOT NULL,
  before   TEXT NOT NULL,
  after    TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  code     TEXT,
  message  TEXT
);

CREATE INDEX audit_event ON audit (event);

CREATE TABLE moves (
  before TEXT NOT NULL,
  after  TEXT NOT NULL,
  PRIMARY KEY (before, after)
);

CREATE FUNCTION events_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM moves WHERE before = OLD.state AND after = NEW.state) THEN
    RAISE EXCEPTION 'an event cannot move like this: % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  INSERT INTO audit (event, at, before, after, attempts, code, message)
  VALUES (NEW.id, NEW.changed_at, OLD.state, NEW.state, NEW.attempts, NEW.code, NEW.message);
  RETURN NULL;
END $$;

CREATE TRIGGER events_moved AFTER UPDATE OF state ON events
FOR EACH ROW WHEN (NEW.state IS DISTINCT FROM OLD.state) EXECUTE FUNCTION events_moved();

CREATE TABLE store (version INTEGER NOT NULL);
