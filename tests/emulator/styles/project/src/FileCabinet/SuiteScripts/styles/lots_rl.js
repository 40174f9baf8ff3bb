/**
 * Receives and issues lots by inventory adjustments in dynamic mode, and reads what is left of each.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/record', 'N/search'], (record, search) => {
  const ITEM = { sublistId: 'inventory' };
  const LOT = { sublistId: 'inventoryassignment' };

  const lotId = (item, number) =>
    search.create({
      type: 'inventorynumber',
      filters: [['item', 'anyof', item], 'AND', ['inventorynumber', 'is', number]],
    }).run().getRange({ start: 0, end: 1 })[0]?.id;

  const adjust = ({ item, account, location, lots }) => {
    const change = record.create({ type: record.Type.INVENTORY_ADJUSTMENT, isDynamic: true });
    change.setValue('subsidiary', 1);
    change.setValue('account', account);
    change.selectNewLine(ITEM);
    change.setCurrentSublistValue({ ...ITEM, fieldId: 'item', value: item });
    change.setCurrentSublistValue({ ...ITEM, fieldId: 'location', value: location });
    change.setCurrentSublistValue({ ...ITEM, fieldId: 'adjustqtyby', value: lots.reduce((sum, lot) => sum + lot.quantity, 0) });
    const detail = change.getCurrentSublistSubrecord({ ...ITEM, fieldId: 'inventorydetail' });
    lots.forEach(({ number, quantity, expires }) => {
      detail.selectNewLine(LOT);
      if (quantity > 0) detail.setCurrentSublistValue({ ...LOT, fieldId: 'receiptinventorynumber', value: number });
      else detail.setCurrentSublistValue({ ...LOT, fieldId: 'issueinventorynumber', value: lotId(item, number) });
      if (expires) detail.setCurrentSublistValue({ ...LOT, fieldId: 'expirationdate', value: new Date(`${expires}T12:00:00`) });
      detail.setCurrentSublistValue({ ...LOT, fieldId: 'quantity', value: quantity });
      detail.commitLine(LOT);
    });
    change.commitLine(ITEM);
    return change.save();
  };

  const read = (id) => {
    const change = record.load({ type: 'inventoryadjustment', id, isDynamic: true });
    change.selectLine({ ...ITEM, line: 0 });
    if (!change.hasCurrentSublistSubrecord({ ...ITEM, fieldId: 'inventorydetail' })) return [];
    const detail = change.getCurrentSublistSubrecord({ ...ITEM, fieldId: 'inventorydetail' });
    return Array.from({ length: detail.getLineCount(LOT) }, (_, line) => ({
      quantity: detail.getSublistValue({ ...LOT, fieldId: 'quantity', line }),
      lot: detail.getSublistText({ ...LOT, fieldId: 'receiptinventorynumber', line }) || detail.getSublistText({ ...LOT, fieldId: 'issueinventorynumber', line }),
    }));
  };

  const stock = (item) =>
    search.create({
      type: 'inventorybalance',
      filters: [['item', 'anyof', item]],
      columns: ['location', 'inventorynumber', 'onhand'],
    }).run().getRange({ start: 0, end: 100 })
      .map((row) => [row.getText('inventorynumber'), Number(row.getValue('onhand'))]);

  return { post: (body) => ({ id: adjust(body) }), get: ({ id, item }) => (id ? read(id) : stock(item)) };
});
