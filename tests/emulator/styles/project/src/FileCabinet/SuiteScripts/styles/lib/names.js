/**
 * @NApiVersion 2.x
 * @NModuleScope Public
 */
define(['N/search'], function (search) {
  /** How many customers carry a company name already. */
  function taken(name, exceptId) {
    var filters = [['companyname', 'is', name]];
    if (exceptId) filters.push('AND', ['internalid', 'noneof', exceptId]);
    return search.create({ type: search.Type.CUSTOMER, filters: filters, columns: ['entityid'] }).runPaged().count;
  }

  return { taken: taken };
});
