/**
 * One event to the agent: a signed CloudEvent.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/https', 'N/log', 'N/runtime', './config', './payload', './sign', './source', './sql'], (
  https,
  log,
  runtime,
  config,
  payload,
  sign,
  source,
  sql
) => {
  /**
   * @typedef {{events: string[], record: string, recordId: string, kind: string, flows: string[], key: string,
   *   changed: number, seq: string}} Row
   * @typedef {{ok: boolean, down: boolean, message: string}} Answer `down`: nobody can be served now
   */

  /** JSON in ASCII: whatever a transport does to text, the signed bytes stay the same. @param {any} value */
  const ascii = (value) =>
    JSON.stringify(value).replace(/[\u007f-\uffff]/g, (one) => '\\u' + one.charCodeAt(0).toString(16).padStart(4, '0'));

  /**
   * Values of other records that a flow's payload names, one query for each join.
   * @param {any[]} joins the flow's
   * @param {any[]} records
   */
  const join = (joins, records) => {
    const joined = {};
    for (const one of joins) {
      const name = one.sublist ? `${one.sublist}.${one.base}` : one.base;
      const ids = new Set();
      for (const rec of records) {
        const places = one.sublist ? source.of(rec, {}).rows(one.sublist) : [source.of(rec, {})];
        for (const place of places) {
          const id = Number(place.value(one.base));
          if (id > 0) ids.add(id);
        }
      }
      joined[name] = {};
      const columns = one.columns.map((column) => `${column}`).join(', ');
      for (const chunk of sql.chunks([...ids])) {
        const rows = sql.rows(
          `SELECT id, ${columns} FROM ${one.table} WHERE id IN (${sql.marks(chunk.length)})`,
          chunk
        );
        for (const row of rows) joined[name][String(row.id)] = row;
      }
    }
    return joined;
  };

  /**
   * What a flow says of a record, or null where its condition does not hold any more.
   * @param {any} flow the flow's module
   * @param {any} place the record as `source` reads it
   * @param {Row} row
   */
  const dataOf = (flow, place, row) => {
    if (row.kind !== 'delete' && !flow.when(place)) return null;
    const account = config.account();
    const ctx = Object.freeze({
      flow: flow.name,
      env: account.environment,
      vars: Object.freeze({ ...account.vars }),
      log: log
    });
    const reader = payload.reader();
    try {
      return flow.payload(place, reader.at, ctx);
    } catch (error) {
      if (row.kind === 'delete' && error.name === 'REQUIRED_EMPTY') return { id: row.recordId };
      error.message = `${error.message} (${reader.position.field}, ${reader.position.spec})`;
      throw error;
    }
  };

  /** @param {any} flow @param {Row} row @param {string} id the event's id @param {any} data */
  const event = (flow, row, id, data) => ({
    specversion: '1.0',
    id: id,
    source: `urn:netsuite:${runtime.accountId}:${config.table.prefix}`,
    type: `${config.table.prefix}.${flow.name}.${row.kind}`,
    subject: `${row.record}/${row.recordId}`,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    partitionkey: `${row.record}:${row.recordId}`,
    sequence: row.seq,
    flow: flow.name,
    event: row.kind,
    changedat: new Date(row.changed).toISOString(),
    build: config.table.build,
    contract: flow.contract,
    account: runtime.accountId,
    data: data
  });

  /** Posts an event. Ten units. @param {any} message @returns {Answer} */
  const post = (message) => {
    const body = ascii(message);
    try {
      const answer = https.post({
        url: `${config.account().agent_url}/netsuite/events`,
        body: body,
        headers: sign.headers(message.id, body)
      });
      const ok = answer.code >= 200 && answer.code < 300;
      const down =
        answer.code >= 500 || answer.code === 429 || answer.code === 408 || answer.code === 401 || answer.code === 403;
      return {
        ok: ok,
        down: !ok && down,
        message: ok ? '' : `HTTP ${answer.code} ${String(answer.body || '').slice(0, 200)}`
      };
    } catch (error) {
      return { ok: false, down: true, message: `${error.name}: ${error.message}` };
    }
  };

  return { join, dataOf, event, post };
});
