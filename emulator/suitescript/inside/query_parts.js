'use strict';

/* N/query: the parts that a query is made of: components, columns, conditions, sorts, relative dates. */

const { complete } = use('inside/api');
const { fail, need } = use('inside/errors');
const { isOf } = use('inside/query_enums');

function wrong(what) {
  fail('WRONG_PARAMETER_TYPE', `Wrong parameter type: ${what}.`);
}

function asObject(options, member) {
  if (options === undefined || options === null) need({}, member, 'options');
  if (typeof options !== 'object') wrong(`${member} takes an object`);
  return options;
}

/** A date relative to now: of query.RelativeDateRange (a code), or so many units from now. */
class RelativeDate {
  #side;

  constructor(facts, side = null) {
    this.dateId = facts.dateId ?? facts.code;
    this.value = facts.value ?? null;
    this.isRange = facts.code !== undefined;
    this.interval = facts;
    this.#side = side;
    if (side === null) {
      this.start = new RelativeDate(facts, 'START');
      this.end = new RelativeDate(facts, 'END');
    }
    Object.freeze(this);
  }

  toCondition() {
    return { relative: { ...this.interval, side: this.#side } };
  }

  toJSON() {
    const { dateId, value, isRange } = this;
    return { dateId, value, isRange };
  }

  toString() {
    return 'query.RelativeDate';
  }
}

class Period {
  constructor({ code, type, adjustment }) {
    Object.assign(this, { code, type, adjustment });
    Object.freeze(this);
  }

  toCondition() {
    return { period: this.code };
  }

  toJSON() {
    const { code, type, adjustment } = this;
    return { code, type, adjustment };
  }

  toString() {
    return 'query.Period';
  }
}

function fieldOrFormula(options, member) {
  const { fieldId, formula } = options;
  if (fieldId && formula) fail('MUTUALLY_EXCLUSIVE_ARGUMENTS', `${member} takes a fieldId or a formula, not both.`);
  if (!fieldId && !formula) fail('NEITHER_ARGUMENT_DEFINED', `${member} needs a fieldId or a formula.`);
  if (options.aggregate && !isOf('Aggregate', options.aggregate)) wrong(`${member}: aggregate ${options.aggregate}`);
  if (options.type && !isOf('ReturnType', options.type)) wrong(`${member}: type ${options.type}`);
}

class Column {
  constructor(component, options) {
    const { fieldId = null, formula = null, type = null, aggregate = null, groupBy = false, label = null, alias = null } = options;
    const context = typeof options.context === 'string' ? { name: options.context, params: {} } : (options.context ?? null);
    if (context && !isOf('FieldContext', context.name)) wrong(`createColumn: context ${context.name}`);
    Object.assign(this, { fieldId, formula, type, aggregate, groupBy, label, alias, context, component });
    Object.freeze(this);
  }

  toDefinition(indexOf) {
    const { fieldId, formula, type, aggregate, groupBy, alias, context, component } = this;
    return { fieldId, formula, type, aggregate, groupBy, alias, context, component: indexOf(component) };
  }

  toJSON() {
    const { fieldId, formula, type, aggregate, groupBy, label, alias, context } = this;
    return { fieldId, formula, type, aggregate, groupBy, label, alias, context };
  }

  toString() {
    return 'query.Column';
  }
}

function valueOf(value) {
  if (value instanceof Date) return { date: value.getTime() };
  if (value instanceof RelativeDate || value instanceof Period) return value.toCondition();
  if (!['string', 'number', 'boolean'].includes(typeof value)) wrong('createCondition: values');
  return value;
}

class Condition {
  constructor(facts) {
    const { component = null, fieldId = null, formula = null, type = null, aggregate = null } = facts;
    const { operator, values = [], children = null } = facts;
    Object.assign(this, { operator, values, children: children ?? [], fieldId, formula, type, aggregate, component });
    Object.freeze(this);
  }

  toDefinition(indexOf) {
    const { operator, fieldId, formula, aggregate, component, children } = this;
    if (component === null) return { operator, children: children.map((child) => child.toDefinition(indexOf)) };
    return { operator, fieldId, formula, aggregate, component: indexOf(component), values: this.values.map(valueOf) };
  }

  toJSON() {
    const { operator, values, children, fieldId, formula, type, aggregate } = this;
    return { operator, values, children, fieldId, formula, type, aggregate };
  }

  toString() {
    return 'query.Condition';
  }
}

class Sort {
  constructor({ column, ascending = true, nullsLast, caseSensitive = false, locale = null }) {
    Object.assign(this, { column, ascending, nullsLast: nullsLast ?? ascending, caseSensitive, locale });
  }

  toJSON() {
    const { column, ascending, nullsLast, caseSensitive, locale } = this;
    return { column, ascending, nullsLast, caseSensitive, locale };
  }

  toString() {
    return 'query.Sort';
  }
}

class Component {
  #children = {};

  #list;

  constructor(list, type, facts = {}) {
    const { parent = null, fieldId = null, source = null, target = null } = facts;
    Object.assign(this, { type, parent, source, target });
    Object.defineProperty(this, 'joined', { value: { fieldId, source, target } });
    this.#list = list;
    list.push(this);
  }

  get child() {
    return { ...this.#children };
  }

  #join(options, member, ...names) {
    const facts = asObject(options, member);
    need(facts, member, ...names);
    const key = [facts.fieldId, facts.target ?? facts.source ?? ''].join('|');
    if (Object.values(this.#children).some((child) => child.key === key)) {
      fail('RELATIONSHIP_ALREADY_USED', `The relationship ${facts.fieldId} is used already.`);
    }
    const { fieldId, source = null, target = null } = facts;
    const child = new Component(this.#list, target ?? source ?? fieldId, { parent: this, fieldId, source, target });
    Object.defineProperty(child, 'key', { value: key });
    this.#children[fieldId] = child;
    return child;
  }

  autoJoin(options) {
    return this.#join(options, 'Component.autoJoin', 'fieldId');
  }

  join(options) {
    return this.#join(options, 'Component.join', 'fieldId');
  }

  joinTo(options) {
    return this.#join(options, 'Component.joinTo', 'fieldId', 'target');
  }

  joinFrom(options) {
    return this.#join(options, 'Component.joinFrom', 'fieldId', 'source');
  }

  createColumn(options) {
    const facts = asObject(options, 'Component.createColumn');
    fieldOrFormula(facts, 'Component.createColumn');
    return new Column(this, facts);
  }

  createCondition(options) {
    const facts = asObject(options, 'Component.createCondition');
    fieldOrFormula(facts, 'Component.createCondition');
    need(facts, 'Component.createCondition', 'operator');
    const { operator } = facts;
    if (!isOf('Operator', operator)) fail('INVALID_SEARCH_OPERATOR', `Invalid search operator ${operator}.`);
    const values = facts.values === undefined || facts.values === null ? [] : [facts.values].flat();
    values.forEach(valueOf);
    return new Condition({ ...facts, values, component: this });
  }

  createSort(options) {
    const facts = asObject(options, 'Component.createSort');
    need(facts, 'Component.createSort', 'column');
    if (!(facts.column instanceof Column)) wrong('createSort: column');
    if (facts.locale && !isOf('SortLocale', facts.locale)) wrong(`createSort: locale ${facts.locale}`);
    return new Sort(facts);
  }

  toDefinition(indexOf) {
    return { parent: indexOf(this.parent), ...this.joined };
  }

  toJSON() {
    const { type, source, target, child } = this;
    return { type, source, target, child };
  }

  toString() {
    return 'query.Component';
  }
}

/** query.createRelativeDate */
function createRelativeDate(options) {
  const { dateId, value } = need(asObject(options, 'query.createRelativeDate'), 'query.createRelativeDate', 'dateId', 'value');
  if (!isOf('DateId', dateId) || typeof value !== 'number') wrong('createRelativeDate');
  return new RelativeDate({ dateId, value });
}

complete('N/query', 'Component', Component);

Object.assign(exports, { Column, Component, Condition, Period, RelativeDate, Sort, createRelativeDate, wrong, asObject });
