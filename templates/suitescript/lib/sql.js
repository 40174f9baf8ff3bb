/**
 * SuiteQL in the few forms that the scripts use. One call costs 10 units, whatever its length.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/query'], (query) => {
  /** More bind parameters than this are never sent in one query. */
  const CHUNK = 500;
  /** As many rows as `runSuiteQL` returns; further ones are cut off without a word. */
  const LIMIT = 5000;
  /** Times go in and out as text of this form, whatever the user's own form is. */
  const MASK = 'YYYY-MM-DD HH24:MI:SS';

  /**
   * @param {string} text
   * @param {(string | number)[]} [params]
   * @returns {{[column: string]: any}[]} rows with lower-case column names
   */
  const rows = (text, params) => query.runSuiteQL({ query: text, params: params || [] }).asMappedResults();

  /** `?, ?, ?` @param {number} count */
  const marks = (count) => new Array(count).fill('?').join(', ');

  /**
   * A query of the user's with its placeholders filled: `:keys` is a list, `:watermark` a time.
   * @param {string} text
   * @param {{keys?: any[], watermark?: string}} values
   * @returns {[string, any[]]} query and parameters
   */
  const filled = (text, values) => {
    const params = [];
    const query = text.replace(/'(?:[^']|'')*'|:(keys|watermark)\b/g, (found, name) => {
      if (!name) return found;
      params.push(...[].concat(values[name]));
      return name === 'keys' ? marks(values[name].length) : `TO_DATE(?, '${MASK}')`;
    });
    return [query, params];
  };

  /** @template T @param {T[]} list @param {number} [size] @returns {T[][]} */
  const chunks = (list, size) => {
    const out = [];
    for (let i = 0; i < list.length; i += size || CHUNK) out.push(list.slice(i, i + (size || CHUNK)));
    return out;
  };

  /**
   * All rows of a list of keys. A query that is cut off at its limit is asked again for half of the
   * keys; of a single key so many rows say that it is not one.
   * @template K
   * @param {K[]} keys
   * @param {(keys: K[]) => {[column: string]: any}[]} ask
   * @returns {{[column: string]: any}[]}
   */
  const whole = (keys, ask) => {
    const found = ask(keys);
    if (found.length < LIMIT || keys.length < 2) return found;
    const half = Math.ceil(keys.length / 2);
    return [...whole(keys.slice(0, half), ask), ...whole(keys.slice(half), ask)];
  };

  /**
   * Records by their key, in as few queries as possible: rows `{id, k}` and what `more` selects.
   * @param {{table: string, where: string[], key: string}} of `key`: a field
   * @param {string[]} keys
   * @param {string} [more] further columns, each behind a comma
   */
  const byKey = (of, keys, more) => {
    const own = of.key === 'internalid'; // a number in SuiteQL, which takes no other text, and named id
    const column = own ? 'id' : of.key;
    /** @type {(string | number)[]} */
    const sendable = own ? keys.filter((key) => /^\d{1,15}$/.test(key)).map(Number) : keys;
    /** @param {(string | number)[]} some */
    const ask = (some) => {
      const where = [`${column} IN (${marks(some.length)})`, ...of.where].join(' AND ');
      return rows(`SELECT id, ${column} AS k${more || ''} FROM ${of.table} WHERE ${where}`, some);
    };
    return chunks(sendable).flatMap((chunk) => whole(chunk, ask));
  };

  /** What `visible` has found: the role does not change while the script runs. */
  const seen = new Map();

  /**
   * Whether a table shows any row to this role; asked once. One that shows none is more likely
   * hidden than empty: SuiteQL answers a missing permission with no rows, not with an error.
   * @param {string} table
   * @param {string[]} where
   */
  const visible = (table, where) => {
    const conditions = [...where, 'ROWNUM <= 1'].join(' AND ');
    const text = `SELECT COUNT(*) AS n FROM ${table} WHERE ${conditions}`;
    if (!seen.has(text)) seen.set(text, Number(rows(text)[0].n) > 0);
    return seen.get(text);
  };

  /**
   * All rows of a query, however many: in pages of 1,000, which needs an order that leaves no choice.
   * @param {string} text
   * @param {(string | number)[]} params
   */
  const all = (text, params) => {
    const out = [];
    const paged = query.runSuiteQLPaged({ query: text, params: params, pageSize: 1000 });
    for (const range of paged.pageRanges) {
      out.push(...paged.fetch({ index: range.index }).data.asMappedResults());
    }
    return out;
  };

  return { CHUNK, LIMIT, MASK, rows, all, whole, byKey, marks, filled, chunks, visible };
});
