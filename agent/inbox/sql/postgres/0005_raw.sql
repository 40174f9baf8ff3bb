-- What came in, exactly: the bytes and headers of a call, for all events that it brought. `body` is null where they are the
-- event's own body; before that changes they are kept.

-- up
CREATE TABLE raw (
  id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      DOUBLE PRECISION NOT NULL,
  headers TEXT NOT NULL,
  body    BYTEA
);

ALTER TABLE events ADD COLUMN raw BIGINT;

CREATE FUNCTION events_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE raw SET body = OLD.body WHERE id = OLD.raw AND body IS NULL;
  RETURN NEW;
END $$;

CREATE TRIGGER events_changed BEFORE UPDATE OF body ON events
FOR EACH ROW WHEN (OLD.raw IS NOT NULL) EXECUTE FUNCTION events_changed();

-- down
DROP TRIGGER events_changed ON events;
DROP FUNCTION events_changed();
ALTER TABLE events DROP COLUMN raw;
DROP TABLE raw;
