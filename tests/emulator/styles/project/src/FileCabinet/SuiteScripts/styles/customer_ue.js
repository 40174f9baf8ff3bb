/**
 * Keeps company names apart, and leaves a note on who became a customer. Own modules by relative and absolute path.
 *
 * @NApiVersion 2.1
 * @NScriptType UserEventScript
 */
define(['N/record', 'N/runtime', './lib/names', '/SuiteScripts/styles/lib/welcome'], (record, runtime, names, welcome) => {
  const beforeLoad = (context) => {
    if (context.type !== context.UserEventType.VIEW) return;
    context.form.addButton({ id: 'custpage_styles_call', label: 'Call back', functionName: 'callBack' });
    context.form.clientScriptModulePath = './customer_cs.js';
  };

  const beforeSubmit = (context) => {
    const { type, UserEventType, newRecord } = context;
    if (![UserEventType.CREATE, UserEventType.EDIT].includes(type)) return;
    const name = newRecord.getValue({ fieldId: 'companyname' });
    if (name && names.taken(name, newRecord.id) > 0) throw `There is a customer named ${name}.`;
    if (type === UserEventType.CREATE && runtime.executionContext === runtime.ContextType.USER_INTERFACE) {
      newRecord.setValue({ fieldId: 'comments', value: welcome.words(name) });
    }
  };

  const afterSubmit = (context) => {
    if (context.type !== context.UserEventType.EDIT) return;
    // What is empty is null on the old record and '' on the new one.
    const before = context.oldRecord.getValue('email') || '';
    const after = context.newRecord.getValue('email') || '';
    if (before === after) return;
    const change = record.create({ type: 'customrecord_styles_change' });
    change.setValue({ fieldId: 'custrecord_styles_customer', value: context.newRecord.id });
    change.setValue({ fieldId: 'custrecord_styles_before', value: before });
    change.setValue({ fieldId: 'custrecord_styles_after', value: after });
    change.save();
  };

  return { beforeLoad, beforeSubmit, afterSubmit };
});
