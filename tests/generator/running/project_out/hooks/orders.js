/**
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define([], () => {
  /** The record as the payload sees it. */
  const louder = (rec) => ({
    ...rec,
    value: (field) => (field === 'memo' && rec.value('memo') ? String(rec.value('memo')).toUpperCase() : rec.value(field))
  });
  const counted = (data, rec, ctx) => {
    data.count = data.lines.length;
    data.flow = `${ctx.flow}/${ctx.env}`;
  };
  const label = (place, rec) => `order of ${rec.joined('entity', 'companyname')}`;
  const tag = (row, rec) => `${rec.value('id')}-${row.value('quantity')}`;
  return { louder, counted, label, tag };
});
