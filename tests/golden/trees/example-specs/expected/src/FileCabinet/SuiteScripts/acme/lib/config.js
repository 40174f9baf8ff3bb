/**
 * The account that the script runs in, as lib/acme_config.js describes it.
 *
 * An account that is not in the table stops every entry point: a refreshed sandbox or a copied
 * project must not write, and must not send to somebody else's receivers.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define([
  'N/cache',
  'N/record',
  'N/runtime',
  './reply',
  './sql',
  './acme_config'
], (cache, record, runtime, reply, sql, table) => {
  /**
   * @typedef {Object} Account
   * @property {string} environment
   * @property {string | null} agent_url
   * @property {Object<string, any>} vars
   * @property {Object<string, boolean>} flows
   */

  /** @returns {Account} */
  const account = () => {
    const found = table.accounts[runtime.accountId];
    if (!found)
      throw reply.fault('WRONG_ACCOUNT', `account ${runtime.accountId} is not an environment of ${table.project}`);
    return found;
  };

  /** Whether a flow runs in this account. @param {string} flow */
  const enabled = (flow) => account().flows[flow] !== false;

  const FLAGS_SECONDS = 300;
  const shelf = () => cache.getCache({ name: 'suiteloom_acme', scope: cache.Scope.PUBLIC });

  /** Internal id of a row of the state record, or null. @param {string} key */
  const stateId = (key) => {
    const rows = sql.rows(`SELECT id FROM ${table.state.type} WHERE externalid = ?`, [key]);
    return rows.length ? Number(rows[0].id) : null;
  };
  /** A row of the state record, or null. @param {string} key @returns {any} */
  const readState = (key) => {
    const id = stateId(key);
    if (id === null) return null;
    const row = record.load({ type: table.state.type, id: id });
    return JSON.parse(String(row.getValue({ fieldId: table.state.value }) || 'null'));
  };
  /** @param {string} key @param {any} value */
  const writeState = (key, value) => {
    const id = stateId(key);
    const row = id === null ? record.create({ type: table.state.type }) : record.load(
      { type: table.state.type, id: id }
    );
    if (id === null) row.setValue({ fieldId: 'externalid', value: key });
    row.setValue({ fieldId: table.state.value, value: JSON.stringify(value) });
    row.save({ enableSourcing: false, ignoreMandatoryFields: true });
  };
  /** @param {string} key */
  const deleteState = (key) => {
    const id = stateId(key);
    if (id !== null) record.delete({ type: table.state.type, id: id });
  };

  /** Whether the project is paused for a deployment. One unit; the answer is at most 5 minutes old. */
  const paused = () =>
    shelf().get(
      { key: 'paused', loader: () => String(Boolean((readState('flags') || {}).paused)), ttl: FLAGS_SECONDS }
    ) === 'true';
  /** @param {boolean} value */
  const pause = (value) => {
    writeState('flags', { paused: value });
    shelf().put({ key: 'paused', value: String(value), ttl: FLAGS_SECONDS });
  };

  return { table, account, enabled, shelf, readState, writeState, deleteState, paused, pause };
});
