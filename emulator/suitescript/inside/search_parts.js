'use strict';

/* What a search definition is made of: columns, filters, settings. */

const { complete } = use('inside/api');
const { fail, need } = use('inside/errors');

const OPERATORS = (
  'AFTER ALLOF ANY ANYOF BEFORE BETWEEN CONTAINS DOESNOTCONTAIN DOESNOTSTARTWITH EQUALTO GREATERTHAN ' +
  'GREATERTHANOREQUALTO HASKEYWORDS IS ISEMPTY ISNOT ISNOTEMPTY LESSTHAN LESSTHANOREQUALTO NONEOF NOTAFTER NOTALLOF ' +
  'NOTBEFORE NOTBETWEEN NOTEQUALTO NOTGREATERTHAN NOTGREATERTHANOREQUALTO NOTLESSTHAN NOTLESSTHANOREQUALTO NOTON ' +
  'NOTONORAFTER NOTONORBEFORE NOTWITHIN ON ONORAFTER ONORBEFORE STARTSWITH WITHIN'
).split(' ');
const SUMMARIES = ['GROUP', 'COUNT', 'SUM', 'AVG', 'MIN', 'MAX'];
const SORTS = ['ASC', 'DESC', 'NONE'];
const SETTINGS = {
  consolidationtype: ['ACCTTYPE', 'AVERAGE', 'CURRENT', 'HISTORICAL', 'NONE'],
  includeperiodendtransactions: ['F', 'FALSE', 'T', 'TRUE'],
};

const lower = (text) => (text === undefined || text === null || text === '' ? null : String(text).toLowerCase());

function summaryOf(value, code) {
  if (value === undefined || value === null || value === '') return undefined;
  const summary = String(value).toUpperCase();
  if (!SUMMARIES.includes(summary)) {
    fail(code, `An nlobjSearchColumn contains an invalid column summary type, or is not in proper syntax: ${value}.`);
  }
  return summary;
}

class Column {
  #when;

  constructor({ name, join, summary, formula, function: applied, label, sort, when }) {
    const written = String(name);
    const dot = written.indexOf('.');
    const joined = !join && dot > 0 && !written.startsWith('formula');
    Object.defineProperty(this, 'name', { value: joined ? written.slice(dot + 1) : written, enumerable: true });
    Object.defineProperty(this, 'join', { value: joined ? written.slice(0, dot) : join || undefined, enumerable: true });
    Object.defineProperty(this, 'summary', { value: summaryOf(summary, 'SSS_INVALID_SRCH_COLUMN_SUM'), enumerable: true });
    this.formula = formula;
    this.function = applied;
    this.label = label;
    this.sort = sort;
    this.#when = when ?? undefined; // of a saved search
  }

  /** With the summary MIN or MAX: the value of the row in which another column is least or greatest. */
  setWhenOrderedBy(options, joined) {
    const given = typeof options === 'string' ? { name: options, join: joined } : options;
    const { name, join } = need(given, 'Column.setWhenOrderedBy', 'name');
    this.#when = { name: String(name), join: join || undefined };
    return this;
  }

  /** As the host reads it. */
  wire() {
    const { name, join, summary, formula, function: applied, sort } = this;
    return { name, join, summary, formula, function: applied, sort, when: this.#when };
  }

  toJSON() {
    const { name, join, summary, label, formula, function: applied, sort } = this;
    return { name, join, summary, label, type: null, formula, function: applied, sortdir: sort ?? 'NONE' };
  }

  toString() {
    return 'search.Column';
  }
}

/** Plain values of a filter: dates as the host reads them, arrays flat. */
function plain(value) {
  if (value instanceof Date) return { date: value.getTime() };
  if (Array.isArray(value)) return value.map(plain);
  return value === undefined ? null : value;
}

class Filter {
  constructor({ name, join, operator, values, formula, summary }) {
    const of = (key, value) => Object.defineProperty(this, key, { value, enumerable: true });
    of('name', String(name));
    of('join', join || undefined);
    of('operator', String(operator).toLowerCase());
    this.values = values === undefined || values === null ? [] : Array.isArray(values) ? values : [values];
    this.formula = formula;
    this.summary = summary ? String(summary).toUpperCase() : undefined;
  }

  wire() {
    const { name, join, operator, values, formula, summary } = this;
    return { name, join, operator, values: plain(values), formula, summary };
  }

  /** The filter as a term of an expression. */
  term() {
    let name = this.join ? `${this.join}.${this.name}` : this.name;
    if (this.formula) name = `${name}: ${this.formula}`;
    if (this.summary) name = `${this.summary.toLowerCase()}(${name})`;
    return [name, this.operator, ...this.values];
  }

  toJSON() {
    const { name, join, operator, values, formula, summary } = this;
    return { name, join, operator, values, formula, summary, isor: false, isnot: false, leftparens: 0, rightparens: 0 };
  }

  toString() {
    return 'search.Filter';
  }
}

class Setting {
  constructor(name, value) {
    this.name = name;
    this.value = value;
  }

  toJSON() {
    return { name: this.name, value: this.value };
  }

  toString() {
    return 'search.Setting';
  }
}

function createColumn(options) {
  const given = need(typeof options === 'string' ? { name: options } : options, 'search.createColumn', 'name');
  return new Column(given);
}

function createFilter(options) {
  const given = need(options, 'search.createFilter', 'name', 'operator');
  if (!OPERATORS.includes(String(given.operator).toUpperCase())) {
    fail('SSS_INVALID_SRCH_OPERATOR', `An nlobjSearchFilter contains an invalid operator, or is not in proper syntax: ${given.operator}.`);
  }
  if (given.summary && !SUMMARIES.includes(String(given.summary).toUpperCase())) {
    fail('INVALID_SRCH_SUMMARY_TYP', `Invalid search summary type: ${given.summary}.`);
  }
  return new Filter(given);
}

function createSetting(options) {
  const { name, value } = need(options, 'search.createSetting', 'name', 'value');
  const allowed = SETTINGS[String(name).toLowerCase()];
  if (!allowed) fail('SSS_INVALID_SRCH_SETTING', `An nlobjSearchSetting contains an invalid setting name: ${name}.`);
  if (!allowed.includes(String(value).toUpperCase())) {
    fail('SSS_INVALID_SRCH_SETTING_VALUE', `An nlobjSearchSetting contains an invalid setting value: ${value}.`);
  }
  return new Setting(String(name).toLowerCase(), value);
}

/** Any form of a column as a Column. */
function columnOf(given) {
  if (given instanceof Column) return given;
  if (typeof given === 'string') return new Column({ name: given });
  if (given === null || typeof given !== 'object' || !given.name) {
    fail('SSS_INVALID_SRCH_COLUMN', 'An nlobjSearchColumn contains an invalid column, or is not in proper syntax.');
  }
  return new Column(given);
}

const isFilter = (item) => item instanceof Filter || (item !== null && typeof item === 'object' && !Array.isArray(item) && 'name' in item);
const filterOf = (item) => (item instanceof Filter ? item : createFilter(item));

/** Filters in any form as the host reads them. */
function wireFilters(filters) {
  if (Array.isArray(filters)) return filters.map(wireFilters);
  return isFilter(filters) ? filterOf(filters).wire() : plain(filters);
}

complete('N/search', 'Column', Column);

Object.assign(exports, {
  OPERATORS, SUMMARIES, SORTS, Column, Filter, createColumn, createFilter, createSetting, columnOf, filterOf, isFilter, lower, wireFilters,
});
