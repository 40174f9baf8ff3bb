'use strict';

/* N/query: SuiteQL and queries built from objects. */

const { call } = use('inside/bridge');
const { lazily, moduleOf, complete } = use('inside/api');
const { fail, need, refuse } = use('inside/errors');
const { enumNamed, isOf } = use('inside/query_enums');
const { Component, Column, Condition, Period, RelativeDate, Sort, createRelativeDate, wrong, asObject } = use('inside/query_parts');
const { ResultSet, PagedData, pageSizeOf } = use('inside/query_results');

const ROWS = 5000; // of an unpaged run
const PAGED_ROWS = 100000;

function bound(params) {
  if (!Array.isArray(params)) fail('SSS_INVALID_TYPE_ARG', 'runSuiteQL: params is a list.');
  for (const value of params) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      fail('SSS_INVALID_TYPE_ARG', 'runSuiteQL: params hold strings, numbers and booleans.');
    }
  }
  return params;
}

function asked(options, member) {
  const { query, params, ...rest } = need(typeof options === 'string' ? { query: options } : options, member, 'query');
  if (typeof query !== 'string') fail('SSS_INVALID_TYPE_ARG', `${member}: query is a string.`);
  return { sql: query, params: bound(params ?? []), ...rest };
}

/** A SuiteQL result's columns, as far as a column without a component goes. */
function plainColumns(names, types) {
  return names.map((alias, index) => Object.freeze({ fieldId: null, formula: null, type: types[index], alias, label: alias }));
}

function runSql(sql, params, limit) {
  const { columns, rows, types } = call('query.run', { sql, params, limit });
  return new ResultSet(plainColumns(columns, types), columns, rows, types);
}

/** Functions with a `promise` form, of one object. */
function promised(object, ...names) {
  for (const name of names) object[name].promise = async (...args) => object[name](...args);
}

class SuiteQL {
  constructor(query, params, columns, type) {
    Object.assign(this, { query, params, columns, type });
    promised(this, 'run', 'runPaged');
    Object.freeze(this);
  }

  run = () => runSql(this.query, this.params, ROWS);

  runPaged = (options) => new PagedData(runSql(this.query, this.params, PAGED_ROWS), pageSizeOf(options));

  mapReduceInput() {
    return { suiteql: this.query, params: this.params };
  }

  toJSON() {
    const { query, params, type } = this;
    return { query, params, type };
  }

  toString() {
    return 'query.SuiteQL';
  }
}

function listed(value, kind, member) {
  if (!Array.isArray(value) || !value.every((item) => item instanceof kind)) wrong(member);
  return value;
}

class Query {
  #components = [];

  #columns = [];

  #sort = [];

  #condition = null;

  constructor({ type, columns, condition, sort }) {
    this.type = type;
    Object.defineProperty(this, 'root', { value: new Component(this.#components, type), enumerable: true });
    this.id = null;
    this.name = null;
    if (columns) this.columns = columns;
    if (condition) this.condition = condition;
    if (sort) this.sort = sort;
    promised(this, 'run', 'runPaged');
  }

  get child() {
    return this.root.child;
  }

  get columns() {
    return this.#columns;
  }

  set columns(value) {
    this.#columns = listed(value, Column, 'Query.columns');
  }

  get sort() {
    return this.#sort;
  }

  set sort(value) {
    this.#sort = listed(value, Sort, 'Query.sort');
  }

  get condition() {
    return this.#condition;
  }

  set condition(value) {
    if (value !== null && value !== undefined && !(value instanceof Condition)) wrong('Query.condition');
    this.#condition = value ?? null;
  }

  autoJoin(options) {
    return this.root.autoJoin(options);
  }

  join(options) {
    return this.root.join(options);
  }

  joinTo(options) {
    return this.root.joinTo(options);
  }

  joinFrom(options) {
    return this.root.joinFrom(options);
  }

  createColumn(options) {
    return this.root.createColumn(options);
  }

  createCondition(options) {
    return this.root.createCondition(options);
  }

  createSort(options) {
    return this.root.createSort(options);
  }

  and(...conditions) {
    return new Condition({ operator: 'AND', children: listed(conditions.flat(), Condition, 'Query.and') });
  }

  or(...conditions) {
    return new Condition({ operator: 'OR', children: listed(conditions.flat(), Condition, 'Query.or') });
  }

  not(condition) {
    return new Condition({ operator: 'NOT', children: listed([condition], Condition, 'Query.not') });
  }

  #built() {
    const indexOf = (component) => this.#components.indexOf(component);
    return call('query.build', {
      type: this.type,
      components: this.#components.slice(1).map((component) => component.toDefinition(indexOf)),
      columns: this.#columns.map((column) => column.toDefinition(indexOf)),
      condition: this.#condition && this.#condition.toDefinition(indexOf),
      sort: this.#sort.map(({ column, ascending, nullsLast, caseSensitive }) => {
        const index = this.#columns.indexOf(column);
        if (index < 0) fail('SSS_SEARCH_ERROR_OCCURRED', 'A query is sorted by its own columns only.');
        return { column: index, ascending, nullsLast, caseSensitive };
      }),
    });
  }

  #run(limit) {
    const { sql, params, types } = this.#built();
    const { rows } = call('query.run', { sql, params, limit });
    // Checkboxes are true and false here, T and F in SuiteQL (help topic "Query.run()").
    const asBoolean = types.map((type) => type === 'BOOLEAN');
    const values = rows.map((row) => row.map((value, index) => (asBoolean[index] && value !== null ? value === 'T' : value)));
    const aliases = this.#columns.map(({ alias, fieldId }) => alias ?? fieldId ?? '');
    return new ResultSet(this.#columns, aliases, values, types);
  }

  run = () => this.#run(ROWS);

  runPaged = (options) => new PagedData(this.#run(PAGED_ROWS), pageSizeOf(options));

  toSuiteQL() {
    const { sql, params } = this.#built();
    return new SuiteQL(sql, params, [...this.#columns], this.type);
  }

  mapReduceInput() {
    return this.#run(PAGED_ROWS).mapReduceInput();
  }

  toJSON() {
    const { type, columns, condition, sort, root } = this;
    return { type, columns, condition, sort, root };
  }

  toString() {
    return 'query.Query';
  }
}

complete('N/query', 'Query', Query);
complete('N/query', 'SuiteQL', SuiteQL);

function period(options) {
  const { code, type = 'START', adjustment = 'ALL' } = need(asObject(options, 'query.createPeriod'), 'query.createPeriod', 'code');
  if (!isOf('PeriodCode', code)) fail('INVALID_PERIOD_CODE', `Invalid period code ${code}.`);
  if (!isOf('PeriodType', type)) fail('INVALID_PERIOD_TYPE', `Invalid period type ${type}.`);
  if (!isOf('PeriodAdjustment', adjustment)) {
    fail('INVALID_PERIOD_ADJUSTMENT', `Invalid period adjustment ${adjustment}.`);
  }
  return new Period({ code, type, adjustment });
}

/** An enum of the module, made when a script first reads it. */
const named = (name) => lazily(() => enumNamed(name));

function ranges() {
  const entries = Object.entries(enumNamed('RANGES')).map(([name, code]) => [name, new RelativeDate({ code })]);
  return Object.freeze(Object.fromEntries(entries));
}

exports.module = moduleOf(
  'N/query',
  {
    Aggregate: named('Aggregate'),
    DateId: named('DateId'),
    FieldContext: named('FieldContext'),
    Operator: named('Operator'),
    PeriodAdjustment: named('PeriodAdjustment'),
    PeriodCode: named('PeriodCode'),
    PeriodType: named('PeriodType'),
    RelativeDateRange: lazily(ranges),
    ReturnType: named('ReturnType'),
    SortLocale: named('SortLocale'),
    Type: named('Type'),
    create(options) {
      const facts = need(asObject(options, 'query.create'), 'query.create', 'type');
      if (typeof facts.type !== 'string') wrong('query.create: type');
      const made = new Query(facts);
      call('query.check', { type: facts.type });
      return made;
    },
    load(options) {
      need(asObject(options, 'query.load'), 'query.load', 'id');
      call('query.saved', { member: 'query.load' });
      return refuse(`N/query.load: the account has no saved query ${options.id}`);
    },
    delete(options) {
      need(asObject(options, 'query.delete'), 'query.delete', 'id');
      call('query.saved', { member: 'query.delete' });
      return fail('UNABLE_TO_DELETE_QUERY', `The account has no saved query ${options.id}.`);
    },
    listTables(options) {
      need(asObject(options, 'query.listTables'), 'query.listTables', 'workbookId');
      call('query.saved', { member: 'query.listTables' });
      return refuse(`N/query.listTables: the account has no workbook ${options.workbookId}`);
    },
    createPeriod: period,
    createRelativeDate,
    runSuiteQL(options) {
      const { sql, params } = asked(options, 'query.runSuiteQL');
      return runSql(sql, params, ROWS);
    },
    runSuiteQLPaged(options) {
      const { sql, params, pageSize } = asked(options, 'query.runSuiteQLPaged');
      const size = pageSizeOf({ pageSize });
      return new PagedData(runSql(sql, params, PAGED_ROWS), size);
    },
  },
  ['runSuiteQL', 'runSuiteQLPaged', 'load', 'delete', 'listTables'],
);
