/**
 * What is done with a record besides writing its fields: it is deleted, attached to another record
 * or detached from it.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/record', './upsert'], (record, upsert) => {
  /** A record that is not there is deleted already. @param {any} plan @param {any} row */
  const remove = (plan, row) => {
    if (!row) return { outcome: 'unchanged', record: null };
    record.delete({ type: plan.record, id: Number(row.id) });
    return { outcome: 'deleted', record: row.id };
  };

  /** @param {any} plan @param {any} row @param {any} values */
  const relation = (plan, row, values) => ({
    record: { type: plan.record, id: Number(row.id) },
    other: { type: plan.related, id: Number(values.related) }
  });

  /** @param {any} row @param {any} values @returns {any} why there is nothing to do; null where there is */
  const idle = (row, values) => {
    if (values.related) return null;
    return { outcome: 'skipped', record: row ? row.id : null, reason: 'the document names no other record' };
  };

  /** What NetSuite is told about the attachment: a contact's role, the field of a child that holds its parent. */
  const attributes = (plan, values) => {
    if (values.role) return { attributes: { role: Number(values.role) } };
    return plan.parent ? { attributes: { field: plan.parent } } : {};
  };

  /** @param {any} plan @param {any} row @param {any} values @param {string} key */
  const attach = (plan, row, values, key) => {
    if (!row) throw upsert.notFound(plan, key);
    const { record: one, other } = relation(plan, row, values);
    record.attach({ record: one, to: other, ...attributes(plan, values) });
    return { outcome: 'updated', record: row.id };
  };

  /**
   * A record that is not there is attached to nothing. A child has one parent, and stays with it when
   * another one is named: what NetSuite does then is not documented.
   * @param {any} plan
   * @param {any} row
   * @param {any} values
   */
  const detach = (plan, row, values) => {
    if (!row) return { outcome: 'unchanged', record: null };
    const { record: one, other } = relation(plan, row, values);
    if (plan.parent && row.parent !== String(other.id)) return { outcome: 'unchanged', record: row.id };
    record.detach({ record: one, from: other, ...attributes(plan, values) });
    row.parent = '';
    return { outcome: 'updated', record: row.id };
  };

  const ACTS = { delete: remove, attach: attach, detach: detach };

  /** Whether a flow acts, and writes no field. @param {any} plan */
  const acts = (plan) => plan.write in ACTS;

  /**
   * @param {any} plan
   * @param {string} key
   * @param {any} values `related` and `role` of attach and detach
   * @param {any[]} rows what the key query found; a record that was deleted is taken out
   */
  const perform = (plan, key, values, rows) => {
    const row = upsert.only(key, rows);
    const done = (plan.write !== 'delete' && idle(row, values)) || ACTS[plan.write](plan, row, values, key);
    if (done.outcome === 'deleted') rows.splice(0, rows.length);
    return done;
  };

  return { acts, perform };
});
