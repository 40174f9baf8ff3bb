/**
 * The net below: what nobody started is started by a schedule. It submits, and does nothing else.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/log', './config', './drain', './imports', './outbox', './sql'], (
  log,
  config,
  drain,
  imports,
  outbox,
  sql
) => {
  const execute = () => {
    config.account();
    if (config.paused()) return;
    for (const partition of outbox.waiting())
      if (!drain.submit(partition)) log.audit({ title: 'drain runs already', details: partition });
    const rows = sql.rows(`SELECT externalid AS k FROM ${config.table.state.type} WHERE externalid LIKE 'import--%'`);
    for (const row of rows) {
      const state = config.readState(String(row.k));
      if (state && state.status === 'waiting') imports.submit(state);
    }
  };

  return { execute };
});
