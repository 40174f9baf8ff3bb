-- What agents on one PostgreSQL store share of an account's limit of calls in flight. Times are epoch seconds.
-- IF NOT EXISTS: stores of version 1 may have them.

-- up
-- What was learnt (agent/dispatch/limit.py), as JSON.
CREATE TABLE IF NOT EXISTS account_limits (
  account TEXT PRIMARY KEY,
  learnt  TEXT NOT NULL
);

-- Calls under way. A row that is not renewed expires with the agent that held it.
CREATE TABLE IF NOT EXISTS account_slots (
  account     TEXT NOT NULL,
  slot        INTEGER NOT NULL,
  holder      TEXT NOT NULL,
  since       DOUBLE PRECISION NOT NULL,
  lease_until DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (account, slot)
);

-- Agents that want slots: how many flows wait there, when it was heard of them, and when they got one last.
CREATE TABLE IF NOT EXISTS account_agents (
  account TEXT NOT NULL,
  holder  TEXT NOT NULL,
  wants   INTEGER NOT NULL,
  seen    DOUBLE PRECISION NOT NULL,
  served  DOUBLE PRECISION NOT NULL DEFAULT 0,
  PRIMARY KEY (account, holder)
);

-- down
DROP TABLE account_agents;
DROP TABLE account_slots;
DROP TABLE account_limits;
