/**
 * SuiteQL in the few forms that the scripts use. One call costs 10 units, whatever its length.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/query'], (query) => {
  /** More bind parameters than this are never sent in one query. */
  const CHUNK = 500;

  /**
   * @param {string} text
   * @param {(string | number)[]} [params]
   * @returns {{[column: string]: any}[]} rows with lower-case column names
   */
  const rows = (text, params) => query.runSuiteQL({ query: text, params: params || [] }).asMappedResults();

  /** `?, ?, ?` @param {number} count */
  const marks = (count) => new Array(count).fill('?').join(', ');

  /** @template T @param {T[]} list @param {number} [size] @returns {T[][]} */
  const chunks = (list, size) => {
    const out = [];
    for (let i = 0; i < list.length; i += size || CHUNK) out.push(list.slice(i, i + (size || CHUNK)));
    return out;
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

  return { CHUNK, rows, marks, chunks, visible };
});
