/**
 * Claims: only externalid is unique in NetSuite, so a record with any other key, or created only
 * once, is claimed first by a row whose external id is made of flow and key. The second writer's
 * row is refused. A claim costs 6 units.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/record', 'N/runtime', './config', './keys', './reply', './sql'], (
  record,
  runtime,
  config,
  keys,
  reply,
  sql
) => {
  /** A claim whose writer has not finished after this time belongs to a script that died. */
  const STALE_MS = 330000;
  const SAVE = { enableSourcing: false, ignoreMandatoryFields: true };

  /** @param {number} ms */
  const stamp = (ms) => String(ms).padStart(16, '0');

  /**
   * Claims a key before its record is created.
   * @param {string} flow
   * @param {string} type the record's type
   * @param {string} key
   * @returns {number} the claim's internal id
   */
  const take = (flow, type, key) => {
    const names = config.table.claim;
    const externalId = keys.encode(`${flow}--${key}`);
    const row = record.create({ type: names.type });
    row.setValue({ fieldId: 'externalid', value: externalId });
    row.setValue({ fieldId: names.record, value: type });
    row.setValue({ fieldId: names.account, value: runtime.accountId });
    row.setValue({ fieldId: names.since, value: stamp(Date.now()) });
    try {
      return row.save(SAVE);
    } catch (error) {
      return overtake(externalId, error);
    }
  };

  /**
   * Takes a stale claim over. Two that try at once meet the record's own change check. A claim that
   * refuses the new one and is not found was given back just now, or is not committed yet.
   */
  const overtake = (externalId, error) => {
    const names = config.table.claim;
    const rows = sql.rows(`SELECT id FROM ${names.type} WHERE externalid = ?`, [externalId]);
    if (rows.length === 0) {
      throw /^(DUP_|UNIQUE_)/.test(String(error.name)) ? busy('by another call, at this moment') : error;
    }
    try {
      const row = record.load({ type: names.type, id: Number(rows[0].id) });
      const since = Number(row.getValue({ fieldId: names.since }));
      if (Date.now() - since < STALE_MS) throw busy(`since ${new Date(since).toISOString()}`);
      row.setValue({ fieldId: names.since, value: stamp(Date.now()) });
      return row.save(SAVE);
    } catch (gone) {
      throw String(gone.name) === 'RCRD_DSNT_EXIST' ? busy('by another call, which gave it back just now') : gone;
    }
  };

  /** @param {string} since */
  const busy = (since) => reply.fault('CLAIM_IN_PROGRESS', `the key is being created ${since}`);

  /**
   * Gives a claim back when nothing was created. One that cannot be given back (its call ran so long
   * that another took it over) grows stale; the fault that is to be told is that of the record.
   * @param {number} id
   */
  const release = (id) => {
    try {
      record.delete({ type: config.table.claim.type, id: id });
    } catch (error) {
      log.debug({ title: `claim ${id} stays`, details: error });
    }
  };

  return { take, release };
});
