'use strict';

/* N/query: SuiteQL. Queries built from objects are refused by name. */

const { call } = use('inside/bridge');
const { moduleOf, complete } = use('inside/api');
const { fail, need } = use('inside/errors');

const ROWS = 5000; // of an unpaged run
const PAGED_ROWS = 100000;

function typeOf(values) {
  const value = values.find((item) => item !== null);
  if (typeof value === 'number') return Number.isInteger(value) ? 'INTEGER' : 'FLOAT';
  return value === 'T' || value === 'F' ? 'BOOLEAN' : 'STRING';
}

class Result {
  constructor(columns, values) {
    Object.defineProperty(this, 'columns', { value: columns });
    this.values = values;
  }

  asMap() {
    return Object.fromEntries(this.columns.map((alias, index) => [alias, this.values[index]]));
  }

  getValueForAlias(alias) {
    const index = this.columns.indexOf(alias);
    if (index < 0) fail('CANNOT_DETERMINE_VALUE_FOR_ALIAS', `No column ${alias}`);
    return this.values[index];
  }

  toString() {
    return 'query.Result';
  }
}

class ResultSet {
  constructor(columns, rows) {
    this.columns = columns;
    this.results = rows.map((values) => new Result(columns, values));
  }

  get types() {
    return this.columns.map((_, index) => typeOf(this.results.map(({ values }) => values[index])));
  }

  /** Objects with the columns' names in lower case. */
  asMappedResults() {
    return this.results.map((result) => result.asMap());
  }

  iterator() {
    return { each: (callback) => void this.results.every((value) => callback({ value }) !== false) };
  }

  mapReduceInput() {
    const { types } = this;
    return { pairs: this.results.map(({ values }, index) => [String(index), JSON.stringify({ types, values })]) };
  }

  toString() {
    return 'query.ResultSet';
  }
}

class PagedData {
  #columns;
  #rows;

  constructor(columns, rows, pageSize) {
    this.#columns = columns;
    this.#rows = rows;
    this.pageSize = pageSize;
    this.count = rows.length;
    this.pageRanges = [];
    for (let index = 0; index * pageSize < rows.length; index += 1) {
      this.pageRanges.push({ index, size: Math.min(pageSize, rows.length - index * pageSize) });
    }
  }

  /** A page costs as much as a run. */
  fetch(options) {
    const index = typeof options === 'number' ? options : need(options, 'PagedData.fetch', 'index').index;
    const pageRange = this.pageRanges[index];
    if (!pageRange) fail('INVALID_PAGE_RANGE', `No page ${index}`);
    call('query.page', {});
    const start = index * this.pageSize;
    return Object.freeze({
      data: new ResultSet(this.#columns, this.#rows.slice(start, start + this.pageSize)),
      isFirst: index === 0,
      isLast: index === this.pageRanges.length - 1,
      pageRange,
      pagedData: this,
    });
  }

  iterator() {
    return {
      each: (callback) => void this.pageRanges.every(({ index }) => callback({ value: this.fetch({ index }) }) !== false),
    };
  }

  toString() {
    return 'query.PagedData';
  }
}

function bound(params) {
  for (const value of params) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      fail('SSS_INVALID_TYPE_ARG', 'runSuiteQL: params hold strings, numbers and booleans.');
    }
  }
  return params;
}

function asked(options, member) {
  const { query, params = [], ...rest } = need(typeof options === 'string' ? { query: options } : options, member, 'query');
  return { sql: query, params: bound(params), ...rest };
}

complete('N/query', 'Result', Result);
complete('N/query', 'ResultSet', ResultSet);
complete('N/query', 'PagedData', PagedData);

exports.module = moduleOf(
  'N/query',
  {
    runSuiteQL(options) {
      const { sql, params } = asked(options, 'query.runSuiteQL');
      const { columns, rows } = call('query.run', { sql, params, limit: ROWS });
      return new ResultSet(columns, rows);
    },
    runSuiteQLPaged(options) {
      const { sql, params, pageSize = 50 } = asked(options, 'query.runSuiteQLPaged');
      if (!(pageSize >= 5 && pageSize <= 1000)) fail('INVALID_PAGE_SIZE', 'pageSize is between 5 and 1000.');
      const { columns, rows } = call('query.run', { sql, params, limit: PAGED_ROWS });
      return new PagedData(columns, rows, pageSize);
    },
  },
  ['runSuiteQL', 'runSuiteQLPaged'],
);
