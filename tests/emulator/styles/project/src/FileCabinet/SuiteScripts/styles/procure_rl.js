/**
 * From purchase order through receipt to vendor bill.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/record', 'N/search', 'N/query'], (record, search, query) => {
  const { Type } = record;
  const ITEM = { sublistId: 'item' };

  const order = ({ vendor, location, lines, approved }) => {
    const made = record.create({ type: Type.PURCHASE_ORDER, isDynamic: true });
    made.setValue('entity', vendor);
    made.setValue('location', location);
    lines.forEach((line) => {
      made.selectNewLine(ITEM);
      ['item', 'quantity', 'rate'].forEach((fieldId) => made.setCurrentSublistValue({ ...ITEM, fieldId, value: line[fieldId] }));
      made.commitLine(ITEM);
    });
    if (approved) made.setValue('approvalstatus', 2);
    return made.save();
  };

  const receive = (id, quantities) => {
    const receipt = record.transform({ fromType: Type.PURCHASE_ORDER, fromId: id, toType: Type.ITEM_RECEIPT, isDynamic: true });
    for (let line = 0; line < receipt.getLineCount(ITEM); line += 1) {
      receipt.selectLine({ ...ITEM, line });
      const quantity = quantities[receipt.getCurrentSublistValue({ ...ITEM, fieldId: 'item' })];
      receipt.setCurrentSublistValue({ ...ITEM, fieldId: 'itemreceive', value: Boolean(quantity) });
      if (quantity) receipt.setCurrentSublistValue({ ...ITEM, fieldId: 'quantity', value: quantity });
      receipt.commitLine(ITEM);
    }
    return receipt.save();
  };

  const bill = (id, number) => {
    const made = record.transform({ fromType: Type.PURCHASE_ORDER, fromId: id, toType: Type.VENDOR_BILL });
    made.setValue('tranid', number);
    const lines = made.getLineCount(ITEM);
    return { lines, id: made.save() };
  };

  const statusOf = (id) => search.lookupFields({ type: search.Type.PURCHASE_ORDER, id, columns: ['status'] }).status[0];

  const progress = (id) => {
    const found = record.load({ type: Type.PURCHASE_ORDER, id });
    return Array.from({ length: found.getLineCount(ITEM) }, (_, line) =>
      ['quantity', 'quantityreceived', 'quantitybilled'].map((fieldId) => found.getSublistValue({ ...ITEM, fieldId, line })));
  };

  const post = ({ action, id, ...given }) => {
    const done = { order: () => order(given), receive: () => receive(id, given.quantities), bill: () => bill(id, given.number) }[action]();
    const of = action === 'order' ? done : id;
    return { done, status: statusOf(of), lines: progress(of) };
  };

  const get = ({ id }) =>
    query.runSuiteQL({
      query: `SELECT DISTINCT t.type, t.id FROM transaction t JOIN transactionline l ON l.transaction = t.id
              WHERE l.createdfrom = ? ORDER BY t.type, t.id`,
      params: [id],
    }).asMappedResults();

  return { post, get };
});
