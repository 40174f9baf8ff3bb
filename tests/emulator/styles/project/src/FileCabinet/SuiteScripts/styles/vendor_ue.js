/**
 * Prepares the page of a vendor: defaults, hidden and locked fields, a field and a tab of its own, a message.
 *
 * @NApiVersion 2.1
 * @NScriptType UserEventScript
 * @NModuleScope SameAccount
 */
define(['N/ui/serverWidget', 'N/ui/message', 'N/runtime', 'N/search'], (serverWidget, message, runtime, search) => {
  const { FieldDisplayType, FieldType } = serverWidget;

  const show = (form, displayType, ids) => {
    ids.forEach((id) => {
      const field = form.getField({ id });
      if (field) field.updateDisplayType({ displayType });
    });
  };

  const bills = (vendor) =>
    search.create({
      type: search.Type.VENDOR_BILL,
      filters: [['entity', 'anyof', vendor], 'AND', ['mainline', 'is', 'T']],
    }).runPaged().count;

  const beforeLoad = ({ type, form, newRecord, UserEventType }) => {
    if (runtime.executionContext !== runtime.ContextType.USER_INTERFACE) return;
    show(form, FieldDisplayType.HIDDEN, ['fax', 'no_such_field']);
    if (type === UserEventType.CREATE) {
      newRecord.setValue({ fieldId: 'comments', value: `Made by ${runtime.getCurrentUser().name}` });
      newRecord.setValue({ fieldId: 'is1099eligible', value: true });
    } else if (type === UserEventType.EDIT) {
      show(form, FieldDisplayType.DISABLED, ['email']);
      form.getField('phone').isMandatory = true;
    } else if (type === UserEventType.COPY) {
      newRecord.setValue('comments', '');
    } else if (type === UserEventType.VIEW) {
      form.addTab({ id: 'custpage_styles_tab', label: 'Bills' });
      const count = form.addField({ id: 'custpage_styles_bills', type: FieldType.INTEGER, label: 'Bills', container: 'custpage_styles_tab' });
      count.defaultValue = bills(newRecord.id);
      count.updateDisplayType({ displayType: FieldDisplayType.INLINE });
      form.addPageInitMessage({ type: message.Type.INFORMATION, title: 'Vendor', message: newRecord.getValue('entityid'), duration: 5000 });
    }
  };

  return { beforeLoad };
});
