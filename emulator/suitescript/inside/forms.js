'use strict';

/*
 * Forms (help topic "serverWidget.Form"): those that a Suitelet makes, and the form of a record that
 * beforeLoad is given, which has the record's own fields and sublists on it.
 */

const { fail, need } = use('inside/errors');
const { metaOf } = use('inside/metas');
const { Button, FIELD_TYPES, Field, FieldGroup, Sublist, Tab, byId, moveBefore, named, newId, one } = use('inside/widgets');
const { Message } = use('inside/messages');

const MAIN = 'main';
/** Field types of the catalogue as a form names them. */
const SHOWN = { boolean: 'checkbox', decimal: 'float', datetime: 'datetimetz', textarea: 'textarea' };

const list = (map) => [...map.values()].map((part) => part.facts());

class Form {
  #fields = new Map();
  #groups = new Map();
  #buttons = new Map();
  #sublists = new Map();
  #tabs = new Map();
  #subtabs = new Map();
  #links = [];
  #messages = [];
  #removed = [];
  #record = null; // the record's own metadata on the form of a record
  #hideNavBar;

  constructor({ title = '', hideNavBar = false }, record = null) {
    Object.assign(this, { title, clientScriptFileId: null, clientScriptModulePath: null });
    this.#hideNavBar = Boolean(hideNavBar);
    if (record) this.#record = { meta: metaOf(record.type), record };
  }

  /** Goes on where another script's beforeLoad left the same form. */
  continueFrom(facts) {
    if (!facts) return;
    const { title, clientScriptFileId, clientScriptModulePath, links, messages, removedButtons } = facts;
    Object.assign(this, { title, clientScriptFileId, clientScriptModulePath });
    for (const field of facts.fields) {
      this.#fields.set(field.type === 'radio' ? `${field.id}|${field.source}` : field.id, Field.restore(field));
    }
    for (const group of facts.groups) this.#keep(this.#groups, FieldGroup.restore(group));
    for (const button of facts.buttons) this.#keep(this.#buttons, Button.restore(button));
    for (const sublist of facts.sublists) this.#keep(this.#sublists, Sublist.restore(sublist));
    for (const tab of facts.tabs) this.#keep(this.#tabs, Tab.restore(tab));
    for (const tab of facts.subtabs) this.#keep(this.#subtabs, Tab.restore(tab));
    this.#links = links;
    this.#messages = messages;
    this.#removed = removedButtons;
  }

  // ---- fields

  addField(options) {
    const { id, label, type, source, container } = need(options, 'Form.addField', 'id', 'label', 'type');
    return this.#field({ id, label, type: one('type', type, FIELD_TYPES).toLowerCase(), source, container });
  }

  #field({ id, container, ...facts }) {
    // The fields of one group of radio buttons share their id and differ in their source.
    const key = facts.type === 'radio' ? `${id}|${facts.source}` : newId(this.#fields, id);
    if (container && !this.#groups.has(container) && !this.#tabs.has(container) && !this.#subtabs.has(container) && !this.#record) {
      fail('SSS_INVALID_UI_ELEMENT_ID', `There is no tab or field group ${container}.`);
    }
    const field = new Field({ id, container, ...facts });
    this.#fields.set(key, field);
    return field;
  }

  addCredentialField(options) {
    const { id, label, container } = need(options, 'Form.addCredentialField', 'id', 'label', 'restrictToDomains', 'restrictToScriptIds');
    return this.#field({ id, label, type: 'password', container });
  }

  addSecretKeyField(options) {
    const { id, label, container } = need(options, 'Form.addSecretKeyField', 'id', 'label');
    return this.#field({ id, label, type: 'password', container });
  }

  /** A field that was added or that the record has; null where there is none. */
  getField(options) {
    const { id } = need(byId(options), 'Form.getField', 'id');
    const held = this.#fields.get(id) ?? [...this.#fields.values()].find((field) => field.id === id);
    if (held || !this.#record) return held ?? null;
    const type = this.#record.meta.fields[id];
    if (type === undefined) return null;
    const field = new Field({ id, type: SHOWN[type] ?? type, label: id, own: true });
    field.defaultValue = this.#record.record.getValue({ fieldId: id });
    this.#fields.set(id, field);
    return field;
  }

  insertField(options) {
    const { field, nextfield } = need(options, 'Form.insertField', 'field', 'nextfield');
    this.getField({ id: nextfield });
    moveBefore(this.#fields, field.id, nextfield);
    return field;
  }

  addFieldGroup(options) {
    const { id, label, tab } = need(options, 'Form.addFieldGroup', 'id', 'label');
    return this.#keep(this.#groups, new FieldGroup({ id: newId(this.#groups, id), label, tab }));
  }

  updateDefaultValues(options) {
    const given = options?.values ?? options;
    if (given === null || typeof given !== 'object') need(options, 'Form.updateDefaultValues', 'values');
    for (const [id, value] of Object.entries(given)) {
      const field = this.getField({ id });
      if (field) field.defaultValue = value;
    }
  }

  // ---- buttons

  addButton(options) {
    const { id, label, functionName } = need(options, 'Form.addButton', 'label');
    const key = id === undefined || id === null ? `custpage_button${this.#buttons.size + 1}` : id;
    return this.#keep(this.#buttons, new Button({ id: newId(this.#buttons, key), label, functionName }));
  }

  addSubmitButton(options) {
    const { label = 'Save' } = (typeof options === 'string' ? { label: options } : options) ?? {};
    return this.#keep(this.#buttons, new Button({ id: 'submitter', label }));
  }

  addResetButton(options) {
    const { label = 'Reset' } = (typeof options === 'string' ? { label: options } : options) ?? {};
    return this.#keep(this.#buttons, new Button({ id: 'resetter', label }));
  }

  /** A button that was added; of a record's form also one that the page itself has. */
  getButton(options) {
    const { id } = need(byId(options), 'Form.getButton', 'id');
    const held = this.#buttons.get(id);
    if (held || !this.#record || this.#removed.includes(id)) return held ?? null;
    return this.#keep(this.#buttons, new Button({ id, label: id }));
  }

  removeButton(options) {
    const { id } = need(byId(options), 'Form.removeButton', 'id');
    this.#buttons.delete(id);
    this.#removed.push(id);
  }

  // ---- sublists and tabs

  addSublist(options) {
    const { id, label, type, tab } = need(options, 'Form.addSublist', 'id', 'label', 'type');
    return this.#keep(this.#sublists, new Sublist({ id: newId(this.#sublists, id), label, type, tab }));
  }

  getSublist(options) {
    const { id } = need(byId(options), 'Form.getSublist', 'id');
    const held = this.#sublists.get(id);
    if (held || !this.#record) return held ?? null;
    const meta = this.#record.meta.sublists[id];
    if (!meta) return null;
    const columns = Object.entries(meta.fields).map(([fieldId, type]) => ({ id: fieldId, type: SHOWN[type] ?? type, label: fieldId }));
    return this.#keep(this.#sublists, new Sublist({ id, label: id, columns, lines: this.#lines(id, columns) }));
  }

  #lines(sublistId, columns) {
    const { record } = this.#record;
    const count = Math.max(0, record.getLineCount({ sublistId }));
    return Array.from({ length: count }, (_, line) =>
      Object.fromEntries(
        columns
          .map(({ id }) => [id, record.getSublistValue({ sublistId, fieldId: id, line })])
          .filter(([, value]) => value !== undefined && value !== '')
          .map(([id, value]) => [id, value === true ? 'T' : value === false ? 'F' : String(value)]),
      ),
    );
  }

  insertSublist(options) {
    const { sublist, nextsublist } = need(options, 'Form.insertSublist', 'sublist', 'nextsublist');
    this.getSublist({ id: nextsublist });
    moveBefore(this.#sublists, sublist.name, nextsublist);
    return sublist;
  }

  addTab(options) {
    const { id, label } = need(options, 'Form.addTab', 'id', 'label');
    return this.#keep(this.#tabs, new Tab({ id: newId(this.#tabs, id), label }));
  }

  addSubtab(options) {
    const { id, label, tab } = need(options, 'Form.addSubtab', 'id', 'label');
    return this.#keep(this.#subtabs, new Tab({ id: newId(this.#subtabs, id), label, tab }));
  }

  getTab(options) {
    return this.#tabs.get(need(byId(options), 'Form.getTab', 'id').id) ?? null;
  }

  getSubtab(options) {
    return this.#subtabs.get(need(byId(options), 'Form.getSubtab', 'id').id) ?? null;
  }

  getTabs() {
    return [...(this.#record ? [MAIN] : []), ...this.#tabs.keys()];
  }

  insertTab(options) {
    const { tab, nexttab } = need(options, 'Form.insertTab', 'tab', 'nexttab');
    moveBefore(this.#tabs, tab.id, nexttab);
    return tab;
  }

  insertSubtab(options) {
    const { subtab, nextsub, nextsubtab = nextsub } = need(options, 'Form.insertSubtab', 'subtab');
    if (!nextsubtab) need(options, 'Form.insertSubtab', 'nextsub');
    moveBefore(this.#subtabs, subtab.id, nextsubtab);
    return subtab;
  }

  // ---- the page around it

  addPageLink(options) {
    const { title, type, url } = need(options, 'Form.addPageLink', 'type', 'title', 'url');
    this.#links.push({ title, type: one('type', type, new Set(['BREADCRUMB', 'CROSSLINK'])), url });
  }

  addPageInitMessage(options) {
    if (options === null || typeof options !== 'object') fail('WRONG_PARAMETER_TYPE', 'addPageInitMessage: options is not an object.');
    const message = options.message instanceof Message ? options.message : new Message(options);
    this.#messages.push(message.facts());
  }

  #keep(map, part) {
    map.set(part.id ?? part.name, part);
    return part;
  }

  /** For the host: the whole page. */
  facts() {
    const { title, clientScriptFileId, clientScriptModulePath } = this;
    return {
      kind: 'form', title, hideNavBar: this.#hideNavBar, clientScriptFileId, clientScriptModulePath,
      fields: list(this.#fields), groups: list(this.#groups), buttons: list(this.#buttons), sublists: list(this.#sublists),
      tabs: list(this.#tabs), subtabs: list(this.#subtabs), links: this.#links, messages: this.#messages,
      removedButtons: this.#removed,
    };
  }
}

named('Form', Form);
Object.assign(exports, { Form });
