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

  /** Places that a list's path leads to. @param {any} place @param {string} path sublists, joined by `/` */
  const placesAt = (place, path) =>
    path ? path.split('/').reduce((found, name) => found.flatMap((one) => one.rows(name)), [place]) : [place];

  /**
   * What a flow's payload needs beside the records: values of other records, and its own queries;
   * one query for each, for all records together.
   * @param {any} flow the flow's module
   * @param {any[]} readers as `source` makes them
   * @returns {{[name: string]: any}} by join and query, as `source.at` takes it
   */
  const join = (flow, readers) => {
    const joined = {};
    const places = readers.map((reader) => source.at(reader, joined));
    const found = (path, read) => {
      const values = new Set();
      for (const place of places) for (const one of placesAt(place, path)) values.add(read(one));
      return [...values];
    };
    for (const one of flow.joins) {
      const dot = one.base.lastIndexOf('.');
      const read = (place) =>
        Number(dot < 0 ? place.value(one.base) : place.joined(one.base.slice(0, dot), one.base.slice(dot + 1)));
      const table = {};
      for (const chunk of sql.chunks(found(one.at, read).filter((id) => id > 0))) {
        const text = `SELECT id, ${one.columns.join(', ')} FROM ${one.table} WHERE id IN (${sql.marks(chunk.length)})`;
        for (const row of sql.rows(text, chunk)) table[String(row.id)] = row;
      }
      joined[`${one.at}:${one.base}`] = table;
    }
    for (const one of flow.queries) {
      const values = {};
      const keys = found(one.at, one.key).filter((key) => key !== undefined && key !== '');
      for (const chunk of sql.chunks(keys.map((key) => (one.numeric ? Number(key) : String(key))))) {
        for (const row of sql.whole(chunk, (some) => sql.rows(...sql.filled(one.text, { keys: some })))) {
          const before = values[String(row.key)];
          values[String(row.key)] = before === undefined ? row.value : [].concat(before, row.value);
        }
      }
      joined[one.name] = { key: one.key, values: values };
    }
    return joined;
  };

  /**
   * What a flow says of a record, or null where its condition does not hold any more.
   * @param {any} flow the flow's module
   * @param {any} place the record as `source.at` shows it
   * @param {Row} row
   */
  const dataOf = (flow, place, row) => {
    const gone = row.kind === 'delete';
    if (!gone && !flow.when(place)) return null;
    const account = config.account();
    const ctx = Object.freeze({
      flow: flow.name,
      env: account.environment,
      vars: Object.freeze({ ...account.vars }),
      log: log
    });
    const reader = payload.reader(gone);
    try {
      const data = flow.payload(place, reader.at, ctx);
      return gone && JSON.stringify(data) === '{}' ? { id: row.recordId } : data;
    } catch (error) {
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
