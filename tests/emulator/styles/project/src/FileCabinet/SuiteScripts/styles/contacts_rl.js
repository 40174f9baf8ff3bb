/**
 * Reads and writes customers the old way: SuiteScript 2.0, ECMAScript 5.
 *
 * @NApiVersion 2.0
 * @NScriptType Restlet
 * @NModuleScope SameAccount
 */
define(['N/search', 'N/record', 'N/format', 'N/runtime'], function (search, record, format, runtime) {
  function find(email) {
    var found = [];
    var results = search.create({
      type: search.Type.CUSTOMER,
      filters: [
        search.createFilter({ name: 'email', operator: search.Operator.IS, values: email }),
        search.createFilter({ name: 'isinactive', operator: search.Operator.IS, values: ['F'] }),
      ],
      columns: [
        search.createColumn({ name: 'internalid', sort: search.Sort.DESC }),
        search.createColumn({ name: 'companyname' }),
        'datecreated',
      ],
    }).run();
    results.each(function (result) {
      found.push({
        id: result.id,
        name: result.getValue({ name: 'companyname' }),
        created: format.format({ value: format.parse({ value: result.getValue('datecreated'), type: format.Type.DATETIME }), type: format.Type.DATE }),
      });
      return true;
    });
    return found;
  }

  function get(params) {
    return { customers: find(params.email), units: runtime.getCurrentScript().getRemainingUsage() };
  }

  function post(body) {
    var there = find(body.email);
    var customer = there.length ? record.load({ type: 'customer', id: there[0].id }) : record.create({ type: 'customer' });
    if (!there.length) {
      customer.setValue({ fieldId: 'companyname', value: body.name });
      customer.setValue({ fieldId: 'subsidiary', value: 1 });
    }
    customer.setValue({ fieldId: 'email', value: body.email });
    customer.setValue({ fieldId: 'phone', value: body.phone });
    return { id: customer.save(), created: !there.length };
  }

  function doDelete(params) {
    record.delete({ type: 'customer', id: params.id });
    return 'deleted';
  }

  return { get: get, post: post, delete: doDelete };
});
