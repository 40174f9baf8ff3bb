/**
 * The outbox: one row for each save that some flow wants to hear of. A row names the record and
 * the flows and holds no business data, because anybody who may save the record writes it.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/record', 'N/runtime', './config', './sql'], (record, runtime, config, sql) => {
  const SAVE = { enableSourcing: false, ignoreMandatoryFields: true };
  /** Rows with so many attempts are counted as failed; they are tried on, ever more slowly. */
  const FAILED_ATTEMPTS = 10;
  const FIRST_PAUSE_MS = 5000;
  const LONGEST_PAUSE_MS = 6 * 3600000;
  /** As many as one query returns. */
  const FETCH = 5000;

  /**
   * @typedef {{id: number, events: string[], record: string, recordId: string, kind: string, flows: string[],
   *   key: string, attempts: number, seq: string, changed: number}} Row
   */

  /** Epoch milliseconds as text that compares. @param {number} ms */
  const stamp = (ms) => String(ms).padStart(16, '0');

  /** A record's slot, the same for all its rows. @param {string} type @param {string} id */
  const slotOf = (type, id) => {
    let hash = 0;
    for (const character of `${type}:${id}`) hash = (hash * 31 + character.charCodeAt(0)) % 65521;
    return hash % config.table.slots;
  };

  /** The drain that takes a slot: each takes as many as another. @param {number} slot */
  const partitionOf = (slot) => slot % config.table.drain.deploys.length;

  /** @param {number} partition @returns {number[]} the slots that its drain takes */
  const slotsOf = (partition) =>
    Array.from({ length: config.table.slots }, (_, slot) => slot).filter((slot) => partitionOf(slot) === partition);

  /**
   * Writes a row. Six units. One that is pulled is in a slot that no drain takes.
   * @param {{events: string[], record: string, recordId: string, kind: string, flows: string[], key: string,
   *   changed: number, seq: string, pulled?: boolean, states?: any}} row `states`: of flows that send the save's
   */
  const add = (row) => {
    const names = config.table.outbox;
    const rec = record.create({ type: names.type });
    const values = {
      [names.event]: row.events.join(','),
      [names.record]: row.record,
      [names.record_id]: row.recordId,
      [names.kind]: row.kind,
      [names.flows]: row.flows.join(','),
      [names.key]: row.key,
      [names.account]: runtime.accountId,
      [names.attempts]: 0,
      [names.next]: stamp(row.changed),
      [names.seq]: row.seq,
      [names.changed]: stamp(row.changed),
      [names.partition]: row.pulled ? config.table.pull : slotOf(row.record, row.recordId)
    };
    if (row.states) values[names.states] = JSON.stringify(row.states);
    for (const field of Object.keys(values)) rec.setValue({ fieldId: field, value: values[field] });
    return rec.save(SAVE);
  };

  /**
   * Whether an older row of the record waits, which a direct post must not overtake. What the agent
   * fetches is of other flows.
   * @param {string} type @param {string} id
   */
  const waits = (type, id) => {
    const n = config.table.outbox;
    const where = `${n.record} = ? AND ${n.record_id} = ? AND ${n.partition} <> ?`;
    return sql.rows(`SELECT id FROM ${n.type} WHERE ${where}`, [type, id, config.table.pull]).length > 0;
  };

  /**
   * Rows of this account that are due, oldest first, without records whose oldest row is not due:
   * the events of a record stay in order.
   * @param {number[]} slots
   * @param {number} now
   * @returns {Row[]}
   */
  const due = (slots, now) => {
    const n = config.table.outbox;
    const where = `${n.partition} IN (${sql.marks(slots.length)}) AND ${n.account} = ?`;
    const params = [...slots, runtime.accountId, stamp(now)];
    const columns = [n.event, n.record, n.record_id, n.kind, n.flows, n.key, n.attempts, n.seq, n.changed];
    const select = columns.map((column, i) => `${column} AS c${i}`).join(', ');
    const rows = sql.rows(`SELECT id, ${select} FROM ${n.type} WHERE ${where} AND ${n.next} <= ? ORDER BY id`, params);
    if (rows.length === 0) return [];
    const held = sql.rows(
      `SELECT ${n.record} AS c0, ${n.record_id} AS c1, MIN(${n.seq}) AS c2 FROM ${n.type} WHERE ${where} AND ${n.next} > ? GROUP BY ${n.record}, ${n.record_id}`,
      params
    );
    const since = Object.create(null);
    for (const row of held) since[`${row.c0}:${row.c1}`] = String(row.c2);
    return rows
      .slice(0, FETCH)
      .map((row) => ({
        id: Number(row.id),
        events: String(row.c0).split(','),
        record: String(row.c1),
        recordId: String(row.c2),
        kind: String(row.c3),
        flows: String(row.c4).split(','),
        key: String(row.c5 || ''),
        attempts: Number(row.c6 || 0),
        seq: String(row.c7),
        changed: Number(row.c8)
      }))
      .filter((row) => {
        const first = since[`${row.record}:${row.recordId}`];
        return first === undefined || row.seq < first;
      })
      .sort((a, b) => (a.seq === b.seq ? a.id - b.id : a.seq < b.seq ? -1 : 1));
  };

  /** Takes a delivered row out. Four units. @param {number} id */
  const remove = (id) => {
    try {
      record.delete({ type: config.table.outbox.type, id: id });
    } catch (error) {
      if (error.name !== 'RCRD_DSNT_EXIST') throw error;
    }
  };

  /** Those of the rows that are still there: an interrupted run may have served some. @param {Row[]} rows */
  const left = (rows) => {
    const found = sql.rows(
      `SELECT id FROM ${config.table.outbox.type} WHERE id IN (${sql.marks(rows.length)})`,
      rows.map((row) => row.id)
    );
    const ids = found.map((row) => Number(row.id));
    return rows.filter((row) => ids.indexOf(row.id) >= 0);
  };

  /** The states that were kept at the save, by flow. Two units. @param {number} id */
  const states = (id) => {
    const row = record.load({ type: config.table.outbox.type, id: id });
    return JSON.parse(String(row.getValue({ fieldId: config.table.outbox.states }) || '{}'));
  };

  /** Rows by id, with their events and flows. @param {number[]} ids @returns {{[id: number]: {id: number, events: string[], flows: string[]}}} */
  const byIds = (ids) => {
    const n = config.table.outbox;
    const found = {};
    for (const chunk of sql.chunks(ids)) {
      const text = `SELECT id, ${n.event} AS e, ${n.flows} AS f FROM ${n.type} WHERE id IN (${sql.marks(chunk.length)})`;
      for (const row of sql.rows(text, chunk)) {
        found[row.id] = { id: Number(row.id), events: String(row.e).split(','), flows: String(row.f).split(',') };
      }
    }
    return found;
  };

  /** Leaves only what is not served yet in a row. Two units. @param {{id: number}} row @param {string[]} events @param {string[]} flows */
  const narrow = (row, events, flows) => {
    const n = config.table.outbox;
    record.submitFields({
      type: n.type,
      id: row.id,
      values: { [n.event]: events.join(','), [n.flows]: flows.join(',') },
      options: { enableSourcing: false, ignoreMandatoryFields: true }
    });
  };

  /**
   * Keeps a row for a later attempt, with the flows that are still to be served. Two units.
   * @param {Row} row
   * @param {string[]} events
   * @param {string[]} flows
   * @param {string} error
   */
  const postpone = (row, events, flows, error) => {
    const n = config.table.outbox;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** row.attempts, LONGEST_PAUSE_MS);
    record.submitFields({
      type: n.type,
      id: row.id,
      values: {
        [n.event]: events.join(','),
        [n.flows]: flows.join(','),
        [n.attempts]: row.attempts + 1,
        [n.next]: stamp(Date.now() + pause),
        [n.error]: error.slice(0, 900)
      },
      options: { enableSourcing: false, ignoreMandatoryFields: true }
    });
  };

  /** Rows that are due but wait for an earlier one of their record, by slot. @param {string} now */
  const blocked = (now) => {
    const n = config.table.outbox;
    const first = `SELECT ${n.record} AS r, ${n.record_id} AS i, MIN(${n.seq}) AS s FROM ${n.type} WHERE ${n.next} > ? GROUP BY ${n.record}, ${n.record_id}`;
    const rows = sql.rows(
      `SELECT o.${n.partition} AS p, COUNT(*) AS held FROM ${n.type} o JOIN (${first}) f ON o.${n.record} = f.r AND o.${n.record_id} = f.i ` +
        `WHERE o.${n.next} <= ? AND o.${n.seq} > f.s AND o.${n.account} = ? GROUP BY o.${n.partition}`,
      [now, now, runtime.accountId]
    );
    return rows.reduce((all, row) => ({ ...all, [row.p]: Number(row.held) }), {});
  };

  /**
   * How many rows wait, by partition; rows of another account count as failed, and a row that waits
   * for an earlier one of its record is not due. Those that the agent fetches are counted as `pull`.
   * Ten units, twenty when something has failed.
   */
  const stats = () => {
    const n = config.table.outbox;
    const now = stamp(Date.now());
    const own = `${n.account} = '${runtime.accountId}'`;
    const sum = (test) => `SUM(CASE WHEN ${test} THEN 1 ELSE 0 END)`;
    const rows = sql.rows(
      `SELECT ${n.partition} AS p, COUNT(*) AS pending, ${sum(`${own} AND ${n.next} <= '${now}'`)} AS due, ` +
        `${sum(`${n.attempts} >= ${FAILED_ATTEMPTS} OR NOT (${own})`)} AS failed, MIN(${n.changed}) AS oldest ` +
        `FROM ${n.type} GROUP BY ${n.partition}`
    );
    const failing = rows.some((row) => Number(row.due) > 0 && Number(row.pending) > Number(row.due));
    const held = failing ? blocked(now) : {};
    for (const row of rows) row.due = Number(row.due || 0) - (held[row.p] || 0);
    const total = (name) => rows.reduce((all, row) => all + Number(row[name] || 0), 0);
    const oldest = rows
      .map((row) => Number(row.oldest))
      .filter((ms) => ms > 0)
      .sort((a, b) => a - b)[0];
    const pulled = rows.filter((row) => Number(row.p) === config.table.pull);
    const pull = pulled.reduce((all, row) => all + row.due, 0);
    const open = {};
    for (const row of rows.filter((one) => pulled.indexOf(one) < 0)) {
      const partition = partitionOf(Number(row.p));
      open[partition] = (open[partition] || 0) + row.due;
    }
    return {
      pending: total('pending'),
      due: total('due') - pull,
      pull: pull,
      failed: total('failed'),
      oldest_seconds: oldest ? Math.max(0, Math.round((Date.now() - oldest) / 1000)) : 0,
      partitions: Object.keys(open).map((partition) => ({ partition: Number(partition), due: open[partition] }))
    };
  };

  /** Partitions with rows that are due. Units as `stats`. @returns {number[]} */
  const waiting = () =>
    stats()
      .partitions.filter((one) => one.due > 0)
      .map((one) => one.partition);

  return { slotsOf, waiting, add, waits, due, left, remove, states, byIds, narrow, postpone, stats, stamp };
});
