'use strict';

/* N/workflow: the account has no workflow engine. */

const { moduleOf } = use('inside/api');
const { need, refuse } = use('inside/errors');

const refused = (name) => (options) => {
  const { workflowId } = need(options, `workflow.${name}`, 'recordType', 'recordId', 'workflowId');
  return refuse(`N/workflow.${name} for ${String(workflowId)}: it runs no workflows, only their action scripts (control API, run)`);
};

exports.module = moduleOf('N/workflow', { initiate: refused('initiate'), trigger: refused('trigger') });
