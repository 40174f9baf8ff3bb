/**
 * Takes an order as a form would: in dynamic mode, line by line.
 *
 * @NApiVersion 2.x
 * @NScriptType Restlet
 */
define(['N/record', 'N/log', 'N/error'], function (record, log, error) {
  function addLine(order, line) {
    order.selectNewLine({ sublistId: 'item' });
    order.setCurrentSublistValue({ sublistId: 'item', fieldId: 'item', value: line.item });
    order.setCurrentSublistValue({ sublistId: 'item', fieldId: 'quantity', value: line.quantity });
    if (line.rate !== undefined) {
      order.setCurrentSublistValue({ sublistId: 'item', fieldId: 'price', value: -1 });
      order.setCurrentSublistValue({ sublistId: 'item', fieldId: 'rate', value: line.rate });
    }
    order.commitLine({ sublistId: 'item' });
  }

  function post(request) {
    if (!request.customer) {
      throw error.create({ name: 'STYLES_NO_CUSTOMER', message: 'An order needs a customer.', notifyOff: true });
    }
    var order = record.create({ type: record.Type.SALES_ORDER, isDynamic: true });
    order.setValue({ fieldId: 'entity', value: request.customer });
    order.setValue({ fieldId: 'otherrefnum', value: request.reference });
    for (var i = 0; i < request.lines.length; i++) {
      addLine(order, request.lines[i]);
    }
    var shown = {
      subsidiary: order.getValue('subsidiary'),
      currency: order.getText('currency'),
      lines: order.getLineCount({ sublistId: 'item' }),
      total: order.getValue({ fieldId: 'total' }),
      found: order.findSublistLineWithValue({ sublistId: 'item', fieldId: 'item', value: request.lines[0].item }),
    };
    var id = order.save({ enableSourcing: true, ignoreMandatoryFields: true });
    log.audit('order made', id);
    return { id: id, shown: shown };
  }

  function put(request) {
    var order = record.load({ type: record.Type.SALES_ORDER, id: request.id, isDynamic: true });
    var line = order.findSublistLineWithValue({ sublistId: 'item', fieldId: 'item', value: request.item });
    if (line < 0) {
      throw error.create({ name: 'STYLES_NO_LINE', message: 'The order has no such item.' });
    }
    order.selectLine({ sublistId: 'item', line: line });
    var before = order.getCurrentSublistValue({ sublistId: 'item', fieldId: 'quantity' });
    order.setCurrentSublistValue({ sublistId: 'item', fieldId: 'quantity', value: request.quantity });
    order.commitLine({ sublistId: 'item' });
    return { id: order.save(), before: before };
  }

  return { post: post, put: put };
});
