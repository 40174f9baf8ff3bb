'use strict';

/* N/task: map/reduce and scheduled scripts. Other task types are refused by name. */

const { call } = use('inside/bridge');
const { moduleOf, enumOf, complete } = use('inside/api');
const { fail, need, refuse } = use('inside/errors');

const TaskType = enumOf([
  'CSV_IMPORT', 'DOCUMENT_CAPTURE', 'ENTITY_DEDUPLICATION', 'MAP_REDUCE', 'QUERY', 'RECORD_ACTION', 'SCHEDULED_SCRIPT',
  'SEARCH', 'SUITE_QL', 'WORKFLOW_TRIGGER',
]);
const TaskStatus = enumOf(['PENDING', 'PROCESSING', 'COMPLETE', 'FAILED']);
const MapReduceStage = enumOf(['GET_INPUT', 'MAP', 'SHUFFLE', 'REDUCE', 'SUMMARIZE']);

class ScriptTask {
  constructor(taskType, { scriptId, deploymentId, params = {} }) {
    Object.assign(this, { taskType, scriptId, deploymentId, params });
  }

  /** The task's id; null where the script submitted itself and waits for its own end. */
  submit() {
    const { taskType, scriptId, deploymentId, params } = this;
    if (!scriptId) fail('SSS_MISSING_REQD_ARGUMENT', 'submit: Missing a required argument: scriptId');
    return call('task.submit', { taskType, scriptId: String(scriptId), deploymentId: deploymentId ?? null, params: params ?? {} });
  }
}

class MapReduceScriptTask extends ScriptTask {
  toString() {
    return 'task.MapReduceScriptTask';
  }
}

class ScheduledScriptTask extends ScriptTask {
  toString() {
    return 'task.ScheduledScriptTask';
  }
}

class MapReduceScriptTaskStatus {
  constructor(facts) {
    Object.assign(this, facts);
    Object.freeze(this);
  }

  toString() {
    return 'task.MapReduceScriptTaskStatus';
  }
}

class ScheduledScriptTaskStatus {
  constructor({ scriptId, deploymentId, status }) {
    Object.assign(this, { scriptId, deploymentId, status });
    Object.freeze(this);
  }

  toString() {
    return 'task.ScheduledScriptTaskStatus';
  }
}

for (const type of [MapReduceScriptTask, ScheduledScriptTask, MapReduceScriptTaskStatus, ScheduledScriptTaskStatus]) {
  complete('N/task', type.name, type);
}

exports.module = moduleOf('N/task', {
  TaskType,
  TaskStatus,
  MapReduceStage,
  create(options) {
    const { taskType } = need(options, 'task.create', 'taskType');
    if (taskType === TaskType.MAP_REDUCE) return new MapReduceScriptTask(taskType, options);
    if (taskType === TaskType.SCHEDULED_SCRIPT) return new ScheduledScriptTask(taskType, options);
    return refuse(`task.create for ${taskType}`);
  },
  checkStatus(options) {
    const { taskId } = need(typeof options === 'string' ? { taskId: options } : options, 'task.checkStatus', 'taskId');
    const { taskType, ...facts } = call('task.status', { taskId });
    return taskType === TaskType.MAP_REDUCE ? new MapReduceScriptTaskStatus(facts) : new ScheduledScriptTaskStatus(facts);
  },
});
