-- The account's state. `record` is what SuiteQL reads: body, lines and subs are the fields,
-- sublists and subrecords of RecordData, as JSON; derived values (see facts.py) lie in body too.
CREATE TABLE IF NOT EXISTS record (
  space TEXT NOT NULL,
  id INTEGER NOT NULL,
  type TEXT NOT NULL,
  externalid TEXT,
  version INTEGER NOT NULL,
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  body TEXT NOT NULL,
  lines TEXT NOT NULL,
  subs TEXT NOT NULL,
  PRIMARY KEY (space, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_externalid ON record (space, externalid);
CREATE INDEX IF NOT EXISTS record_type ON record (type, id);
CREATE INDEX IF NOT EXISTS record_entityid ON record (json_extract(body, '$.entityid')) WHERE space = 'entity';
CREATE INDEX IF NOT EXISTS record_itemid ON record (json_extract(body, '$.itemid')) WHERE space = 'item';
CREATE INDEX IF NOT EXISTS record_createdfrom ON record (json_extract(body, '$.createdfrom')) WHERE space = 'transaction';
CREATE INDEX IF NOT EXISTS record_entity ON record (json_extract(body, '$.entity')) WHERE space = 'transaction';
CREATE INDEX IF NOT EXISTS record_number ON record (json_extract(body, '$.item'), json_extract(body, '$.inventorynumber')) WHERE space = 'inventorynumber';

CREATE TABLE IF NOT EXISTS deleted (
  space TEXT NOT NULL, id INTEGER NOT NULL, type TEXT NOT NULL, externalid TEXT, name TEXT, deleted INTEGER NOT NULL, user INTEGER
);
-- What a transaction did to stock: `number` is an inventorynumber's id and `bin` a bin's, 0 where there is none.
CREATE TABLE IF NOT EXISTS stock_move (
  transaction_id INTEGER NOT NULL, line INTEGER NOT NULL, item INTEGER NOT NULL, location INTEGER NOT NULL,
  number INTEGER NOT NULL DEFAULT 0, quantity REAL NOT NULL, bin INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS stock_by_transaction ON stock_move (transaction_id);
CREATE INDEX IF NOT EXISTS stock_by_item ON stock_move (item, location, number);

-- Open lines of orders: `side` is 'out' where they take stock (`committed` of `open`), 'in' where they bring it.
CREATE TABLE IF NOT EXISTS open_line (
  transaction_id INTEGER NOT NULL, line INTEGER NOT NULL, item INTEGER NOT NULL, location INTEGER NOT NULL,
  open REAL NOT NULL, committed REAL NOT NULL, side TEXT NOT NULL, PRIMARY KEY (transaction_id, line)
);
CREATE INDEX IF NOT EXISTS open_line_by_item ON open_line (item, location, side);

-- Which payment, credit or deposit took how much from which document.
CREATE TABLE IF NOT EXISTS application (payer INTEGER NOT NULL, paid INTEGER NOT NULL, amount REAL NOT NULL);
CREATE INDEX IF NOT EXISTS application_payer ON application (payer);
CREATE INDEX IF NOT EXISTS application_paid ON application (paid);
-- What record.attach put together: types and ids of both sides, a contact's role.
CREATE TABLE IF NOT EXISTS attachment (
  type TEXT NOT NULL, id INTEGER NOT NULL, to_type TEXT NOT NULL, to_id INTEGER NOT NULL, role TEXT,
  PRIMARY KEY (to_type, to_id, type, id)
);

CREATE TABLE IF NOT EXISTS folder (id INTEGER PRIMARY KEY, parent INTEGER, name TEXT NOT NULL, path TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS file (
  id INTEGER PRIMARY KEY, folder INTEGER NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL, encoding TEXT, description TEXT, text TEXT NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL,
  size INTEGER NOT NULL, online INTEGER NOT NULL, inactive INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS email (id INTEGER PRIMARY KEY, sent INTEGER NOT NULL, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS secret (scriptid TEXT PRIMARY KEY, text TEXT NOT NULL);
-- Roles: `source` is 'standard' or 'sdf'; grants and refusals made by hand survive a deployment.
CREATE TABLE IF NOT EXISTS role (scriptid TEXT PRIMARY KEY, id INTEGER NOT NULL, source TEXT NOT NULL, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS role_by_hand (scriptid TEXT NOT NULL, permission TEXT NOT NULL, level TEXT NOT NULL, PRIMARY KEY (scriptid, permission));
-- What SDF deployed: object type, script id, its definition.
CREATE TABLE IF NOT EXISTS deployed (kind TEXT NOT NULL, scriptid TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (kind, scriptid));
CREATE TABLE IF NOT EXISTS saved_search (
  id INTEGER PRIMARY KEY, scriptid TEXT NOT NULL UNIQUE, title TEXT NOT NULL, owner INTEGER NOT NULL, public INTEGER NOT NULL, data TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
-- What was changed, by whom: one row a field (notes.py).
CREATE TABLE IF NOT EXISTS system_note (
  id INTEGER PRIMARY KEY, type TEXT NOT NULL, record INTEGER NOT NULL, name TEXT, field TEXT NOT NULL, kind TEXT NOT NULL,
  old TEXT, new TEXT, moment INTEGER NOT NULL, user INTEGER NOT NULL, role TEXT, context TEXT
);
CREATE INDEX IF NOT EXISTS note_by_record ON system_note (record, type);

-- Tasks (map/reduce, scheduled scripts, exports) and what unfinished ones have done: JSON (backlog.py).
CREATE TABLE IF NOT EXISTS task (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, facts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS task_part (task TEXT NOT NULL, part TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (task, part));
