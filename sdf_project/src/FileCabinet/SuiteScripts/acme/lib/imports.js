/**
 * Imports: documents staged as JSON Lines, written by a map/reduce, results kept in files until
 * the agent has taken them.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/file', 'N/log', 'N/runtime', 'N/task', './batch', './config'], (file, log, runtime, task, batch, config) => {
  /** Results in one file; a reader asks for one file at a time. */
  const PAGE = 2000;

  /**
   * Characters of documents that go to one invocation together: a map/reduce takes values of 10 MB, which these
   * are far from also when every character takes three bytes and quotes are escaped.
   */
  const ROOM = 2e6;

  const stateKey = (flow, id) => `import--${flow}--${id}`;
  const taskKey = (flow, id) => `task--${flow}--${id}`;
  const partPath = (flow, id, part) => `${config.table.staging}/${partName(flow, id, part)}`;
  const partName = (flow, id, part) => `${flow}_${id}_${part}.jsonl`;
  const resultName = (flow, id, page) => `${flow}_${id}_results_${page}.jsonl`;

  /** The staging folder's id: its read-me file comes with the project. Ten units. */
  const folder = () => Number(file.load({ id: `${config.table.staging}/README.txt` }).folder);

  /** Writes a file, or replaces the one of the same name. @param {string} name @param {string} contents */
  const save = (name, contents) =>
    file
      .create({
        name: name,
        fileType: file.Type.PLAINTEXT,
        contents: contents,
        encoding: file.Encoding.UTF_8,
        folder: folder()
      })
      .save();

  /** @param {string} path @param {(line: string) => void} take */
  const eachLine = (path, take) => {
    file
      .load({ id: path })
      .lines.iterator()
      .each((line) => {
        if (line.value.trim() !== '') take(line.value);
        return true;
      });
  };

  /** @param {string} flow @param {string} id @param {number} part @param {string[]} lines */
  const stage = (flow, id, part, lines) => {
    save(partName(flow, id, part), lines.join('\n') + '\n');
    return { file: partPath(flow, id, part), lines: lines.length };
  };

  /** Registers an import and starts it. @param {string} flow @param {string} id @param {number} parts */
  const start = (flow, id, parts) => {
    const known = config.readState(stateKey(flow, id));
    if (known && known.status !== 'waiting') return { status: 'running' };
    const state = { flow: flow, import: id, parts: parts, status: 'waiting', total: 0, pages: 0 };
    return { status: submit(state) };
  };

  /** Leaves an import for the agent's next look or for the net. @param {any} state @param {string} reason */
  const wait = (state, reason) => {
    if (state.status === 'waiting' && state.reason === reason) return;
    config.writeState(stateKey(state.flow, state.import), { ...state, status: 'waiting', reason: reason });
  };

  /** Why a flow's imports do not run now, or nothing. @param {string} flow */
  const stopped = (flow) => (config.paused() ? 'PAUSED' : config.enabled(flow) ? '' : 'FLOW_DISABLED');

  /**
   * Submits the flow's map/reduce; while the project is paused, and where the deployment is busy, the import waits.
   * @param {any} state
   */
  const submit = (state) => {
    const reason = stopped(state.flow);
    if (reason) {
      wait(state, reason);
      return 'waiting';
    }
    const plan = config.table.imports[state.flow];
    let submitted = false;
    config.writeState(stateKey(state.flow, state.import), { ...state, status: 'running', reason: undefined });
    try {
      const params = { [plan.parameter]: state.import };
      const run = task.create({
        taskType: task.TaskType.MAP_REDUCE,
        scriptId: plan.script,
        deploymentId: plan.deploy,
        params: params
      });
      config.shelf().put({ key: taskKey(state.flow, state.import), value: String(run.submit()), ttl: 86400 });
      submitted = true;
    } catch (error) {
      log.audit({ title: `import ${state.import} waits`, details: error });
      wait({ ...state, status: 'running' }, String(error.name));
    }
    return submitted ? 'submitted' : 'waiting';
  };

  const NOTHING = { total: 0, results: [], more: false };

  /** Whether NetSuite says that the run is over; unknown after a day, or when the cache forgot. */
  const ended = (flow, id) => {
    const taskId = config.shelf().get({ key: taskKey(flow, id) });
    if (!taskId) return false;
    const status = task.checkStatus({ taskId: taskId }).status;
    return status === task.TaskStatus.COMPLETE || status === task.TaskStatus.FAILED;
  };

  /** Results from an offset on, at most one page. @param {string} flow @param {string} id @param {number} offset */
  const state = (flow, id, offset) => {
    const found = config.readState(stateKey(flow, id));
    if (!found) return { ...NOTHING, status: 'failed', reason: 'unknown import' };
    if (found.status === 'waiting') submit(found);
    if (found.status === 'running' && ended(flow, id)) {
      const now = config.readState(stateKey(flow, id));
      if (now && now.status === 'running') return { ...NOTHING, status: 'failed', reason: 'ended without a summary' };
      return state(flow, id, offset);
    }
    const results = [];
    const page = Math.floor(offset / PAGE);
    if (page < found.pages) {
      let at = page * PAGE;
      eachLine(`${config.table.staging}/${resultName(flow, id, page)}`, (line) => {
        if (at >= offset) results.push(JSON.parse(line));
        at += 1;
      });
    }
    const answer = {
      status: found.status,
      total: found.total,
      results: results,
      more: offset + results.length < found.total
    };
    if (found.broken) Object.assign(answer, { broken: found.broken, cause: found.cause });
    return found.reason ? { ...answer, reason: found.reason } : answer;
  };

  /** Takes an import away after the agent has its results. @param {string} flow @param {string} id */
  const clear = (flow, id) => {
    const found = config.readState(stateKey(flow, id));
    if (!found) return { deleted: clearStaged(flow, id) };
    const names = [];
    for (let part = 1; part <= found.parts; part++) names.push(partName(flow, id, part));
    for (let page = 0; page < found.pages; page++) names.push(resultName(flow, id, page));
    let deleted = 0;
    for (const name of names) {
      const known = idOf(name);
      if (known === null) continue;
      file.delete({ id: known });
      deleted += 1;
    }
    config.deleteState(stateKey(flow, id));
    return { deleted: deleted };
  };

  /** The id of a staged file, null where there is none. @param {string} name */
  const idOf = (name) => {
    try {
      return Number(file.load({ id: `${config.table.staging}/${name}` }).id);
    } catch (error) {
      log.debug({ title: `${name} is not there`, details: error.name });
      return null;
    }
  };

  /**
   * Takes away the parts of an import that never began. They were staged in order and go from the last one, so
   * that a call that is cut off leaves no gap for the next one to stop at.
   * @param {string} flow @param {string} id
   */
  const clearStaged = (flow, id) => {
    const ids = [];
    for (let known = idOf(partName(flow, id, 1)); known !== null; known = idOf(partName(flow, id, ids.length + 1))) {
      ids.push(known);
    }
    for (const each of ids.reverse()) file.delete({ id: each });
    return ids.length;
  };

  // --- the map/reduce ---

  /** @param {any} flow the flow's module @param {string} parameter */
  const importOf = (flow, parameter) => String(runtime.getCurrentScript().getParameter({ name: parameter }) || '');

  /** Staged documents in batches that one invocation can write. @param {any} flow @param {string} parameter */
  const getInputData = (flow, parameter) => {
    const id = importOf(flow, parameter);
    const found = config.readState(stateKey(flow.plan.flow, id));
    if (!found || stopped(flow.plan.flow)) return [];
    const batches = [];
    let size = 0;
    for (let part = 1; part <= found.parts; part++) {
      eachLine(partPath(flow.plan.flow, id, part), (line) => {
        const last = batches[batches.length - 1];
        size += line.length;
        if (last && last.length < flow.plan.batchMax && size <= ROOM) {
          last.push(line);
        } else {
          batches.push([line]);
          size = line.length;
        }
      });
    }
    return batches;
  };

  /** @param {any} flow @param {import('N/types').EntryPoints.MapReduce.mapContext} context */
  const map = (flow, context) => {
    const documents = JSON.parse(context.value).map((line) => JSON.parse(line));
    const results = batch.run(flow, documents);
    context.write({ key: String(context.key), value: JSON.stringify(results) });
  };

  /** Why an invocation ended, from the JSON text that the summary has of it. @param {string} text */
  const causeOf = (text) => {
    const error = String(text).charAt(0) === '{' ? JSON.parse(text) : { message: text };
    return { code: String(error.name || 'SCRIPT_ENDED'), message: String(error.message || '').slice(0, 300) };
  };

  /** @param {any} flow @param {string} parameter @param {import('N/types').EntryPoints.MapReduce.summarizeContext} summary */
  const summarize = (flow, parameter, summary) => {
    const id = importOf(flow, parameter);
    const name = flow.plan.flow;
    const found = config.readState(stateKey(name, id)) || { flow: name, import: id, parts: 0 };
    const lines = [];
    summary.output.iterator().each((_key, value) => {
      for (const result of JSON.parse(value)) lines.push(JSON.stringify(result));
      return true;
    });
    let broken = 0;
    /** @type {{code: string, message: string} | null} */
    let cause = null;
    summary.mapSummary.errors.iterator().each((key, error) => {
      broken += 1;
      cause = cause || causeOf(error);
      log.error({ title: `import ${id}: batch ${key} failed`, details: error });
      return true;
    });
    const failed = summary.inputSummary.error;
    if (lines.length === 0 && broken === 0 && !failed) {
      wait(found, stopped(name) || 'NOTHING_READ'); // it was paused when it began, and is submitted again
      return;
    }
    let pages = 0;
    for (let from = 0; from < lines.length; from += PAGE) {
      save(resultName(name, id, pages), lines.slice(from, from + PAGE).join('\n') + '\n');
      pages += 1;
    }
    if (failed) log.error({ title: `import ${id} could not be read`, details: failed });
    const status = failed ? 'failed' : 'done';
    config.writeState(stateKey(name, id), {
      ...found,
      status: status,
      total: lines.length,
      pages: pages,
      broken: broken,
      cause: cause
    });
  };

  return { stage, start, submit, state, clear, getInputData, map, summarize };
});
