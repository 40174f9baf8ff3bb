-- The trace that a document belongs to: `traceparent` of the span that received it.

-- up
ALTER TABLE events ADD COLUMN trace TEXT;

-- down
ALTER TABLE events DROP COLUMN trace;
