'use strict';

/*
 * Parts of a page (help topic "N/ui/serverWidget Module"): fields, buttons, tabs, field groups and sublists.
 *
 * A part is an object model, not HTML: `facts()` of a page is what leaves the realm, and the host draws it.
 */

const { call } = use('inside/bridge');
const { complete } = use('inside/api');
const { fail, need } = use('inside/errors');

const WIDGET = 'N/ui/serverWidget';

/** Types that addField takes, by their lower-case form: the documented keys are taken in either case. */
const FIELD_TYPES = new Set(
  ('CHECKBOX CURRENCY DATE DATETIME DATETIMETZ EMAIL FILE FLOAT HELP IMAGE INLINEHTML INTEGER LABEL LONGTEXT MULTISELECT ' +
    'PASSPORT PASSWORD PERCENT PHONE RADIO RICHTEXT SELECT TEXT TEXTAREA TIMEOFDAY URL').split(' '),
);

/** An id, or options with an id: getters take both. */
const byId = (options) => (typeof options === 'string' ? { id: options } : options);

function one(kind, value, known) {
  const key = String(value).toUpperCase();
  if (!known.has(key)) fail('SSS_INVALID_TYPE_ARG', `You have entered an invalid type argument: ${kind} ${String(value)}`);
  return key;
}

/** An id within a page: lower case without blanks, and not twice. */
function newId(map, id) {
  const text = String(id);
  if (!/^[a-z0-9_-]+$/.test(text)) fail('SSS_INVALID_UI_ELEMENT_ID', `${text} must be in lower case, without blanks.`);
  if (map.has(text)) fail('SSS_DUPLICATE_UI_ELEMENT_ID', `There is already an element ${text}.`);
  return text;
}

/** Puts an entry of a Map before another one. */
function moveBefore(map, id, next) {
  if (!map.has(next)) fail('SSS_INVALID_UI_ELEMENT_ID', `There is no element ${next}.`);
  const moved = map.get(id);
  const rows = [...map].filter(([key]) => key !== id);
  map.clear();
  for (const [key, value] of rows) {
    if (key === next) map.set(id, moved);
    map.set(key, value);
  }
}

/** Gives a class toString, and toJSON from its facts. */
function named(name, type) {
  type.prototype.toString = () => `serverWidget.${name}`;
  type.prototype.toJSON = function toJSON() {
    return this.facts();
  };
  return complete(WIDGET, name, type);
}

function asIds(value) {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(String);
  if (value === true) return 'T';
  if (value === false) return 'F';
  return String(value);
}

/** A moment as a page shows it in a field of this type: in the user's formats. */
function dated(type, value) {
  const kind = String(type).toLowerCase();
  return use('modules/format').module.format({ value, type: kind.startsWith('datetime') || kind === 'timeofday' ? kind : 'date' });
}

class Field {
  #options = [];
  #facts;

  constructor({ id, label = '', type, source = null, container = null, own = false }) {
    this.#facts = { source, container, own, displayType: 'NORMAL', breakType: null, layoutType: null, help: null, size: null };
    Object.assign(this, { id, label, isMandatory: false, maxLength: null, padding: 0, linkText: null, alias: id });
    Object.assign(this, { richTextHeight: null, richTextWidth: null });
    Object.defineProperty(this, 'type', { value: type, enumerable: true });
    let held = '';
    Object.defineProperty(this, 'defaultValue', {
      enumerable: true,
      get: () => held,
      set: (value) => {
        held = value instanceof Date ? dated(type, value) : asIds(value);
      },
    });
  }

  addSelectOption(options, ...rest) {
    const given = options !== null && typeof options === 'object' ? options : { value: options, text: rest[0], isSelected: rest[1] };
    const { value, text, isSelected = false } = given;
    if (value === undefined) need(given, 'Field.addSelectOption', 'value');
    if (text === undefined) need(given, 'Field.addSelectOption', 'text');
    if (this.#facts.source) fail('SSS_INVALID_UI_OBJECT_TYPE', `${this.id}: a list with a source takes no options.`);
    this.#options.push({ value: asIds(value), text: String(text ?? '') });
    if (isSelected) this.defaultValue = value;
  }

  /** The options of a list field: its own, or those of its source record type. */
  getSelectOptions(options) {
    const { filter = '', filteroperator = 'contains' } = options ?? {};
    const all = this.#facts.source ? call('form.options', { type: this.#facts.source }) : this.#options;
    const sought = String(filter ?? '').toLowerCase();
    const fits = {
      contains: (text) => text.includes(sought),
      is: (text) => text === sought,
      startswith: (text) => text.startsWith(sought),
    }[String(filteroperator).toLowerCase()];
    if (!fits) fail('SSS_INVALID_TYPE_ARG', `You have entered an invalid type argument: filteroperator ${String(filteroperator)}`);
    return all.filter(({ text }) => !sought || fits(text.toLowerCase())).map(({ value, text }) => ({ value, text }));
  }

  setHelpText(options) {
    const given = need(typeof options === 'string' ? { help: options } : options, 'Field.setHelpText', 'help');
    const { help, showInlineForAssistant = false } = given;
    if (typeof help !== 'string') fail('SSS_INVALID_TYPE_ARG', 'You have entered an invalid type argument: help');
    this.#facts.help = { text: help, inline: Boolean(showInlineForAssistant) };
    return this;
  }

  updateDisplaySize(options) {
    const { height, width } = need(options, 'Field.updateDisplaySize', 'height', 'width');
    this.#facts.size = { height: Number(height), width: Number(width) };
    return this;
  }

  updateDisplayType(options) {
    return this.#update(options, 'displayType', ['DISABLED', 'ENTRY', 'HIDDEN', 'INLINE', 'NODISPLAY', 'NORMAL', 'READONLY']);
  }

  updateBreakType(options) {
    return this.#update(options, 'breakType', ['NONE', 'STARTCOL', 'STARTROW']);
  }

  updateLayoutType(options) {
    return this.#update(options, 'layoutType', ['ENDROW', 'MIDROW', 'NORMAL', 'OUTSIDE', 'OUTSIDEABOVE', 'OUTSIDEBELOW', 'STARTROW']);
  }

  #update(options, key, known) {
    const member = `Field.update${key[0].toUpperCase()}${key.slice(1)}`;
    const given = need(typeof options === 'string' ? { [key]: options } : options, member, key);
    this.#facts[key] = one(key, given[key], new Set(known));
    return this;
  }

  /** A field that an earlier script left on the form. */
  static restore({ id, label, type, value, isMandatory, maxLength, padding, linkText, alias, options, ...facts }) {
    const field = new Field({ id, label, type });
    Object.assign(field, { isMandatory, maxLength, padding, linkText, alias, defaultValue: value });
    field.#facts = facts;
    field.#options = options;
    return field;
  }

  /** For the host: everything that was set. */
  facts() {
    const { id, label, type, defaultValue, isMandatory, maxLength, padding, linkText, alias } = this;
    const own = { id, label, type, value: defaultValue, isMandatory, maxLength, padding, linkText, alias };
    return { ...own, ...this.#facts, options: this.#options };
  }
}

class Button {
  #functionName;

  constructor({ id = null, label, functionName = null }) {
    Object.assign(this, { id, label: String(label), isDisabled: false, isHidden: false });
    this.#functionName = functionName;
  }

  static restore({ isDisabled, isHidden, ...facts }) {
    return Object.assign(new Button(facts), { isDisabled, isHidden });
  }

  facts() {
    const { id, label, isDisabled, isHidden } = this;
    return { id, label, isDisabled, isHidden, functionName: this.#functionName };
  }
}

class FieldGroup {
  #tab;

  constructor({ id, label, tab = null }) {
    Object.assign(this, { id, label, isBorderHidden: false, isCollapsed: false, isCollapsible: false, isSingleColumn: false });
    this.#tab = tab;
  }

  static restore({ tab, ...facts }) {
    return Object.assign(new FieldGroup({ tab }), facts);
  }

  facts() {
    return { ...this, tab: this.#tab };
  }
}

class Tab {
  #parent;

  constructor({ id, label, tab = null }) {
    Object.assign(this, { id, label: String(label), helpText: '' });
    this.#parent = tab;
  }

  static restore({ tab, ...facts }) {
    return Object.assign(new Tab({ tab }), facts);
  }

  facts() {
    return { ...this, tab: this.#parent };
  }
}

const SUBLIST_TYPES = new Set(['EDITOR', 'INLINEEDITOR', 'LIST', 'STATICLIST']);

class Sublist {
  #fields = new Map();
  #buttons = [];
  #lines = [];
  #facts;

  constructor({ id, label = '', type, tab = null, lines = [], columns = [] }) {
    this.#facts = { id, tab, type: type ? one('type', type, SUBLIST_TYPES) : null, uniqueField: null, totallingField: null };
    Object.assign(this, { name: id, label, helpText: '', displayType: 'NORMAL' });
    for (const column of columns) this.#fields.set(column.id, new Field({ ...column, own: true }));
    this.#lines = lines;
  }

  get lineCount() {
    return this.#lines.length;
  }

  addButton(options) {
    const { id, label, functionName } = need(options, 'Sublist.addButton', 'id', 'label');
    return this.#button(new Button({ id, label, functionName }));
  }

  addMarkAllButtons() {
    this.#button(new Button({ id: 'markall', label: 'Mark All' }));
    return this.#button(new Button({ id: 'unmarkall', label: 'Unmark All' }));
  }

  addRefreshButton() {
    return this.#button(new Button({ id: 'refresh', label: 'Refresh' }));
  }

  #button(button) {
    this.#buttons.push(button);
    return button;
  }

  addField(options) {
    const { id, label, type, source, container } = need(options, 'Sublist.addField', 'id', 'label', 'type');
    const field = new Field({ id: newId(this.#fields, id), label, type: one('type', type, FIELD_TYPES).toLowerCase(), source, container });
    this.#fields.set(field.id, field);
    return field;
  }

  getField(options) {
    return this.#fields.get(need(byId(options), 'Sublist.getField', 'id').id) ?? null;
  }

  insertField(options) {
    const { field, nextfield, isBefore = true } = need(options, 'Sublist.insertField', 'field', 'nextfield');
    moveBefore(this.#fields, field.id, nextfield);
    if (!isBefore) moveBefore(this.#fields, nextfield, field.id);
  }

  getSublistValue(options) {
    const { id, line } = need(options, 'Sublist.getSublistValue', 'id', 'line');
    return this.#lines[line]?.[id] ?? null;
  }

  /** Values are text, and the sublist grows to the line. */
  setSublistValue(options) {
    const { id, line, value } = need(options, 'Sublist.setSublistValue', 'id', 'line');
    if (value === undefined || value === null) need(options, 'Sublist.setSublistValue', 'value');
    if (!Number.isInteger(Number(line)) || line < 0) fail('SSS_INVALID_TYPE_ARG', 'You have entered an invalid type argument: line');
    if (!this.#fields.has(id)) fail('SSS_INVALID_UI_ELEMENT_ID', `The sublist ${this.name} has no field ${id}.`);
    while (this.#lines.length <= line) this.#lines.push({});
    this.#lines[line][id] = asIds(value);
    return this.#lines[line][id];
  }

  updateTotallingFieldId(options) {
    this.#facts.totallingField = need(byId(options), 'Sublist.updateTotallingFieldId', 'id').id;
    return this;
  }

  updateUniqueFieldId(options) {
    this.#facts.uniqueField = need(byId(options), 'Sublist.updateUniqueFieldId', 'id').id;
    return this;
  }

  static restore({ label, helpText, displayType, fields, buttons, lines, ...facts }) {
    const sublist = Object.assign(new Sublist({ id: facts.id, label, type: facts.type, tab: facts.tab, lines }), { helpText, displayType });
    sublist.#facts = facts;
    for (const field of fields) sublist.#fields.set(field.id, Field.restore(field));
    sublist.#buttons = buttons.map(Button.restore);
    return sublist;
  }

  facts() {
    const { label, helpText, displayType } = this;
    return {
      ...this.#facts, label, helpText, displayType,
      fields: [...this.#fields.values()].map((field) => field.facts()),
      buttons: this.#buttons.map((button) => button.facts()),
      lines: this.#lines,
    };
  }
}

const types = { Field, Button, FieldGroup, Tab, Sublist };
for (const [name, type] of Object.entries(types)) named(name, type);

Object.assign(exports, { ...types, FIELD_TYPES, byId, moveBefore, named, newId, one });
