/**
 * Polls: keys that may have changed, and all rows of some keys as one message each. The agent asks
 * and keeps a hash for each key; what did not change is answered without its payload.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/crypto', 'N/encode', 'N/log', 'N/runtime', './config', './payload', './reply', './source', './sql'], (
  crypto,
  encode,
  log,
  runtime,
  config,
  payload,
  reply,
  source,
  sql
) => {
  const RESERVE_UNITS = 300;
  const TIME_LIMIT_MS = 200000;
  const ANSWER_CHARACTERS = 3000000;
  /** The time of a poll is no news: hashes are made as if it were always this one. */
  const NO_TIME = '1970-01-01T00:00:00.000Z';
  const EVER = '1970-01-01 00:00:00';

  /** An empty answer is only believed where the role sees the tables. @param {string[]} tables */
  const believe = (tables) => {
    const hidden = tables.filter((table) => !sql.visible(table, []));
    if (hidden.length === 0) return;
    throw reply.fault(
      'TABLE_NOT_VISIBLE',
      `no row of ${hidden.join(', ')} is visible: there is none any more, or the role lacks the permission`
    );
  };

  /**
   * Keys after a key, in their order; beside the first ones, the newest time of all rows as they are now.
   * Times that are seen later in the pass say nothing: what changes meanwhile among the first keys is older.
   * @param {any} flow the flow's module
   * @param {{after?: any, watermark?: string | null, known?: boolean}} request `known`: keys were told before
   */
  const keys = (flow, request) => {
    const after = request.after === undefined ? null : request.after;
    const [inner, params] = sql.filled(flow.changed, { watermark: request.watermark || EVER });
    const newest = flow.watermark ? `, TO_CHAR(MAX(q.${flow.watermark}), '${sql.MASK}') AS w` : '';
    const where = after === null ? `q.${flow.key} IS NOT NULL` : `q.${flow.key} > ?`;
    const rows = sql.rows(
      `SELECT q.${flow.key} AS k${newest} FROM (${inner}) q WHERE ${where} GROUP BY q.${flow.key} ORDER BY q.${flow.key}`,
      after === null ? params : [...params, after]
    );
    if (rows.length === 0 && after === null && request.known && !flow.watermark) believe(flow.tables);
    const page = rows.slice(0, sql.LIMIT);
    const more = rows.length >= sql.LIMIT;
    const stamped =
      more && newest && after === null ? sql.rows(`SELECT ${newest.slice(2)} FROM (${inner}) q`, params) : page;
    const times = after === null ? stamped.map((row) => row.w).filter((time) => time) : [];
    return {
      keys: page.map((row) => row.k),
      watermark: times.length > 0 ? times.reduce((a, b) => (a > b ? a : b)) : null,
      after: more ? page[page.length - 1].k : null,
      zone: String(runtime.getCurrentUser().getPreference({ name: 'TIMEZONE' }))
    };
  };

  const short = (started) =>
    runtime.getCurrentScript().getRemainingUsage() < RESERVE_UNITS || Date.now() - started > TIME_LIMIT_MS;

  /** Rows by key. A query that is cut off at its limit is asked again for half of the keys. */
  const grouped = (flow, wanted, started, groups) => {
    if (wanted.length === 0 || short(started)) return groups;
    const [text, params] = sql.filled(flow.rows, { keys: wanted });
    let rows = sql.rows(text, params);
    if (rows.length >= sql.LIMIT) {
      if (wanted.length > 1) {
        const half = Math.ceil(wanted.length / 2);
        grouped(flow, wanted.slice(0, half), started, groups);
        return grouped(flow, wanted.slice(half), started, groups);
      }
      rows = sql.all(flow.ordered ? text : `SELECT * FROM (${text}) q ORDER BY ${columnsOf(rows[0])}`, params);
    }
    for (const key of wanted) groups[String(key)] = [];
    for (const row of rows) if (groups[String(row[flow.key])]) groups[String(row[flow.key])].push(row);
    return groups;
  };
  const columnsOf = (row) =>
    Object.keys(row)
      .map((_name, i) => i + 1)
      .join(', ');

  /** Rows in an order of their own, where the query leaves it open: else every poll could differ. */
  const sorted = (rows) => {
    const texts = rows.map((row) => ({ row, text: JSON.stringify(row) }));
    return texts.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)).map((one) => one.row);
  };

  const hashOf = (data) => {
    const hash = crypto.createHash({ algorithm: crypto.HashAlg.SHA256 });
    hash.update({ input: JSON.stringify(data), inputEncoding: encode.Encoding.UTF_8 });
    return hash.digest({ outputEncoding: encode.Encoding.HEX }).toLowerCase();
  };

  /**
   * What the rows of some keys say.
   * @param {any} flow the flow's module
   * @param {{keys: {key: any, hash?: string | null}[]}} request
   */
  const rows = (flow, request) => {
    const started = Date.now();
    const at = new Date(started).toISOString();
    const groups = {};
    for (const chunk of sql.chunks(request.keys.map((one) => one.key))) grouped(flow, chunk, started, groups);
    if (request.keys.some((one) => groups[String(one.key)] && groups[String(one.key)].length === 0)) {
      believe(flow.tables);
    }
    const account = config.account();
    const ctx = Object.freeze({
      flow: flow.name,
      env: account.environment,
      vars: Object.freeze({ ...account.vars }),
      log: log
    });
    let size = 0;
    const results = request.keys.map(({ key, hash }) => {
      const found = groups[String(key)];
      if (!found || size > ANSWER_CHARACTERS) return { key: key, deferred: true };
      if (found.length === 0) return { key: key, gone: true };
      const mine = flow.ordered ? found : sorted(found);
      const say = (time) => {
        const reader = payload.reader();
        try {
          return flow.payload(source.at(source.polled(mine, time), {}), reader.at, ctx);
        } catch (error) {
          throw Object.assign(error, { position: reader.position });
        }
      };
      try {
        const now = hashOf(say(NO_TIME));
        if (now === hash) return { key: key, unchanged: true };
        const data = say(at);
        size += JSON.stringify(data).length;
        return { key: key, hash: now, data: data };
      } catch (error) {
        return { key: key, error: reply.failure(error, error.position || { field: null, spec: null, specs: {} }) };
      }
    });
    return { time: at, results: results };
  };

  return { keys, rows };
});
