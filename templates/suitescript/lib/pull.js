/**
 * Events that the agent fetches, where the account has no address to post to. What is fetched stays
 * until it is acknowledged, by the list of what arrived: ids are no order of commits, so there is
 * no place in them up to which everything is known.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/log', 'N/runtime', './config', './outbox', './serving'], (log, runtime, config, outbox, serving) => {
  /** Rows of one call: load 10, put back 2 units each, and the joins, of 5,000. */
  const ROWS = 100;
  const RESERVE_UNITS = 200;
  const TIME_LIMIT_MS = 200000;
  /** Answers are guaranteed to 10 MB; an event is sent as ASCII, which may double it. */
  const ANSWER_CHARACTERS = 3000000;

  /**
   * @param {{[flow: string]: any}} flows
   * @returns {{events: {row: number, also: number[], event: any}[], more: boolean}}
   */
  const fetch = (flows) => {
    if (config.paused()) return { events: [], more: false };
    const due = outbox.due([config.table.pull], Date.now());
    const rows = serving.coalesced(due.slice(0, ROWS), flows);
    const started = Date.now();
    const eventOf = serving.read(flows, rows);
    const events = [];
    let size = 0;
    let served = 0;
    for (const row of rows) {
      const short =
        runtime.getCurrentScript().getRemainingUsage() < RESERVE_UNITS || Date.now() - started > TIME_LIMIT_MS;
      if (short || size > ANSWER_CHARACTERS) break;
      served += 1;
      const said = [];
      /** @type {{events: string[], flows: string[], error: string}} */
      const left = { events: [], flows: [], error: '' };
      row.flows.forEach((name, i) => {
        try {
          const event = eventOf(row, name);
          if (event === null) return;
          said.push(event);
        } catch (error) {
          left.error = `${error.name}: ${error.message}`;
        }
        left.events.push(row.events[i]);
        left.flows.push(name);
      });
      if (left.flows.length === 0) [row.id, ...row.also].forEach(outbox.remove);
      if (left.error) {
        log.error({ title: `event of ${serving.nameOf(row)} not fetched`, details: left.error });
        outbox.postpone(row, left.events, left.flows, left.error);
      }
      for (const event of said) {
        events.push({ row: row.id, also: row.also, event: event });
        size += JSON.stringify(event).length;
      }
    }
    return { events: events, more: events.length > 0 && (due.length > ROWS || served < rows.length) };
  };

  /**
   * Takes out what the agent has: the whole row where nothing of it is left. Four units each.
   * @param {{row: number, also: number[], events: string[]}[]} taken
   */
  const ack = (taken) => {
    const rows = outbox.byIds(taken.map((one) => Number(one.row)));
    let acknowledged = 0;
    for (const one of taken) {
      const row = rows[Number(one.row)];
      if (!row) continue;
      const left = row.events.map((_id, i) => i).filter((i) => one.events.indexOf(row.events[i]) < 0);
      if (left.length === 0) [row.id, ...(one.also || []).map(Number)].forEach(outbox.remove);
      else
        outbox.narrow(
          row,
          left.map((i) => row.events[i]),
          left.map((i) => row.flows[i])
        );
      acknowledged += 1;
    }
    return { acknowledged: acknowledged };
  };

  return { fetch, ack };
});
