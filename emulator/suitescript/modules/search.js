'use strict';

/* N/search. */

const { lazily, moduleOf, enumOf, complete } = use('inside/api');
const { call } = use('inside/bridge');
const { fail, need, refuse } = use('inside/errors');
const { state } = use('inside/state');
const {
  OPERATORS, SUMMARIES, SORTS, Filter, createColumn, createFilter, createSetting, columnOf, filterOf, isFilter, wireFilters,
} = use('inside/search_parts');
const { PagedData, Result, ResultSet, choices, promised } = use('inside/search_results');

const listed = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]);
const isTerm = (item) =>
  Array.isArray(item) && typeof item[0] === 'string' && typeof item[1] === 'string' && !/^(and|or|not)$/i.test(item[0]);

/** Filters that AND joins, from an expression that has nothing else. */
function flat(expression) {
  const terms = isTerm(expression) ? [expression] : expression;
  return terms
    .filter((item) => !(typeof item === 'string' && /^and$/i.test(item)))
    .map((item) => {
      if (isFilter(item)) return filterOf(item);
      if (!isTerm(item)) return refuse('N/search Search.filters of an expression with OR, NOT or groups (use filterExpression)');
      const [name, operator, ...values] = item;
      const dot = name.indexOf('.');
      const joined = dot > 0 && !/[:(]/.test(name);
      const named = joined ? { name: name.slice(dot + 1), join: name.slice(0, dot) } : { name };
      return new Filter({ ...named, operator, values: values.flat() });
    });
}

class Search {
  #filters; // filters, or a filter expression
  #columns;

  constructor({ type, filters, columns, title, id, isPublic, packageId, settings, searchId }) {
    Object.defineProperty(this, 'searchType', { value: String(type), enumerable: true });
    this.searchId = searchId;
    this.title = title;
    this.id = id;
    this.isPublic = isPublic ?? false;
    this.packageId = packageId;
    this.settings = listed(settings).map((one) => (typeof one === 'string' ? one : createSetting(one)));
    this.#filters = isTerm(filters) ? [filters] : listed(filters);
    this.columns = columns;
    promised(this, 'runPaged', 'save');
  }

  get columns() {
    return this.#columns;
  }

  set columns(columns) {
    this.#columns = listed(columns).map(columnOf);
  }

  /** An array that may be added to in place. */
  get filters() {
    if (!this.#filters.every((item) => item instanceof Filter)) this.#filters = flat(this.#filters);
    return this.#filters;
  }

  set filters(filters) {
    this.#filters = isTerm(filters) ? [filters] : listed(filters);
  }

  get filterExpression() {
    if (!this.#filters.some(isFilter)) return this.#filters;
    return this.#filters.flatMap((item, index) => [...(index ? ['AND'] : []), isFilter(item) ? filterOf(item).term() : item]);
  }

  set filterExpression(expression) {
    this.filters = expression;
  }

  /** As the host reads it. */
  #wire() {
    this.columns = this.#columns; // what was pushed as text
    return { type: this.searchType, filters: wireFilters(this.#filters), columns: this.#columns.map((column) => column.wire()) };
  }

  run() {
    const definition = this.#wire();
    return new ResultSet(definition, this.#columns);
  }

  runPaged(options = {}) {
    const { pageSize = 50 } = options ?? {};
    if (!(pageSize >= 5 && pageSize <= 1000)) fail('SSS_INVALID_PAGE_SIZE', 'The page size is between 5 and 1000.');
    const definition = this.#wire();
    return new PagedData(this, definition, this.#columns, pageSize);
  }

  /** The internal id of the saved search. */
  save() {
    if (!this.title) fail('SSS_MISSING_REQD_ARGUMENT', 'Search.save: Missing a required argument: title');
    const { title, id, isPublic, settings, searchId } = this;
    const definition = this.#wire();
    const columns = this.#columns.map((column) => ({ ...column.wire(), label: column.label }));
    const saved = call('search.save', { search: { ...definition, columns, title, id, isPublic, settings, searchId } });
    this.searchId = saved.searchId;
    this.id = saved.id;
    return saved.searchId;
  }

  mapReduceInput() {
    return { search: this.#wire() };
  }

  toJSON() {
    const { searchType, searchId, title, id, isPublic } = this;
    return { type: searchType, id, searchId, title, isPublic, filters: this.filterExpression, columns: this.#columns };
  }

  toString() {
    return 'search.Search';
  }
}

complete('N/search', 'Search', Search);

// Of these search.Type has one value for all; a search names one of them.
const FAMILIES = new Set(['customrecord', 'customsale', 'customtransaction', 'custompurchase']);

/** Refuses a type that there is not; one that NetSuite searches and the emulator does not, by name. */
function checked(type) {
  try {
    call('search.check', { type });
  } catch (error) {
    const name = type.toLowerCase();
    if (Object.values(use('data/search_types').searchTypes).includes(name) && !FAMILIES.has(name)) refuse(`the search type ${name}`);
    throw error;
  }
}

function create(options) {
  const { type, filters, filterExpression, ...rest } = need(options, 'search.create', 'type');
  checked(String(type));
  return new Search({ ...rest, type, filters: filters ?? filterExpression });
}

function load(options) {
  const given = typeof options === 'string' || typeof options === 'number' ? { id: options } : options;
  const { id } = need(given, 'search.load', 'id');
  return new Search(call('search.load', { id: String(id) }));
}

function lookedUp(type, id, columns) {
  try {
    return call('search.lookup', { type, id, columns });
  } catch (error) {
    checked(type);
    throw error;
  }
}

/** Values by column as asked: text, booleans, and lists of {value, text} for selects. */
function lookupFields(options) {
  const { type, id, columns } = need(options, 'search.lookupFields', 'type', 'id', 'columns');
  const names = listed(columns).map((column) => (typeof column === 'string' ? column : column.name));
  const { kinds, rows } = lookedUp(String(type), String(id), names);
  if (!rows.length) return {};
  const [, , values, texts] = rows[0];
  const scalar = state.request.account.switches.search_lookup_scalar_id;
  return Object.fromEntries(
    names.map((name, index) => {
      const kind = kinds[index];
      if ((kind !== 'select' && kind !== 'multiselect') || (scalar && name === 'internalid')) return [name, values[index]];
      return [name, choices(kind, values[index], texts[index])];
    }),
  );
}

const GLOBAL = ['name', 'type', 'info1', 'info2'];

/** Results of a search by keywords; null where there are none. */
function everywhere(options) {
  const given = typeof options === 'string' ? { keywords: options } : options;
  const { keywords } = need(given, 'search.global', 'keywords');
  const columns = GLOBAL.map(columnOf);
  const kinds = GLOBAL.map(() => 'text');
  const rows = call('search.global', { keywords: String(keywords) });
  return rows.length ? rows.map(([type, id, ...values]) => new Result(columns, kinds, [type, id, values, values.map(() => null)])) : null;
}

/** Records that have one of the values, or one of those of a record; null where there are none. */
function duplicates(options) {
  const { type, fields, id } = need(options, 'search.duplicates', 'type');
  const rows = call('search.duplicates', { type: String(type), fields: fields ?? {}, id: id ?? null });
  return rows.length ? rows.map(([record, number]) => new Result([], [], [record, number, [], []])) : null;
}

exports.module = moduleOf(
  'N/search',
  {
    Type: lazily(() => Object.freeze(use('data/search_types').searchTypes)),
    Operator: lazily(() => enumOf(OPERATORS, (key) => key.toLowerCase())),
    Summary: lazily(() => enumOf(SUMMARIES)),
    Sort: lazily(() => enumOf(SORTS)),
    create,
    load,
    lookupFields,
    global: everywhere,
    duplicates,
    createColumn,
    createFilter,
    createSetting,
    delete(options) {
      const given = typeof options === 'string' || typeof options === 'number' ? { id: options } : options;
      const { id } = need(given, 'search.delete', 'id');
      call('search.delete', { id: String(id) });
    },
  },
  ['create', 'load', 'lookupFields', 'delete', 'global', 'duplicates'],
);
