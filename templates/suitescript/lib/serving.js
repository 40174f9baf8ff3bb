/**
 * Rows of the outbox and what stands behind them: which events they are, and what each says.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/record', './config', './deliver', './outbox', './source'], (record, config, deliver, outbox, source) => {
  /** Rows of one event at most: they are all deleted with it, in one invocation. */
  const MOST_COALESCED = 25;

  const nameOf = (row) => `${row.record}:${row.recordId}`;

  /**
   * Rows of one record and one flow within the flow's `dedupe_seconds` become one event: the
   * payload is the record's state now, so the later ones would say the same.
   */
  const coalesced = (rows, flows) => {
    const out = [];
    for (const row of rows) {
      const window = Math.min(...row.flows.map((flow) => (flows[flow] ? flows[flow].dedupeSeconds : 0))) * 1000;
      const first = out.find(
        (one) =>
          nameOf(one) === nameOf(row) &&
          one.kind !== 'delete' &&
          row.kind !== 'delete' &&
          one.flows.join() === row.flows.join() &&
          one.also.length < MOST_COALESCED &&
          row.changed - one.changed < window
      );
      if (first) first.also.push(row.id);
      else out.push({ ...row, also: [] });
    }
    return out;
  };

  /** What fails for one record or flow is kept, and thrown where its rows are served. @param {() => any} run */
  const attempt = (run) => {
    try {
      return run();
    } catch (error) {
      return { fault: error };
    }
  };
  const orThrow = (found) => {
    if (found && found.fault) throw found.fault;
    return found;
  };

  /** Whether a row is of the current flows, and the flow runs in this account. */
  const wanted = (flows, name) => Boolean(flows[name]) && config.enabled(name);

  /**
   * Reads what the rows are about: each record once, each join once for each flow.
   * @param {{[flow: string]: any}} flows the outbound flows' modules
   * @param {any[]} rows
   * @returns {(row: any, flow: string) => any} the event, or null where the flow has nothing to say;
   *   throws where it cannot be read
   */
  const read = (flows, rows) => {
    const records = {};
    const states = {};
    const load = (row) => {
      const name = nameOf(row);
      if (!(name in records)) {
        const loaded = attempt(() => source.record(record.load({ type: row.record, id: Number(row.recordId) })));
        // A record that is gone has nothing to say; its deletion is a row of its own.
        records[name] = loaded.fault && loaded.fault.name === 'RCRD_DSNT_EXIST' ? null : loaded;
      }
      return records[name];
    };
    const state = (row, flow) => {
      if (!flows[flow].snapshot) return null;
      if (!(row.id in states)) states[row.id] = attempt(() => outbox.states(row.id));
      return states[row.id].fault ? states[row.id] : states[row.id][flow];
    };
    const reader = (row, flow) => {
      const kept = state(row, flow);
      if (kept) return kept.fault ? kept : source.kept(kept);
      return row.kind === 'delete' ? source.deleted(row.recordId, row.key) : load(row);
    };
    const joined = {};
    for (const name of Object.keys(flows)) {
      const mine = rows.filter((row) => row.flows.indexOf(name) >= 0 && wanted(flows, name));
      const found = mine.map((row) => reader(row, name)).filter((one) => one && !one.fault);
      joined[name] = attempt(() => (found.length > 0 ? deliver.join(flows[name], found) : {}));
    }
    return (row, name) => {
      if (!wanted(flows, name)) return null;
      const found = orThrow(reader(row, name));
      if (!found) return null;
      const data = deliver.dataOf(flows[name], source.at(found, orThrow(joined[name])), row);
      return data === null ? null : deliver.event(flows[name], row, row.events[row.flows.indexOf(name)], data);
    };
  };

  return { coalesced, read, nameOf };
});
