/**
 * The drain: due rows of one partition become signed posts, in order for each record. A row is
 * deleted after a 2xx answer; what fails stays, later and later, and holds back its record's newer
 * rows. One unfinished run for each deployment is the platform's rule, and our lock.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/log', 'N/runtime', 'N/task', './config', './deliver', './outbox', './serving', './sql'], (
  log,
  runtime,
  task,
  config,
  deliver,
  outbox,
  serving,
  sql
) => {
  /** What one row costs: a post for each flow, and a deletion for each row that became this event. */
  const POST_UNITS = 10;
  const DELETE_UNITS = 4;
  const TIME_LIMIT_MS = 200000;

  const partition = () => Number(runtime.getCurrentScript().getParameter({ name: config.table.drain.parameter }) || 0);

  /** Rows in chunks; all rows of a record are in one. @returns {any[]} */
  const getInputData = () => {
    if (config.paused()) return [];
    config.account();
    // As many events as one invocation can serve at worst, by the units bill.
    const size = config.table.drain.chunk;
    const byRecord = new Map();
    for (const row of outbox.due(outbox.slotsOf(partition()), Date.now())) {
      const name = `${row.record}:${row.recordId}`;
      byRecord.set(name, (byRecord.get(name) || []).concat(row));
    }
    const chunks = [];
    let chunk = [];
    for (const rows of byRecord.values()) {
      if (chunk.length > 0 && chunk.length + rows.length > size) {
        chunks.push(chunk);
        chunk = [];
      }
      chunk = chunk.concat(rows);
    }
    if (chunk.length > 0) chunks.push(chunk);
    return chunks;
  };

  const unitsLeft = () => runtime.getCurrentScript().getRemainingUsage();

  /**
   * Serves a chunk. A record that was saved more often than one chunk holds is read and served part
   * by part, as long as the next one can be paid for.
   * @param {{[flow: string]: any}} flows the outbound flows' modules
   * @param {import('N/types').EntryPoints.MapReduce.mapContext} context
   */
  const map = (flows, context) => {
    const chunk = JSON.parse(context.value);
    const rows = serving.coalesced(context.isRestarted ? outbox.left(chunk) : chunk, flows);
    const started = Date.now();
    const short = (units) => unitsLeft() < units || Date.now() - started > TIME_LIMIT_MS;
    let delivered = 0;
    let down = '';
    let took = 0;
    let stopped = false;
    const blocked = new Set();
    for (const part of sql.chunks(rows, config.table.drain.chunk)) {
      stopped = stopped || short(took);
      if (down || stopped) break;
      const before = unitsLeft();
      const open = part.filter((row) => !blocked.has(nameOf(row)));
      const eventOf = serving.read(flows, open);
      for (const row of open) {
        stopped = short(row.flows.length * POST_UNITS + (1 + row.also.length) * DELETE_UNITS);
        if (down || stopped) break;
        if (blocked.has(nameOf(row))) continue;
        const done = serve(row, eventOf);
        delivered += done.sent;
        down = done.down;
        if (done.failed) blocked.add(nameOf(row));
      }
      took = before - unitsLeft();
    }
    context.write({ key: down ? 'down' : 'served', value: String(delivered) });
  };

  const nameOf = serving.nameOf;

  /** One row to all its flows. */
  const serve = (row, eventOf) => {
    /** @type {{events: string[], flows: string[], error: string}} */
    const left = { events: [], flows: [], error: '' };
    let sent = 0;
    let down = '';
    row.flows.forEach((name, i) => {
      const keep = (error) => {
        left.events.push(row.events[i]);
        left.flows.push(name);
        left.error = error;
      };
      if (down) return keep(down);
      try {
        const event = eventOf(row, name);
        if (event === null) return;
        const answer = deliver.post(event);
        if (answer.ok) sent += 1;
        else keep(answer.message);
        if (answer.down) down = answer.message;
      } catch (error) {
        keep(`${error.name}: ${error.message}`);
      }
    });
    if (left.flows.length === 0) [row.id, ...row.also].forEach(outbox.remove);
    else {
      log.error({ title: `event of ${nameOf(row)} not delivered`, details: left.error });
      outbox.postpone(row, left.events, left.flows, left.error);
    }
    return { sent, down, failed: left.flows.length > 0 };
  };

  /**
   * Rows that came due meanwhile are taken by another run of the same deployment. A run that
   * delivered nothing does not ask for one: it would turn in circles.
   * @param {import('N/types').EntryPoints.MapReduce.summarizeContext} summary
   */
  const summarize = (summary) => {
    let delivered = 0;
    let down = false;
    summary.output.iterator().each((key, value) => {
      delivered += Number(value);
      down = down || key === 'down';
      return true;
    });
    if (summary.inputSummary.error)
      log.error({ title: 'drain: rows could not be read', details: summary.inputSummary.error });
    summary.mapSummary.errors.iterator().each((key, error) => {
      log.error({ title: `drain: chunk ${key} failed`, details: error });
      return true;
    });
    if (delivered === 0 || down || config.paused()) return;
    const mine = partition();
    if (outbox.waiting().indexOf(mine) >= 0) submit(mine);
  };

  /** Starts the drain of a partition. Twenty units. @param {number} number @returns {boolean} false: it runs already */
  const submit = (number) => {
    try {
      task
        .create({
          taskType: task.TaskType.MAP_REDUCE,
          scriptId: config.table.drain.script,
          deploymentId: config.table.drain.deploys[number]
        })
        .submit();
      return true;
    } catch (error) {
      if (error.name === 'MAP_REDUCE_ALREADY_RUNNING' || error.name === 'FAILED_TO_SUBMIT_JOB_REQUEST_1') return false;
      throw error;
    }
  };

  return { getInputData, map, summarize, submit };
});
