'use strict';

/* Map/reduce stages (help topic "Map/Reduce Entry Points"). */

const { fail } = use('inside/errors');

const { stringify } = JSON;

function asText(value) {
  return typeof value === 'string' ? value : (stringify(value) ?? '');
}

let written = [];

/** write({key, value}) and write(key, value). */
function write(first, second) {
  const { key, value } =
    first !== null && typeof first === 'object' && 'key' in first && second === undefined
      ? first
      : { key: first, value: second };
  if (key === undefined || key === null) fail('SSS_MISSING_REQD_ARGUMENT', 'write: Missing a required argument: key');
  const keyText = asText(key);
  const valueText = asText(value);
  if (keyText.length > 3000) fail('KEY_LENGTH_IS_OVER_3000_BYTES', 'The key is longer than 3,000 characters.');
  if (valueText.length > 10 * 1024 * 1024) fail('VALUE_LENGTH_IS_OVER_10_MB', 'The value is longer than 10 MB.');
  written.push([keyText, valueText]);
}

/** {iterator: () => ({each(callback)})} over rows; each goes on as long as the callback returns true. */
function iterated(rows) {
  return {
    iterator: () => ({
      each(callback) {
        for (const row of rows) if (callback(...row) !== true) return;
      },
    }),
  };
}

function stageSummary(facts) {
  return {
    dateCreated: new Date(facts.started),
    seconds: facts.seconds,
    usage: facts.usage,
    concurrency: facts.concurrency,
    yields: facts.yields,
    keys: iterated(facts.keys),
    errors: iterated(facts.errors),
  };
}

const CONTEXTS = {
  getInputData: ({ restarted }) => ({ isRestarted: restarted, ObjectRef: ({ id, type }) => ({ id, type }) }),
  map: ({ key, values, restarted, execution, errors }) => ({
    key, value: values[0], isRestarted: restarted, executionNo: execution, errors: iterated(errors), write,
  }),
  reduce: ({ key, values, restarted, execution, errors }) => ({
    key, values, isRestarted: restarted, executionNo: execution, errors: iterated(errors), write,
  }),
  summarize: ({ summary, restarted }) => ({
    isRestarted: restarted,
    dateCreated: new Date(summary.started),
    seconds: summary.seconds,
    usage: summary.usage,
    concurrency: summary.concurrency,
    yields: summary.yields,
    inputSummary: { ...summary.input, dateCreated: new Date(summary.input.started) },
    mapSummary: stageSummary(summary.map),
    reduceSummary: stageSummary(summary.reduce),
    output: iterated(summary.output),
  }),
};

/** A saved search or dataset that getInputData refers to, loaded by its module. */
function saved(kind, id) {
  const { load } = use(`modules/${kind}`).module;
  const found = load({ id });
  return found.mapReduceInput ? found.mapReduceInput() : { unsupported: `a saved ${kind} as input` };
}

function linesOf(file) {
  const pairs = [];
  file.lines.iterator().each(({ value }) => {
    pairs.push([String(pairs.length), value]);
    return true;
  });
  return { pairs };
}

/** What getInputData returned, as pairs of texts or as a reference that the host reads (help topic "getInputData(inputContext)"). */
function input(value) {
  if (value === undefined || value === null) return { pairs: [] };
  if (value.mapReduceInput) return value.mapReduceInput();
  if (Array.isArray(value)) return { pairs: value.map((item, index) => [String(index), asText(item)]) };
  if (typeof value !== 'object') fail('INVALID_INPUT_DATA', 'getInputData returned neither an array nor an object.');
  if (value.type === 'suiteql' && value.query) return { suiteql: value.query, params: value.params ?? [] };
  if (value.type === 'file' && (value.id ?? value.path)) return { file: value.id ?? value.path };
  if (value.type === 'search' && value.id) return { search: String(value.id) };
  if (value.type === 'query' && value.id) return saved(value.type, value.id);
  if (typeof value.lines?.iterator === 'function') return linesOf(value);
  return { pairs: Object.entries(value).map(([key, item]) => [key, asText(item)]) };
}

exports.run = (point, entry) => {
  written = [];
  return point(CONTEXTS[entry.point](entry));
};

exports.finish = (entry, value) => {
  if (entry.point === 'getInputData') return input(value);
  if (entry.point === 'summarize') return null;
  return { written };
};

