/**
 * A form that makes a customer when it is posted back, and shows what was wrong with it.
 *
 * @NApiVersion 2.1
 * @NScriptType Suitelet
 */
define(['N/ui/serverWidget', 'N/record', 'N/redirect', 'N/runtime'], (serverWidget, record, redirect, runtime) => {
  const page = (values, problem) => {
    const form = serverWidget.createForm({ title: 'Sign up' });
    form.addFieldGroup({ id: 'custpage_group', label: 'Company' });
    const name = form.addField({ id: 'custpage_name', type: serverWidget.FieldType.TEXT, label: 'Company name', container: 'custpage_group' });
    name.isMandatory = true;
    name.defaultValue = values.custpage_name ?? '';
    const mail = form.addField({ id: 'custpage_email', type: serverWidget.FieldType.EMAIL, label: 'E-mail', container: 'custpage_group' });
    mail.defaultValue = values.custpage_email ?? '';
    const size = form.addField({ id: 'custpage_size', type: serverWidget.FieldType.SELECT, label: 'Size', container: 'custpage_group' });
    [['', ''], ['s', 'Small'], ['l', 'Large']].forEach(([value, text]) => size.addSelectOption({ value, text, isSelected: value === values.custpage_size }));
    if (problem) {
      form.addField({ id: 'custpage_problem', type: serverWidget.FieldType.INLINEHTML, label: ' ' }).defaultValue = `<b class="problem">${problem}</b>`;
    }
    form.addSubmitButton({ label: 'Sign up' });
    form.addResetButton({ label: 'Clear' });
    return form;
  };

  const onRequest = ({ request, response }) => {
    const { parameters } = request;
    if (request.method === 'GET') {
      if (parameters.made) response.write({ output: `Welcome, number ${parameters.made}` });
      else response.writePage({ pageObject: page({}) });
      return;
    }
    if (!parameters.custpage_name) {
      response.writePage(page(parameters, 'A company needs a name.'));
      return;
    }
    const customer = record.create({ type: record.Type.CUSTOMER, isDynamic: true, defaultValues: { subsidiary: 1 } });
    customer.setValue('companyname', parameters.custpage_name);
    customer.setValue('email', parameters.custpage_email);
    customer.setValue('comments', `size ${parameters.custpage_size}`);
    const made = customer.save();
    const { id, deploymentId } = runtime.getCurrentScript();
    redirect.toSuitelet({ scriptId: id, deploymentId, parameters: { made } });
  };

  return { onRequest };
});
