/**
 * From order to payment by transformations.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/record', 'N/search'], (record, search) => {
  const { Type } = record;

  const fulfil = (orderId, quantities) => {
    const fulfilment = record.transform({ fromType: Type.SALES_ORDER, fromId: orderId, toType: Type.ITEM_FULFILLMENT });
    const lines = fulfilment.getLineCount({ sublistId: 'item' });
    for (let line = 0; line < lines; line += 1) {
      const item = fulfilment.getSublistValue({ sublistId: 'item', fieldId: 'item', line });
      const quantity = quantities[item];
      fulfilment.setSublistValue({ sublistId: 'item', fieldId: 'itemreceive', line, value: quantity !== undefined });
      if (quantity !== undefined) fulfilment.setSublistValue({ sublistId: 'item', fieldId: 'quantity', line, value: quantity });
    }
    fulfilment.setValue({ fieldId: 'shipstatus', value: 'C' });
    return fulfilment.save();
  };

  const status = (type, id) => search.lookupFields({ type, id, columns: ['status', 'tranid'] }).status[0];

  const post = ({ order, quantities }) => {
    const fulfilment = fulfil(order, quantities);
    const shipped = status(search.Type.SALES_ORDER, order);
    const invoice = record.transform({ fromType: 'salesorder', fromId: order, toType: 'invoice' }).save();
    const total = record.load({ type: 'invoice', id: invoice }).getValue('total');
    const payment = record.transform({ fromType: 'invoice', fromId: invoice, toType: 'customerpayment', isDynamic: true });
    const line = payment.findSublistLineWithValue({ sublistId: 'apply', fieldId: 'internalid', value: String(invoice) });
    payment.selectLine({ sublistId: 'apply', line });
    const applied = payment.getCurrentSublistValue({ sublistId: 'apply', fieldId: 'apply' });
    payment.commitLine({ sublistId: 'apply' });
    return { fulfilment, shipped, invoice, total, applied, payment: payment.save(), paid: status('invoice', invoice) };
  };

  return { post };
});
