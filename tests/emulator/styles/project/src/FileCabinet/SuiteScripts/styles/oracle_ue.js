/**
 * What the help topic "User Event Script Samples" describes: a new customer gets a follow-up call for the sales rep.
 *
 * @NApiVersion 2.x
 * @NScriptType UserEventScript
 */
define(['N/record'], function (record) {
  function beforeLoad(context) {
    if (context.type !== context.UserEventType.CREATE) return;
    context.newRecord.setValue('phone', '555-555-5555');
    if (!context.newRecord.getValue('salesrep')) context.newRecord.setValue('salesrep', 8);
  }

  function beforeSubmit(context) {
    if (context.type !== context.UserEventType.CREATE) return;
    context.newRecord.setValue('comments', 'Please follow up with this customer!');
  }

  function afterSubmit(context) {
    if (context.type !== context.UserEventType.CREATE) return;
    var customer = context.newRecord;
    if (!customer.getValue('salesrep')) return;
    var call = record.create({ type: record.Type.PHONE_CALL, isDynamic: true });
    call.setValue('title', 'Make follow-up call to new customer');
    call.setValue('assigned', customer.getValue('salesrep'));
    call.setValue('phone', customer.getValue('phone'));
    call.setValue('company', customer.id);
    call.save();
  }

  return { beforeLoad: beforeLoad, beforeSubmit: beforeSubmit, afterSubmit: afterSubmit };
});
