/**
 * Reminds customers of open invoices, one message each, found by a saved search.
 *
 * @NApiVersion 2.x
 * @NScriptType ScheduledScript
 */
define(['N/search', 'N/email', 'N/runtime', 'N/log'], function (search, email, runtime, log) {
  function execute(context) {
    var script = runtime.getCurrentScript();
    var byCustomer = {};
    search.load({ id: script.getParameter({ name: 'custscript_styles_search' }) }).run().each(function (result) {
      var customer = result.getValue({ name: 'entity' });
      (byCustomer[customer] = byCustomer[customer] || []).push(result.getValue('tranid') + ': ' + result.getValue('amountremaining'));
      return true;
    });
    Object.keys(byCustomer).forEach(function (customer) {
      email.send({
        author: script.getParameter({ name: 'custscript_styles_author' }),
        recipients: Number(customer),
        subject: 'Open invoices',
        body: byCustomer[customer].join('\n'),
        relatedRecords: { entityId: Number(customer) },
      });
    });
    log.audit('reminded', Object.keys(byCustomer).length + ' ' + context.type);
  }

  return { execute: execute };
});
