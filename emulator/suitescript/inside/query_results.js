'use strict';

/* N/query: result sets, their rows and pages. */

const { call } = use('inside/bridge');
const { complete } = use('inside/api');
const { fail, need } = use('inside/errors');

function typeOf(values) {
  const value = values.find((item) => item !== null);
  if (typeof value === 'number') return Number.isInteger(value) ? 'INTEGER' : 'FLOAT';
  if (typeof value === 'boolean') return 'BOOLEAN';
  return value === 'T' || value === 'F' ? 'BOOLEAN' : 'STRING';
}

/** The place of an alias; two columns of one alias have none. */
function indexOf(aliases, options, member) {
  const alias = typeof options === 'string' ? options : need(options, member, 'alias').alias;
  const index = aliases.indexOf(alias);
  if (index >= 0 && aliases.indexOf(alias, index + 1) >= 0) fail('SSS_DUPLICATE_ALIAS', `Two columns have the alias ${alias}.`);
  return index;
}

/** {next, each}: `each` ends when the callback returns false. */
function iterate(list) {
  let index = 0;
  return {
    next() {
      return index < list.length ? { done: false, value: list[index++] } : { done: true, value: undefined };
    },
    each(callback) {
      while (index < list.length) if (callback({ value: list[index++] }) === false) return;
    },
    [Symbol.iterator]() {
      return this;
    },
    toString: () => 'query.Iterator',
  };
}

class Result {
  #set;

  constructor(set, values) {
    this.#set = set;
    this.values = values;
  }

  get columns() {
    return this.#set.columns;
  }

  asMap() {
    return Object.fromEntries(this.#set.aliases.map((alias, index) => [alias, this.values[index]]));
  }

  getValueForAlias(options) {
    const index = indexOf(this.#set.aliases, options, 'Result.getValueForAlias');
    if (index < 0) fail('CANNOT_DETERMINE_VALUE_FOR_ALIAS', `No column has the alias ${options.alias ?? options}.`);
    return this.values[index];
  }

  toJSON() {
    return { types: this.#set.types, values: this.values };
  }

  toString() {
    return 'query.Result';
  }
}

class ResultSet {
  #types;

  /**
   * @param {object[]} columns as the script sees them
   * @param {string[]} aliases keys of mapped results
   * @param {any[][]} rows
   * @param {string[]} types query.ReturnType, or ANY where the rows decide
   */
  constructor(columns, aliases, rows, types) {
    this.columns = columns;
    Object.defineProperty(this, 'aliases', { value: aliases });
    this.#types = types;
    this.results = rows.map((values) => new Result(this, values));
  }

  get types() {
    return this.#types.map((type, index) => (type === 'ANY' ? typeOf(this.results.map(({ values }) => values[index])) : type));
  }

  /** Objects by alias; those of SuiteQL in lower case. */
  asMappedResults() {
    return this.results.map((result) => result.asMap());
  }

  getTypeForAlias(options) {
    const index = indexOf(this.aliases, options, 'ResultSet.getTypeForAlias');
    if (index < 0) fail('CANNOT_DETERMINE_TYPE_FOR_ALIAS', `No column has the alias ${options.alias ?? options}.`);
    return this.types[index];
  }

  iterator() {
    return iterate(this.results);
  }

  mapReduceInput() {
    const { types } = this;
    return { pairs: this.results.map(({ values }, index) => [String(index), JSON.stringify({ types, values })]) };
  }

  toJSON() {
    return { columns: this.columns, types: this.types, results: this.results };
  }

  toString() {
    return 'query.ResultSet';
  }
}

class Page {
  constructor(pagedData, pageRange, data) {
    this.pagedData = pagedData;
    this.pageRange = pageRange;
    this.data = data;
    this.isFirst = pageRange.index === 0;
    this.isLast = pageRange.index === pagedData.pageRanges.length - 1;
    Object.freeze(this);
  }

  toJSON() {
    const { data, isFirst, isLast, pageRange } = this;
    return { data, isFirst, isLast, pageRange };
  }

  toString() {
    return 'query.Page';
  }
}

class PagedData {
  #set;

  constructor(set, pageSize) {
    this.#set = set;
    this.pageSize = pageSize;
    this.count = set.results.length;
    this.pageRanges = [];
    for (let index = 0; index * pageSize < this.count; index += 1) {
      this.pageRanges.push({ index, size: Math.min(pageSize, this.count - index * pageSize) });
    }
    this.fetch.promise = async (options) => this.fetch(options);
  }

  /** A page costs as much as a run. */
  fetch = (options) => {
    const index = typeof options === 'number' ? options : need(options, 'PagedData.fetch', 'index').index;
    const pageRange = this.pageRanges[index];
    if (!pageRange) fail('INVALID_PAGE_RANGE', `No page ${index}`);
    call('query.page', {});
    const { columns, aliases, types, results } = this.#set;
    const start = index * this.pageSize;
    const rows = results.slice(start, start + this.pageSize).map(({ values }) => values);
    return new Page(this, pageRange, new ResultSet(columns, aliases, rows, types));
  };

  iterator() {
    let index = 0;
    const next = () => {
      const value = index < this.pageRanges.length ? this.fetch({ index: index++ }) : undefined;
      return { done: value === undefined, value };
    };
    return {
      next,
      each(callback) {
        for (let step = next(); !step.done; step = next()) if (callback({ value: step.value }) === false) return;
      },
      [Symbol.iterator]() {
        return this;
      },
      toString: () => 'query.Iterator',
    };
  }

  toJSON() {
    const { count, pageRanges, pageSize } = this;
    return { count, pageRanges, pageSize };
  }

  toString() {
    return 'query.PagedData';
  }
}

/** Page size as runPaged takes it: 5 to 1,000, 50 where none is given. */
function pageSizeOf(options) {
  const { pageSize = 50 } = options ?? {};
  if (!(pageSize >= 5 && pageSize <= 1000)) fail('INVALID_PAGE_SIZE', 'pageSize is between 5 and 1000.');
  return pageSize;
}

complete('N/query', 'Result', Result);
complete('N/query', 'ResultSet', ResultSet);
complete('N/query', 'PagedData', PagedData);

Object.assign(exports, { ResultSet, PagedData, pageSizeOf });
