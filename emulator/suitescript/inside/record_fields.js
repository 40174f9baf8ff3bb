'use strict';

/* Field, Sublist and Column objects: what a script may ask about a record's form. */

const { call } = use('inside/bridge');
const { complete } = use('inside/api');
const { fail, need, refuse } = use('inside/errors');
const { badLine } = use('inside/record_content');

/** The types of the catalogue that NetSuite names otherwise. */
const TYPES = { boolean: 'checkbox', datetime: 'datetimetz', decimal: 'float', other: 'text' };
const OPERATORS = {
  contains: (text, filter) => text.includes(filter),
  is: (text, filter) => text === filter,
  startswith: (text, filter) => text.startsWith(filter),
};
const MOST_OPTIONS = 1000;

/** What fields and columns have in common; what only the account knows is asked for when it is read. */
class Described {
  #record;
  #facts = null;

  constructor(record, id, type, sublistId) {
    this.#record = record;
    for (const [name, value] of Object.entries({ id, type: TYPES[type] ?? type, sublistId })) {
      Object.defineProperty(this, name, { value, enumerable: true });
    }
  }

  ask(op) {
    return call(op, { type: this.#record, field: this.id, sublist: this.sublistId });
  }

  fact(name) {
    this.#facts ??= this.ask('record.field');
    return this.#facts[name];
  }

  get label() {
    return this.fact('label') ?? refuse(`the label of the field ${this.id} of ${this.#record}`);
  }

  get isMandatory() {
    return this.fact('mandatory');
  }

  get isDisabled() {
    return this.fact('readOnly');
  }

  get isDisplay() {
    return true;
  }

  toJSON() {
    return { id: this.id, label: this.fact('label') ?? '', type: this.type };
  }
}

class Field extends Described {
  get isReadOnly() {
    return this.fact('readOnly');
  }

  get isVisible() {
    return true;
  }

  get isPopup() {
    return false;
  }

  /** The first 1,000 options; none at all where there are more, as NetSuite does. */
  getSelectOptions(options) {
    const { filter, operator = 'contains' } = options ?? {};
    if (this.type !== 'select' && this.type !== 'multiselect') {
      fail('SSS_METHOD_IS_ONLY_ALLOWED_FOR_SELECT_FIELD', `getSelectOptions is only allowed for a select field, not for ${this.id}.`);
    }
    const fits = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : null;
    if (!fits) fail('SSS_INVALID_GETSELECTOPTION_FILTER_OPERATOR', `Invalid operator of getSelectOptions: ${operator}`);
    const all = this.ask('record.options');
    const wanted = filter ? all.filter(({ text }) => fits(text.toLowerCase(), String(filter).toLowerCase())) : all;
    return wanted.length > MOST_OPTIONS ? [] : wanted;
  }

  insertSelectOption() {
    fail('SSS_INVALID_UI_OBJECT_TYPE', 'Options can only be added to fields that a script has added to a form.');
  }

  removeSelectOption() {
    fail('SSS_INVALID_UI_OBJECT_TYPE', 'Options can only be removed from fields that a script has added to a form.');
  }

  toString() {
    return 'record.Field';
  }
}

class Column extends Described {
  get isSortable() {
    return false;
  }

  toString() {
    return 'record.Column';
  }
}

class Sublist {
  #content;

  constructor(content, id) {
    this.#content = content;
    Object.defineProperty(this, 'id', { value: id, enumerable: true });
  }

  get type() {
    return this.#content.sublist(this.id).static ? 'list' : 'inlineeditor';
  }

  get isChanged() {
    return this.#content.changedSublists.has(this.id);
  }

  get isHidden() {
    return false;
  }

  get isMultilineEditable() {
    return false;
  }

  get name() {
    return refuse(`the name of the sublist ${this.id} of ${this.#content.type}`);
  }

  get isDisplay() {
    return true;
  }

  getColumn(options) {
    const { fieldId } = need(options, 'getColumn', 'fieldId');
    const type = this.#content.sublist(this.id).fields[fieldId];
    return type === undefined ? null : new Column(this.#content.type, fieldId, type, this.id);
  }

  toJSON() {
    const { id, type, isChanged, isDisplay } = this;
    return { id, type, isChanged, isDisplay };
  }

  toString() {
    return 'record.Sublist';
  }
}

complete('N/record', 'Field', Field);
complete('N/record', 'Sublist', Sublist);

const plainField = (content, id, type, sublistId = null) => new Field(content.type, id, type, sublistId);

/** The field of the record, or of its sublist; null where there is none. */
function fieldOf(content, fieldId, sublistId = null) {
  const { fields } = sublistId === null ? content.meta : content.sublist(sublistId);
  return fields[fieldId] === undefined ? null : plainField(content, fieldId, fields[fieldId], sublistId);
}

function sublistOf(content, sublistId) {
  if (!content.hasSublist(sublistId)) badLine();
  return new Sublist(content, sublistId);
}

Object.assign(exports, { fieldOf, plainField, sublistOf });
