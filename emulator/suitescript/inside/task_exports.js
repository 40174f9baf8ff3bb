'use strict';

/* Tasks that write the rows of a search, a query or SuiteQL to a CSV file (help topics "task.SearchTask", "task.SuiteQLTask"). */

const { call } = use('inside/bridge');
const { complete } = use('inside/api');
const { fail, refuse } = use('inside/errors');

const NAMES = { MAP_REDUCE: 'task.MapReduceScriptTask', SCHEDULED_SCRIPT: 'task.ScheduledScriptTask' };

class ExportTask {
  #submitted = false;
  #dependencies = [];

  constructor(taskType, { fileId, filePath }) {
    Object.assign(this, { fileId, filePath });
    Object.defineProperty(this, 'taskType', { value: taskType });
  }

  /** Scripts that are submitted when the task is complete, by their number from 0. */
  get inboundDependencies() {
    return Object.fromEntries(this.#dependencies.map(({ taskType, ...facts }, index) => [index, { type: NAMES[taskType], ...facts }]));
  }

  addInboundDependency(dependent) {
    const { taskType, scriptId, deploymentId = null, params = {} } = dependent ?? {};
    if (!Object.hasOwn(NAMES, taskType)) {
      fail('SSS_INVALID_TYPE_ARG', 'addInboundDependency: only scheduled and map/reduce scripts can depend on a task.');
    }
    if (!scriptId) fail('SSS_MISSING_REQD_ARGUMENT', 'addInboundDependency: Missing a required argument: scriptId');
    this.#dependencies.push({ taskType, scriptId: String(scriptId), deploymentId, params: params ?? {} });
  }

  submit() {
    const { taskType, fileId = null, filePath = null } = this;
    const kind = taskType.replace('_', '');
    if (this.#submitted) fail(`CANNOT_RESUBMIT_SUBMITTED_ASYNC_${kind}_TASK`, 'The task was submitted already.');
    if (fileId !== null && filePath !== null) fail('PROPERTY_VALUE_CONFLICT', 'Only one of fileId and filePath can be set.');
    if (fileId === null && filePath === null) fail('SSS_MISSING_REQD_ARGUMENT', 'submit: Missing a required argument: fileId');
    const id = call('task.export', { taskType, fileId, filePath, dependencies: this.#dependencies, ...this.source() });
    this.#submitted = true;
    return id;
  }

  toJSON() {
    return { taskType: this.taskType, ...this };
  }
}

function required(value, name) {
  if (value === undefined || value === null || value === '') {
    fail('SSS_MISSING_REQD_ARGUMENT', `submit: Missing a required argument: ${name}`);
  }
  return value;
}

class SearchTask extends ExportTask {
  constructor(options) {
    super('SEARCH', options);
    this.savedSearchId = options.savedSearchId;
  }

  source() {
    return { savedSearchId: required(this.savedSearchId, 'savedSearchId') };
  }

  toString() {
    return 'task.SearchTask';
  }
}

/** A statement with its parameters: text, or a query object that can say itself as SuiteQL. */
function statement(query, params) {
  if (typeof query === 'string') return { query, params: params ?? [] };
  const said = typeof query.toSuiteQL === 'function' ? query.toSuiteQL() : query;
  if (typeof said?.query !== 'string') refuse('tasks of this query');
  return { query: said.query, params: params ?? said.params ?? [] };
}

class SuiteQLTask extends ExportTask {
  constructor(options) {
    super('SUITE_QL', options);
    Object.assign(this, { query: options.query, params: options.params });
  }

  source() {
    return statement(required(this.query, 'query'), this.params);
  }

  toString() {
    return 'task.SuiteQLTask';
  }
}

class QueryTask extends ExportTask {
  constructor(options) {
    super('QUERY', options);
    this.query = options.query;
  }

  source() {
    return statement(required(this.query, 'query'), null);
  }

  toString() {
    return 'task.QueryTask';
  }
}

/** How an export stands. */
class Status {
  constructor(name, { taskId, status, fileId, ...facts }, keys) {
    Object.assign(this, { taskId, status, fileId }, Object.fromEntries(keys.map((key) => [key, facts[key]])));
    Object.defineProperty(this, 'toString', { value: () => `task.${name}` });
    Object.freeze(this);
  }
}

for (const type of [SearchTask, QueryTask, SuiteQLTask]) complete('N/task', type.name, type);

exports.exportTasks = {
  SEARCH: { make: (options) => new SearchTask(options), status: (facts) => new Status('SearchTaskStatus', facts, ['savedSearchId']) },
  QUERY: { make: (options) => new QueryTask(options), status: (facts) => new Status('QueryTaskStatus', facts, ['query']) },
  SUITE_QL: { make: (options) => new SuiteQLTask(options), status: (facts) => new Status('SuiteQLTaskStatus', facts, ['query', 'params']) },
};
