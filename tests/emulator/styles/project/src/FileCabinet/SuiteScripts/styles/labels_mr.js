/**
 * Labels what a saved search finds; which search and which label come as parameters.
 *
 * @NApiVersion 2.1
 * @NScriptType MapReduceScript
 */
define(['N/runtime', 'N/record', 'N/log'], (runtime, record, log) => {
  const parameter = (name) => runtime.getCurrentScript().getParameter({ name });

  const getInputData = () => ({ type: 'search', id: parameter('custscript_styles_found') });

  const map = (context) => {
    const { recordType, id, values } = JSON.parse(context.value);
    const step = parseInt(parameter('custscript_styles_step'), 10);
    if (context.isRestarted) log.audit('restarted', context.key);
    context.write(values.entityid.slice(0, step), { recordType, id, email: values.email || null });
  };

  const reduce = (context) => {
    const found = context.values.map((value) => JSON.parse(value));
    const label = `${parameter('custscript_styles_label')} ${context.key} ${found.length}`;
    found.forEach(({ recordType, id }) => record.submitFields({ type: recordType, id, values: { comments: label } }));
    context.write(context.key, found.filter(({ email }) => email).length);
  };

  const summarize = ({ inputSummary, output, usage, concurrency, yields, seconds }) => {
    if (inputSummary.error) {
      log.error('no input', JSON.parse(inputSummary.error).name);
      return;
    }
    const told = [];
    output.iterator().each((key, value) => told.push(`${key}=${value}`) > 0);
    log.audit('labelled', told.sort().join());
    log.audit('spent', [usage > 0, concurrency, yields, typeof seconds].join());
  };

  return { getInputData, map, reduce, summarize };
});
