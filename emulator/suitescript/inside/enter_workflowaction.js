'use strict';

/* Workflow action scripts (help topic "onAction(scriptContext)"): the record is in standard mode, its changes are handed back. */

const { Form } = use('inside/forms');
const { changedData, ofEvent, open } = use('inside/records');

let newRecord = null;

exports.run = (point, { newData, oldData, event, workflowId, withForm }) => {
  newRecord = open(newData, { bound: true, ...ofEvent() });
  const oldRecord = oldData ? open(oldData, { readOnly: true, bound: true }) : null;
  const form = withForm ? new Form({}, newRecord) : undefined;
  return point({ newRecord, oldRecord, form, type: event, workflowId });
};

/** The action's return value is what the workflow stores in its field: text, number or nothing. */
exports.finish = (entry, value) => ({ changed: changedData(newRecord), returned: value ?? null });
