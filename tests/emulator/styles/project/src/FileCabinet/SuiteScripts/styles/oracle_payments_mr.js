/**
 * What the help topic "Map/Reduce Script Samples" describes second: open invoices of a customer are paid.
 *
 * @NApiVersion 2.x
 * @NScriptType MapReduceScript
 */
define(['N/search', 'N/record', 'N/runtime'], function (search, record, runtime) {
  function getInputData() {
    return search.create({
      type: record.Type.INVOICE,
      filters: [
        ['status', search.Operator.ANYOF, 'CustInvc:A'], 'and',
        ['mainline', search.Operator.IS, true], 'and',
        ['entity', search.Operator.ANYOF, runtime.getCurrentScript().getParameter('custscript_styles_payer')],
      ],
      columns: ['entity'],
      title: 'Open invoices',
    });
  }

  function map(context) {
    var result = JSON.parse(context.value);
    context.write({ key: result.values.entity.value, value: result.id });
  }

  function reduce(context) {
    context.values.forEach(function (invoice) {
      var payment = record.transform({
        fromType: record.Type.INVOICE, fromId: invoice, toType: record.Type.CUSTOMER_PAYMENT, isDynamic: false,
      });
      var apply = payment.findSublistLineWithValue({ sublistId: 'apply', fieldId: 'doc', value: invoice });
      payment.setSublistValue({ sublistId: 'apply', fieldId: 'apply', line: apply, value: true });
      context.write({ key: invoice, value: payment.save() });
    });
  }

  function summarize(summary) {
    if (summary.inputSummary.error) throw summary.inputSummary.error;
    var paid = 0;
    summary.output.iterator().each(function () {
      paid += 1;
      return true;
    });
    log.audit({ title: 'paid', details: paid });
  }

  return { getInputData: getInputData, map: map, reduce: reduce, summarize: summarize };
});
