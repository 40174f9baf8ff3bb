/**
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define([], () => ({
  keyOf: (element, doc) => (doc.area ? `${doc.area}/${element.no}` : null)
}));
