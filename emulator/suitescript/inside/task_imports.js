'use strict';

/* CSV import tasks (help topic "task.CsvImportTask"). */

const { call } = use('inside/bridge');
const { complete } = use('inside/api');
const { fail } = use('inside/errors');
const { File } = use('inside/files');

/** The text of a file that is imported: a file object, in the File Cabinet or not, or the text itself. */
function contents(file, option) {
  if (typeof file === 'string') return { name: 'import.csv', text: file };
  if (file instanceof File && file.isText) return { name: file.name, text: file.getContents() };
  return fail('SSS_INVALID_TYPE_ARG', `submit: ${option} is a file.File of a text type, or text.`);
}

class CsvImportTask {
  #id;

  constructor({ importFile, linkedFiles, mappingId, name, queueId }) {
    Object.assign(this, { importFile, linkedFiles, mappingId, name, queueId });
  }

  /** The task's id, once it is submitted. */
  get id() {
    return this.#id;
  }

  submit() {
    const { importFile, linkedFiles, mappingId, name = null } = this;
    for (const [option, value] of Object.entries({ importFile, mappingId })) {
      if (value === undefined || value === null || value === '') {
        fail('SSS_MISSING_REQD_ARGUMENT', `submit: Missing a required argument: ${option}`);
      }
    }
    const linked = Object.entries(linkedFiles ?? {}).map(([key, file]) => [key, contents(file, `linkedFiles.${key}`).text]);
    this.#id = call('task.import', {
      mapping: String(mappingId), file: contents(importFile, 'importFile'), linked: Object.fromEntries(linked), name,
    });
    return this.#id;
  }

  toJSON() {
    return { taskType: 'CSV_IMPORT', ...this, id: this.id };
  }

  toString() {
    return 'task.CsvImportTask';
  }
}

/** How an import stands; it is complete whatever became of its rows. */
class CsvImportTaskStatus {
  constructor({ taskId, status }) {
    this.status = status;
    Object.defineProperty(this, 'taskId', { value: taskId });
    Object.freeze(this);
  }

  toJSON() {
    return { ...this };
  }

  toString() {
    return 'task.CsvImportTaskStatus';
  }
}

for (const type of [CsvImportTask, CsvImportTaskStatus]) complete('N/task', type.name, type);

exports.importTasks = {
  CSV_IMPORT: { make: (options) => new CsvImportTask(options), status: (facts) => new CsvImportTaskStatus(facts) },
};
