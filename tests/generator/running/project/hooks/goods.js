/**
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define([], () => {
  const mapped = (values, doc) => {
    if (doc.gives === 'a promise') return Promise.resolve(values);
    if (doc.gives === 'a text') return 'values';
    if (doc.gives === 'a thrown text') throw 'thrown';
    if (doc.only) return { memo: doc.only };
    if (doc.freight) {
      const { item } = values.lines.item[0];
      values.lines.item.push({ custcol_run_line: 'freight', item: item, quantity: '1', rate: doc.freight });
    }
    return values;
  };
  const saving = (rec, doc) => {
    if (doc.attention) {
      rec.getSubrecord({ fieldId: 'shippingaddress' }).setValue({ fieldId: 'attention', value: doc.attention });
    }
    if (doc.reference) {
      const memo = rec.getValue({ fieldId: 'memo' });
      rec.setValue({ fieldId: 'memo', value: memo }).setValue({ fieldId: 'otherrefnum', value: doc.reference });
    }
    if (doc.lot) {
      rec
        .getSublistSubrecord({ sublistId: 'item', fieldId: 'inventorydetail', line: 0 })
        .setSublistValue({ sublistId: 'inventoryassignment', fieldId: 'issueinventorynumber', line: 0, value: doc.lot });
    }
  };

  return { mapped, saving };
});
