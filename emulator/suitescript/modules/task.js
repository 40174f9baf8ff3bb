'use strict';

/* N/task: map/reduce and scheduled scripts. Other task types are refused by name. */

const { call } = use('inside/bridge');
const { moduleOf, enumOf } = use('inside/api');
const { need, refuse } = use('inside/errors');
const { scriptTasks } = use('inside/task_scripts');

const TaskType = enumOf([
  'CSV_IMPORT', 'DOCUMENT_CAPTURE', 'ENTITY_DEDUPLICATION', 'MAP_REDUCE', 'QUERY', 'RECORD_ACTION', 'SCHEDULED_SCRIPT',
  'SEARCH', 'SUITE_QL', 'WORKFLOW_TRIGGER',
]);
const TaskStatus = enumOf(['PENDING', 'PROCESSING', 'COMPLETE', 'FAILED']);
const MapReduceStage = enumOf(['GET_INPUT', 'MAP', 'SHUFFLE', 'REDUCE', 'SUMMARIZE']);

exports.module = moduleOf('N/task', {
  TaskType,
  TaskStatus,
  MapReduceStage,
  create(options) {
    const { taskType } = need(options, 'task.create', 'taskType');
    return scriptTasks[taskType]?.make(options) ?? refuse(`task.create for ${taskType}`);
  },
  checkStatus(options) {
    const { taskId } = need(typeof options === 'string' ? { taskId: options } : options, 'task.checkStatus', 'taskId');
    const { taskType, ...facts } = call('task.status', { taskId });
    return scriptTasks[taskType].status(facts);
  },
});
