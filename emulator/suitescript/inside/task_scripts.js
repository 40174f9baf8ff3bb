'use strict';

/* Tasks of map/reduce and scheduled scripts, and how they stand (help topic "N/task Module"). */

const { call } = use('inside/bridge');
const { complete } = use('inside/api');
const { fail } = use('inside/errors');

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

/** What the status can measure: counts cost 10 units a call, sizes 25; the figures are those of the moment of the call. */
const FIGURES = [
  'currentTotalSize', 'pendingMapCount', 'pendingMapSize', 'pendingOutputCount', 'pendingOutputSize', 'pendingReduceCount',
  'pendingReduceSize', 'percentageCompleted', 'totalMapCount', 'totalOutputCount', 'totalReduceCount',
];

class MapReduceScriptTaskStatus {
  constructor({ taskId, scriptId, deploymentId, status, stage }) {
    Object.assign(this, { taskId, scriptId, deploymentId, status, stage });
    Object.freeze(this);
  }

  toJSON() {
    return { ...this };
  }

  toString() {
    return 'task.MapReduceScriptTaskStatus';
  }
}

for (const figure of FIGURES) {
  MapReduceScriptTaskStatus.prototype[`get${figure[0].toUpperCase()}${figure.slice(1)}`] = function measure() {
    return call('task.measure', { taskId: this.taskId, figure });
  };
}

class ScheduledScriptTaskStatus {
  constructor({ taskId, scriptId, deploymentId, status }) {
    Object.assign(this, { scriptId, deploymentId, status });
    Object.defineProperty(this, 'taskId', { value: taskId });
    Object.freeze(this);
  }

  toJSON() {
    return { ...this };
  }

  toString() {
    return 'task.ScheduledScriptTaskStatus';
  }
}

for (const type of [MapReduceScriptTask, ScheduledScriptTask, MapReduceScriptTaskStatus, ScheduledScriptTaskStatus]) {
  complete('N/task', type.name, type);
}

/** The makers by task type, and of the status of such a task. */
exports.scriptTasks = {
  MAP_REDUCE: {
    make: (options) => new MapReduceScriptTask('MAP_REDUCE', options),
    status: (facts) => new MapReduceScriptTaskStatus(facts),
  },
  SCHEDULED_SCRIPT: {
    make: (options) => new ScheduledScriptTask('SCHEDULED_SCRIPT', options),
    status: (facts) => new ScheduledScriptTaskStatus(facts),
  },
};
