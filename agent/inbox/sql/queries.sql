-- insert_event
-- A new event; a repeat changes no row, also of one that was forgotten.
INSERT INTO events (flow, event_id, key, grp, sequence, origin, file, ordinal, place, trace, body, raw, state, due, received_at, changed_at)
SELECT :flow, :event_id, :key, :grp, :sequence, :origin, :file, :ordinal, :place, :trace, :body, :raw, 'received', :now, :now, :now
WHERE NOT EXISTS (SELECT 1 FROM forgotten WHERE flow = :flow AND event_id = :event_id)
ON CONFLICT (flow, event_id) DO NOTHING;

-- insert_raw
INSERT INTO raw (at, headers, body) VALUES (:at, :headers, :body);

-- drop_raw
DELETE FROM raw WHERE id = :id;

-- raw
-- What brought an event; the bytes are its body's where they are not kept apart.
SELECT r.at, r.headers, coalesce(r.body, e.body) AS body FROM events e JOIN raw r ON r.id = e.raw WHERE e.id = :id;

-- forget_raw
-- Numbers rise with time: only the first ones are looked at.
DELETE FROM raw WHERE id IN (SELECT id FROM (SELECT id, at FROM raw ORDER BY id LIMIT :limit) AS first WHERE at < :before);

-- any_body
-- The oldest and the newest: where these can be opened, those between them can.
SELECT body FROM events WHERE id IN ((SELECT min(id) FROM events), (SELECT max(id) FROM events));

-- postpone_key
-- Its first event cannot be read now.
UPDATE keys SET due = :due WHERE flow = :flow AND key = :key;

-- open_key
-- The key of an open event. Where it has a row, the row follows the key's first open event.
INSERT INTO keys (flow, key, grp, due) VALUES (:flow, :key, :grp, :due)
ON CONFLICT (flow, key) DO UPDATE SET due = coalesce(
  (SELECT e.due FROM events e INDEXED BY events_open
   WHERE e.flow = :flow AND e.key = :key AND e.state IN ('received', 'waiting', 'sending', 'unknown')
   ORDER BY e.sequence, e.id LIMIT 1), excluded.due);

-- due_keys
-- Keys that can be leased: due, held by nobody, and no key of their group in a call.
SELECT k.key FROM keys k
WHERE k.flow = :flow AND k.due <= :now AND (k.owner IS NULL OR k.lease_until <= :now)
  AND (k.grp IS NULL OR NOT EXISTS (
    SELECT 1 FROM keys g INDEXED BY keys_group
    WHERE g.flow = k.flow AND g.grp = k.grp AND g.owner IS NOT NULL AND g.lease_until > :now))
ORDER BY k.due LIMIT :limit;

-- first_event
-- The first open event of a key.
SELECT id, event_id, key, body, attempts, alone, state, received_at, sent_at, leased_at, trace
FROM events INDEXED BY events_open
WHERE flow = :flow AND key = :key AND state IN ('received', 'waiting', 'sending', 'unknown')
ORDER BY sequence, id LIMIT 1;

-- newest_event
-- The last open event of a key, unless what became of one of them is not known: then order counts.
SELECT id, event_id, key, body, attempts, alone, state, received_at, sent_at, leased_at, trace
FROM events INDEXED BY events_open
WHERE flow = :flow AND key = :key AND state IN ('received', 'waiting', 'sending', 'unknown')
AND NOT EXISTS (
  SELECT 1 FROM events u INDEXED BY events_open
  WHERE u.flow = :flow AND u.key = :key AND u.state IN ('received', 'waiting', 'sending', 'unknown')
    AND u.state IN ('sending', 'unknown'))
ORDER BY sequence DESC, id DESC LIMIT 1;

-- supersede
-- What waits before the newest event of a key, which says all that it says.
UPDATE events SET state = 'done', outcome = 'superseded', changed_at = :now, waits_for = NULL,
  code = NULL, message = NULL, field = NULL, spec = NULL, class = NULL
WHERE flow = :flow AND key = :key AND state IN ('received', 'waiting')
  AND (sequence, id) < (SELECT n.sequence, n.id FROM events n WHERE n.id = :id);

-- lease_key
UPDATE keys SET owner = :owner, lease_until = :until WHERE flow = :flow AND key = :key;

-- lease_event
UPDATE events SET state = 'sending', owner = :owner, leased_from = :before, leased_at = :now, changed_at = :now
WHERE id = :id;

-- settle
-- Fenced: only what the owner still holds.
UPDATE events SET
  state = :state, due = :due, attempts = attempts + :tried, alone = :alone,
  sent_at = coalesce(:sent_at, sent_at), owner = NULL, leased_from = NULL, changed_at = :now,
  outcome = :outcome, record = coalesce(:record, record), record_key = coalesce(:record_key, record_key),
  code = :code, message = :message, field = :field, spec = :spec, class = :class,
  waits_for = :waits_for, answer = :answer
WHERE id = :id AND owner = :owner AND state = 'sending'
RETURNING flow, key, grp;

-- insert_try
INSERT INTO tries (event, at, agent, batch, state, code, sent, answer)
VALUES (:id, :at, :agent, :batch, :state, :code, :sent, :answer);

-- trim_tries
-- The newest ones are kept.
DELETE FROM tries WHERE event = :id AND id <= (SELECT id FROM tries WHERE event = :id ORDER BY id DESC LIMIT 1 OFFSET 30);

-- tries
SELECT at, agent, batch, state, code, sent, answer FROM tries WHERE event = :id ORDER BY id;

-- close_earlier
-- Earlier events of a key that did not end well, closed by a later one that did.
UPDATE events INDEXED BY events_failed SET state = 'dead', outcome = 'superseded', waits_for = NULL, changed_at = :now
WHERE flow = :flow AND key = :key AND state IN ('held', 'dead') AND coalesce(outcome, '') NOT IN ('superseded', 'discarded')
  AND (sequence, id) < (SELECT d.sequence, d.id FROM events d WHERE d.id = :id)
RETURNING id;

-- note
-- A step of the history that is no move.
INSERT INTO audit (event, at, before, after, attempts, code, message)
SELECT id, :now, state, state, attempts, :code, :message FROM events WHERE id = :id;

-- release_events
-- Not sent: everything but the time of the next try stays as it was. What was never tried moves to waiting, too.
UPDATE events SET
  state = CASE leased_from WHEN 'unknown' THEN 'unknown' ELSE 'waiting' END,
  owner = NULL, leased_from = NULL, changed_at = :now, due = :due
WHERE owner = :owner AND state = 'sending'
RETURNING flow, key, grp;

-- free_key
-- After a lease: the row goes, or follows the next open event.
UPDATE keys SET owner = NULL, lease_until = 0, due = coalesce(
  (SELECT e.due FROM events e INDEXED BY events_open
   WHERE e.flow = :flow AND e.key = :key AND e.state IN ('received', 'waiting', 'sending', 'unknown')
   ORDER BY e.sequence, e.id LIMIT 1), -1)
WHERE flow = :flow AND key = :key AND (owner IS NULL OR owner = :owner)
RETURNING due;

-- close_key
DELETE FROM keys WHERE flow = :flow AND key = :key AND due = -1;

-- next_due
SELECT min(due) FROM keys WHERE flow = :flow AND owner IS NULL;

-- next_expiry
-- Only what is leased is read, however much waits.
SELECT min(lease_until) FROM keys INDEXED BY keys_owner WHERE flow = :flow AND owner IS NOT NULL;

-- wake
-- Events that wait for a record that now exists; held ones too, unless a newer event of their key is done.
UPDATE events SET state = 'waiting', due = :now, changed_at = :now, waits_for = NULL,
  attempts = CASE state WHEN 'held' THEN 0 ELSE attempts END
WHERE waits_for = :token AND state IN ('waiting', 'held') AND NOT (state = 'held' AND EXISTS (
  SELECT 1 FROM events n INDEXED BY events_key
  WHERE n.flow = events.flow AND n.key = events.key AND n.state = 'done' AND n.outcome NOT IN ('skipped', 'superseded')
    AND (n.sequence, n.id) > (events.sequence, events.id)))
RETURNING flow, key, grp;

-- orphans
-- Leases of a process that is gone. A run that was submitted keeps its events.
SELECT DISTINCT owner FROM events INDEXED BY events_owner
WHERE owner IS NOT NULL AND owner NOT IN (SELECT id FROM imports WHERE status = 'submitted');

-- cut
-- In a call when the process ended: whether it was sent is not known.
UPDATE events SET state = 'unknown', sent_at = coalesce(leased_at, :now), due = :now, alone = 0,
  owner = NULL, leased_from = NULL, changed_at = :now,
  code = 'AGENT_STOPPED', message = 'the agent ended during the call', class = 'retry'
WHERE owner = :owner AND state = 'sending'
RETURNING flow, key, grp;

-- replayable
SELECT e.id, EXISTS (
  SELECT 1 FROM events n INDEXED BY events_key
  WHERE n.flow = e.flow AND n.key = e.key AND n.state = 'done' AND n.outcome NOT IN ('skipped', 'superseded')
    AND (n.sequence, n.id) > (e.sequence, e.id)) AS superseded
FROM events e WHERE e.state IN ('waiting', 'held', 'dead')

-- replay
UPDATE events SET state = 'waiting', due = :now, attempts = 0, alone = 0, changed_at = :now, waits_for = NULL
WHERE id = :id RETURNING flow, key, grp;

-- discardable
SELECT e.id FROM events e WHERE e.state IN ('received', 'waiting', 'unknown', 'held', 'dead') AND coalesce(e.outcome, '') <> 'discarded'

-- discard
UPDATE events SET state = 'dead', outcome = 'discarded', waits_for = NULL, changed_at = :now WHERE id = :id
RETURNING flow, key, grp;

-- edit
UPDATE events SET original = coalesce(original, body), body = :body WHERE id = :id;

-- begin_import
INSERT INTO imports (id, flow, parts, status, created) VALUES (:id, :flow, :parts, :status, :created);

-- submit_import
UPDATE imports SET status = 'submitted', parts = :parts WHERE id = :id AND status = 'staging';

-- drop_import
-- Never submitted: its documents are free, what it staged is still to be cleared.
UPDATE imports SET status = 'dropped' WHERE id = :id;

-- end_import
DELETE FROM imports WHERE id = :id;

-- held_by
SELECT id, event_id, key, attempts, alone, received_at, leased_at FROM events INDEXED BY events_owner
WHERE owner = :owner AND state = 'sending';

-- past
-- Events in the order in which they came, and which of them can be forgotten.
SELECT id, received_at, changed_at < :before AND (state = 'done' OR (state = 'dead' AND outcome IN ('discarded', 'superseded'))) AS ended
FROM events WHERE id > :after ORDER BY id LIMIT :limit;

-- keep_ids
INSERT INTO forgotten (flow, event_id, at)
SELECT flow, event_id, received_at FROM events
WHERE id IN (SELECT value FROM json_each(:ids)) AND state IN ('done', 'dead')
ON CONFLICT DO NOTHING;

-- forget_steps
DELETE FROM audit WHERE event IN (SELECT value FROM json_each(:ids));

-- forget_tries
DELETE FROM tries WHERE event IN (SELECT value FROM json_each(:ids));

-- forget_events
DELETE FROM events WHERE id IN (SELECT value FROM json_each(:ids)) AND state IN ('done', 'dead');

-- forget_ids
DELETE FROM forgotten WHERE (flow, event_id) IN (SELECT flow, event_id FROM forgotten WHERE at < :before ORDER BY at LIMIT :limit);

-- count_open
SELECT count(*) FROM events WHERE state IN ('received', 'waiting', 'sending', 'unknown');

-- imports
SELECT id, flow, parts, status, created FROM imports ORDER BY created;

-- find
SELECT id, flow, event_id, key, grp, origin, file, place, state, attempts, due, received_at, changed_at,
  outcome, record, record_key, code, message, field, spec, class, waits_for
FROM events e WHERE 1 = 1

-- show
SELECT id, flow, event_id, key, grp, sequence, origin, file, place, body, state, attempts, due, sent_at, received_at,
  changed_at, outcome, record, record_key, code, message, field, spec, class, waits_for, answer, original
FROM events WHERE id = :id;

-- history
SELECT at, before, after, attempts, code, message FROM audit WHERE event = :id ORDER BY rowid;

-- causes
SELECT e.flow, e.code, e.message, count(*), min(e.received_at), max(e.received_at), max(e.id) FROM events e
WHERE e.state IN ('held', 'dead') AND coalesce(e.outcome, '') NOT IN ('superseded', 'discarded')

-- stats
SELECT flow, state, outcome, count(*) FROM events GROUP BY flow, state, outcome;

-- oldest
-- Numbers rise with time: the index of open events gives them, and one row of a flow is read.
SELECT flow, received_at FROM events WHERE id IN (
  SELECT min(id) FROM events WHERE state IN ('received', 'waiting', 'sending', 'unknown') GROUP BY flow);

-- newest
SELECT flow, received_at FROM events WHERE id IN (SELECT max(id) FROM events GROUP BY flow);

-- progress
-- How far a file is.
SELECT state, outcome, count(*) FROM events WHERE flow = :flow AND file = :file GROUP BY state, outcome;

-- results
SELECT ordinal, state, outcome, record, code, message, field, spec,
  coalesce(record_key, CASE WHEN key NOT LIKE 'id:%' THEN key END) AS record_key FROM events
WHERE flow = :flow AND file = :file AND ordinal >= :first ORDER BY ordinal LIMIT :limit;

-- poll
-- Where a polled flow stands.
SELECT watermark, zone, began FROM polls WHERE flow = :flow;

-- end_poll
-- A whole pass is through.
INSERT INTO polls (flow, watermark, zone, began) VALUES (:flow, :watermark, :zone, :began)
ON CONFLICT (flow) DO UPDATE SET watermark = excluded.watermark, zone = excluded.zone, began = excluded.began;

-- polled
-- The hash of what was told last of some keys.
SELECT key, hash FROM polled WHERE flow = :flow AND key IN (SELECT value FROM json_each(:keys));

-- polled_any
-- Whether anything was told.
SELECT EXISTS (SELECT 1 FROM polled WHERE flow = :flow);

-- polled_keys
-- Every key that was told, or those whose hash begins in a way.
SELECT key FROM polled WHERE flow = :flow AND hash LIKE :like;

-- tell
-- A key with the hash of what its event tells, where nothing else was told since.
INSERT INTO polled (flow, key, hash) VALUES (:flow, :key, :hash)
ON CONFLICT (flow, key) DO UPDATE SET hash = excluded.hash WHERE polled.hash = :before;

-- forget
-- A key that is no more.
DELETE FROM polled WHERE flow = :flow AND key = :key;

-- traffic_next
-- Up to which event traffic is counted, and up to which the next step counts.
SELECT c.event, coalesce(
  (SELECT max(id) FROM (SELECT id FROM events WHERE id > c.event ORDER BY id LIMIT :limit) AS following), c.event)
FROM counted c;

-- count_traffic
INSERT INTO traffic (flow, hour, events)
SELECT flow, CAST(received_at AS BIGINT) / 3600, count(*) FROM events
WHERE id > :after AND id <= :upto GROUP BY 1, 2
ON CONFLICT (flow, hour) DO UPDATE SET events = traffic.events + excluded.events;

-- traffic_counted
UPDATE counted SET event = :upto, until = :now;

-- forget_traffic
DELETE FROM traffic WHERE hour < :before / 3600;

-- traffic_until
SELECT until FROM counted;

-- traffic
SELECT flow, hour, events FROM traffic;

-- begin_alarm
-- An alarm stands; while it does under one code, its begin stays.
INSERT INTO alarms (kind, subject, place, code, message, since, seen)
VALUES (:kind, :subject, :place, :code, :message, :since, :now)
ON CONFLICT (kind, subject, place) DO UPDATE SET code = excluded.code, message = excluded.message,
  since = excluded.since, seen = excluded.seen WHERE alarms.code <> excluded.code;

-- end_alarm
-- An alarm is over.
DELETE FROM alarms WHERE kind = :kind AND subject = :subject AND place = :place;

-- alarms_seen
-- The agent whose alarms these are is there.
UPDATE alarms SET seen = :now WHERE place = :place AND place <> '';

-- alarms_gone
-- Alarms of agents that are no more.
DELETE FROM alarms WHERE place <> '' AND seen < :before;

-- alarms
-- What stands, the oldest last.
SELECT place, kind, subject, code, message, since FROM alarms ORDER BY since DESC;

-- told_alarms
-- What a channel has told and not told to be over.
SELECT kind, subject, code, message, since, at FROM told WHERE channel = :channel;

-- tell_alarm
-- A channel has told of an alarm.
INSERT INTO told (channel, kind, subject, code, message, since, at)
VALUES (:channel, :kind, :subject, :code, :message, :since, :at)
ON CONFLICT (channel, kind, subject) DO UPDATE SET code = excluded.code, message = excluded.message,
  since = excluded.since, at = excluded.at;

-- untell_alarm
-- A channel has told that an alarm is over.
DELETE FROM told WHERE channel = :channel AND kind = :kind AND subject = :subject;
