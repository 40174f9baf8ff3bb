-- What came in, exactly: the bytes and headers of a call, for all events that it brought. `body` is null where they are the
-- event's own body; before that changes they are kept.

-- up
CREATE TABLE raw (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  at      REAL NOT NULL,
  headers TEXT NOT NULL,
  body    BLOB
) STRICT;

ALTER TABLE events ADD COLUMN raw INTEGER;

CREATE TRIGGER events_changed BEFORE UPDATE OF body ON events
WHEN OLD.raw IS NOT NULL
BEGIN
  UPDATE raw SET body = OLD.body WHERE id = OLD.raw AND body IS NULL;
END;

-- down
DROP TRIGGER events_changed;
ALTER TABLE events DROP COLUMN raw;
DROP TABLE raw;
