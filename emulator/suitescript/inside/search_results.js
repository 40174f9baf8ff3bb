'use strict';

/* Results of a search. They cross in pages of at most 1,000. */

const { complete } = use('inside/api');
const { call } = use('inside/bridge');
const { fail, need } = use('inside/errors');
const { state } = use('inside/state');
const { Column, lower } = use('inside/search_parts');
const { counted } = use('inside/values');

const PAGE = 1000; // of getRange, runPaged and each
const EACH = 4000; // of ResultSet.each

/** A method with its `promise` form. */
function promised(object, ...names) {
  for (const name of names) {
    const method = object[name].bind(object);
    method.promise = async (...args) => method(...args);
    Object.defineProperty(object, name, { value: method });
  }
}

const LISTS = new Set(['select', 'multiselect']);

/** [{value, text}] of a select or a multi-select, none where it is empty. */
function choices(kind, value, text) {
  if (value === '') return [];
  if (kind === 'select') return [{ value, text: text ?? value }];
  const texts = (text ?? value).split(',');
  return value.split(',').map((one, index) => ({ value: one, text: texts[index] }));
}

/** Names of the columns in getAllValues: `customer.email`, `SUM(amount)`, `formulatext_1`. */
function keysOf(columns, joined) {
  const seen = new Map();
  return columns.map(({ name, join, summary }) => {
    const plain = join ? joined(join, name) : name;
    const key = summary ? `${summary}(${plain})` : plain;
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    return times && name.startsWith('formula') ? `${key}_${times}` : key;
  });
}

class Result {
  #kinds;
  #values;
  #texts;

  constructor(columns, kinds, [recordType, id, values, texts]) {
    this.recordType = recordType;
    this.id = id;
    Object.defineProperty(this, 'columns', { value: columns });
    this.#kinds = kinds;
    this.#values = values;
    this.#texts = texts;
  }

  #index(column, member) {
    if (column === undefined || column === null || column === '') {
      fail('SSS_MISSING_REQD_ARGUMENT', `${member}: Missing a required argument: name`);
    }
    const { columns } = this;
    if (column instanceof Column) {
      const same = columns.indexOf(column);
      if (same >= 0) return same;
    }
    const asked = typeof column === 'string' ? new Column({ name: column }) : column;
    if (!asked.name) fail('SSS_MISSING_REQD_ARGUMENT', `${member}: Missing a required argument: name`);
    const [name, join, summary] = [lower(asked.name), lower(asked.join), lower(asked.summary)];
    const fits = (one) => lower(one.name) === name && lower(one.join) === join && lower(one.summary) === summary;
    const exact = columns.findIndex((one) => fits(one) && (one.formula ?? '') === (asked.formula ?? ''));
    return exact >= 0 ? exact : columns.findIndex(fits);
  }

  /** Text, or a boolean for a check box; null where the search has no such column. */
  getValue(column) {
    const index = this.#index(column, 'Result.getValue');
    return index < 0 ? null : this.#values[index];
  }

  getText(column) {
    const index = this.#index(column, 'Result.getText');
    if (index < 0) return null;
    return LISTS.has(this.#kinds[index]) ? (this.#texts[index] ?? this.#values[index]) : null;
  }

  getAllValues() {
    return this.#all((join, name) => `${join}.${name}`);
  }

  #all(joined) {
    const keys = keysOf(this.columns, joined);
    return Object.fromEntries(
      keys.map((key, index) => {
        const kind = this.#kinds[index];
        const value = this.#values[index];
        return [key, LISTS.has(kind) ? choices(kind, value, this.#texts[index]) : value];
      }),
    );
  }

  toJSON() {
    const { recordType, id } = this;
    return id === null ? { values: this.getAllValues() } : { recordType, id, values: this.getAllValues() };
  }

  toString() {
    return 'search.Result';
  }
}

/** Results `start` up to `end` of a definition. */
function resultsOf(definition, columns, start, end, member) {
  const { kinds, rows } = call('search.rows', { definition, start, end, member });
  return rows.map((row) => new Result(columns, kinds, row));
}

class ResultSet {
  #definition;

  constructor(definition, columns) {
    this.#definition = definition;
    this.columns = columns;
    promised(this, 'each', 'getRange');
  }

  /** At most 1,000 results; `end` is not among them. */
  getRange(options, last) {
    const given = typeof options === 'object' ? options : { start: options, end: last };
    need(given, 'ResultSet.getRange', 'start', 'end');
    const [start, end] = [counted(given.start), counted(given.end)];
    if (!(start >= 0 && end >= start)) fail('INVALID_RANGE', `ResultSet.getRange: ${start} to ${end} is no range.`);
    if (end - start > PAGE) {
      fail('SSS_SEARCH_RESULT_LIMIT_EXCEEDED', 'No more than 1000 search results may be requested at one time.');
    }
    return resultsOf(this.#definition, this.columns, start, end, 'ResultSet.getRange');
  }

  /** Until the callback returns anything but true, or 4,000 results are through. */
  each(callback) {
    if (typeof callback !== 'function') fail('SSS_MISSING_REQD_ARGUMENT', 'ResultSet.each: Missing a required argument: callback');
    for (let start = 0; start < EACH; start += PAGE) {
      const results = resultsOf(this.#definition, this.columns, start, start + PAGE, start ? null : 'ResultSet.each');
      for (const result of results) if (callback(result) !== true) return;
      if (results.length < PAGE) return;
    }
    const more = resultsOf(this.#definition, this.columns, EACH, EACH + 1, null);
    if (more.length && state.request.account.switches.search_each_refuses) {
      fail(
        'SSS_SEARCH_FOR_EACH_LIMIT_EXCEEDED',
        'No more than 4000 search results may be requested at one time from ResultSet.each(callback).',
      );
    }
  }

  toJSON() {
    return { columns: this.columns };
  }

  toString() {
    return 'search.ResultSet';
  }
}

class PageRange {
  constructor(index, size, count) {
    this.index = index;
    this.compoundLabel = `${index * size + 1} - ${Math.min((index + 1) * size, count)}`;
  }

  toString() {
    return 'search.PageRange';
  }
}

class Page {
  constructor(pagedData, pageRange, data) {
    this.pagedData = pagedData;
    this.pageRange = pageRange;
    this.data = data;
    this.isFirst = pageRange.index === 0;
    this.isLast = pageRange.index >= pagedData.pageRanges.length - 1;
    promised(this, 'next', 'prev');
  }

  next() {
    return this.#to(1);
  }

  prev() {
    return this.#to(-1);
  }

  #to(step) {
    const { pagedData, pageRange } = this;
    return pagedData.fetch({ index: pageRange.index + step });
  }

  toString() {
    return 'search.Page';
  }
}

class PagedData {
  #definition;
  #columns;

  constructor(search, definition, columns, pageSize) {
    this.#definition = definition;
    this.#columns = columns;
    Object.defineProperty(this, 'searchDefinition', { value: search });
    this.count = call('search.count', { definition });
    this.pageSize = pageSize;
    this.pageRanges = [];
    for (let index = 0; index * pageSize < this.count; index += 1) this.pageRanges.push(new PageRange(index, pageSize, this.count));
    promised(this, 'fetch');
  }

  fetch(options) {
    const { index } = need(typeof options === 'number' ? { index: options } : options, 'PagedData.fetch', 'index');
    const pageRange = this.pageRanges[index];
    if (!pageRange) fail('INVALID_PAGE_RANGE', `Invalid page range: there is no page ${index}.`);
    const start = pageRange.index * this.pageSize;
    const data = resultsOf(this.#definition, this.#columns, start, start + this.pageSize, 'PagedData.fetch');
    return new Page(this, pageRange, data);
  }

  toString() {
    return 'search.PagedData';
  }
}

for (const [name, type] of Object.entries({ Result, ResultSet })) complete('N/search', name, type);

Object.assign(exports, { PagedData, Result, ResultSet, choices, promised });
