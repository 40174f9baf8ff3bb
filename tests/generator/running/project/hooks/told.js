/**
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define([], () => ({
  ring: (values, doc) => ({ ...values, phone: doc.rings || values.phone }),
  remark: (rec, doc) => {
    rec.setValue({ fieldId: 'comments', value: doc.remark || '' });
  }
}));
