/**
 * Sums the open orders of each customer and notes the sum on the customer; one that cannot be noted is reported.
 *
 * @NApiVersion 2.1
 * @NScriptType MapReduceScript
 */
define(['N/search', 'N/record', 'N/file'], (search, record, file) => {
  const getInputData = () =>
    search.create({
      type: search.Type.SALES_ORDER,
      filters: [['mainline', search.Operator.IS, 'T'], 'AND', ['poastext', 'startswith', 'MR-']],
      columns: ['entity', 'amount'],
    });

  const map = (context) => {
    const { id, values } = JSON.parse(context.value);
    context.write({ key: values.entity.value, value: { id, amount: Number(values.amount) } });
  };

  const reduce = (context) => {
    const sum = context.values.map((value) => JSON.parse(value).amount).reduce((a, b) => a + b, 0);
    const customer = record.load({ type: record.Type.CUSTOMER, id: context.key });
    if (customer.getValue('comments') === 'leave me') throw new Error(`Customer ${context.key} wants no note.`);
    customer.setValue({ fieldId: 'comments', value: `Open: ${sum.toFixed(2)}` });
    context.write({ key: context.key, value: customer.save() });
  };

  const summarize = (summary) => {
    const lines = [];
    summary.output.iterator().each((key, value) => {
      lines.push(`done ${key} ${value}`);
      return true;
    });
    summary.reduceSummary.errors.iterator().each((key, error) => {
      lines.push(`failed ${key} ${JSON.parse(error).message}`);
      return true;
    });
    file.create({
      name: 'balances.txt', fileType: file.Type.PLAINTEXT, contents: lines.sort().join('\n'),
      folder: Number(search.create({ type: 'folder', filters: [['name', 'is', 'inbox']] }).run().getRange({ start: 0, end: 1 })[0].id),
    }).save();
  };

  return { getInputData, map, reduce, summarize };
});
