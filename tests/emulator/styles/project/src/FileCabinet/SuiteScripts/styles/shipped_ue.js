/**
 * Tells the customer what was shipped, with a packing list, once: when a fulfilment becomes shipped.
 *
 * @NApiVersion 2.1
 * @NScriptType UserEventScript
 */
define(['N/email', 'N/record', 'N/runtime', 'N/search', 'N/file', 'N/log'], (email, record, runtime, search, file, log) => {
  const shipped = (one) => one?.getValue({ fieldId: 'shipstatus' }) === 'C';

  const afterSubmit = (context) => {
    const { newRecord, oldRecord, type } = context;
    if (type === context.UserEventType.DELETE || !shipped(newRecord) || shipped(oldRecord)) return;
    const { email: address, companyname } = search.lookupFields({
      type: search.Type.CUSTOMER, id: newRecord.getValue('entity'), columns: ['email', 'companyname'],
    });
    if (!address) {
      log.error('no address', newRecord.id);
      return;
    }
    const lines = [];
    for (let line = 0; line < newRecord.getLineCount({ sublistId: 'item' }); line += 1) {
      const value = (fieldId) => newRecord.getSublistValue({ sublistId: 'item', fieldId, line });
      const { itemid } = search.lookupFields({ type: search.Type.ITEM, id: value('item'), columns: 'itemid' });
      lines.push(`${value('quantity')},${itemid}`);
    }
    const order = newRecord.getValue('createdfrom');
    const { tranid, otherrefnum } = search.lookupFields({ type: 'salesorder', id: order, columns: ['tranid', 'otherrefnum'] });
    email.send({
      author: runtime.getCurrentScript().getParameter({ name: 'custscript_styles_sender' }),
      recipients: [address],
      cc: ['warehouse@styles.example'],
      subject: `Order ${otherrefnum || tranid} is on its way`,
      body: `<p>Dear ${companyname},</p><ul>${lines.map((text) => `<li>${text}</li>`).join('')}</ul>`,
      attachments: [file.create({ name: 'packing.csv', fileType: file.Type.CSV, contents: lines.join('\n') })],
      relatedRecords: { transactionId: newRecord.id, entityId: newRecord.getValue('entity') },
    });
    record.submitFields({ type: record.Type.SALES_ORDER, id: order, values: { memo: `told ${address}` }, options: { enablesourcing: false } });
  };

  return { afterSubmit };
});
