'use strict';

/* N/task: scripts, CSV imports, and searches and queries that write CSV files. Other task types are refused by name. */

const { call } = use('inside/bridge');
const { moduleOf, enumOf } = use('inside/api');
const { need, refuse } = use('inside/errors');
const { exportTasks } = use('inside/task_exports');
const { importTasks } = use('inside/task_imports');
const { scriptTasks } = use('inside/task_scripts');

const TaskType = enumOf([
  'CSV_IMPORT', 'DOCUMENT_CAPTURE', 'ENTITY_DEDUPLICATION', 'MAP_REDUCE', 'QUERY', 'RECORD_ACTION', 'SCHEDULED_SCRIPT',
  'SEARCH', 'SUITE_QL', 'WORKFLOW_TRIGGER',
]);
const TaskStatus = enumOf(['PENDING', 'PROCESSING', 'COMPLETE', 'FAILED']);
const MapReduceStage = enumOf(['GET_INPUT', 'MAP', 'SHUFFLE', 'REDUCE', 'SUMMARIZE']);

const tasks = { ...scriptTasks, ...importTasks, ...exportTasks };

exports.module = moduleOf('N/task', {
  TaskType,
  TaskStatus,
  MapReduceStage,
  ActionCondition: enumOf(['ALL_QUALIFIED_INSTANCES']),
  DedupeEntityType: enumOf(['CUSTOMER', 'CONTACT', 'LEAD', 'PARTNER', 'PROSPECT', 'VENDOR']),
  DedupeMode: enumOf(['MERGE', 'DELETE', 'MAKE_MASTER_PARENT', 'MARK_AS_NOT_DUPES']),
  MasterSelectionMode: enumOf(['CREATED_EARLIEST', 'MOST_RECENT_ACTIVITY', 'MOST_POPULATED_FIELDS', 'SELECT_BY_ID']),
  create(options) {
    const { taskType } = need(options, 'task.create', 'taskType');
    return tasks[taskType]?.make(options) ?? refuse(`task.create for ${taskType}`);
  },
  checkStatus(options) {
    const { taskId } = need(typeof options === 'string' ? { taskId: options } : options, 'task.checkStatus', 'taskId');
    const { taskType, ...facts } = call('task.status', { taskId });
    return tasks[taskType].status(facts);
  },
});
