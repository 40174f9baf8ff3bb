'use strict';

/*
 * Record objects (help topic "N/record Module").
 *
 * Body fields, lines and subrecords live here between load and save: getValue and setValue cost no
 * call. `data` is the account's own form of the record (emulator/ports.py, RecordData).
 */

const { call } = use('inside/bridge');
const { complete } = use('inside/api');
const { SuiteScriptError, fail, need } = use('inside/errors');
const { metaOf } = use('inside/metas');
const { toAccount, toScript } = use('inside/values');

const NO_SUBLIST = { fields: {}, subrecords: {} };

function apiUsage(message) {
  fail('SSS_INVALID_API_USAGE', `Invalid API usage. ${message}`);
}

function badLine() {
  fail(
    'SSS_INVALID_SUBLIST_OPERATION',
    'You have attempted an invalid sublist or line item operation. You are either trying to access a field on a ' +
      'non-existent line or you are trying to add or remove lines from a static sublist.',
  );
}

/** Options of a member that also takes its field id (and value) by position. */
function byPosition(options, key, rest) {
  return typeof options === 'string' ? { fieldId: options, [key]: rest } : options;
}

class Record {
  #data;
  #meta;
  #dynamic;
  #readOnly;
  #owner; // the record that a subrecord belongs to
  #bound; // newRecord or oldRecord: the platform saves it, not the script
  #changed = false;
  #told = new Map(); // fields set in this object: 'value' or 'text'
  #current = new Map(); // dynamic mode: sublist to the selected line
  #emptyIsNull;

  constructor(data, options) {
    this.#data = data;
    data.fields ??= {};
    data.sublists ??= {};
    data.subrecords ??= {};
    this.#meta = options.meta;
    this.#dynamic = options.dynamic ?? false;
    this.#readOnly = options.readOnly ?? false;
    this.#owner = options.owner ?? null;
    this.#bound = options.bound ?? false;
    this.#emptyIsNull = options.emptyIsNull ?? false;
  }

  // ---- what it is

  get id() {
    return this.#data.id ?? null;
  }

  get type() {
    return this.#meta.type ?? this.#data.type;
  }

  get isDynamic() {
    return this.#dynamic;
  }

  get isNew() {
    return this.id === null;
  }

  get isReadOnly() {
    return this.#readOnly;
  }

  toJSON() {
    const { id, type, isDynamic } = this;
    const { fields, sublists } = this.#data;
    return { id: id === null ? undefined : String(id), type, isDynamic, fields, sublists };
  }

  toString() {
    return 'record.Record';
  }

  /** For the platform: the data when a beforeSubmit has changed it. */
  changedData() {
    return this.#changed ? this.#data : null;
  }

  #write() {
    if (this.#readOnly) apiUsage('The record is read-only.');
    this.#changed = true;
    this.#owner?.touch();
  }

  /** For subrecords: their record has changed with them. */
  touch() {
    this.#changed = true;
    this.#owner?.touch();
  }

  #shown(type, value) {
    if (this.#emptyIsNull && (value === undefined || value === null) && type !== 'boolean') return null;
    return toScript(type, value);
  }

  // ---- body fields

  getFields() {
    return Object.keys(this.#data.fields);
  }

  getValue(options) {
    const { fieldId } = need(byPosition(options), 'getValue', 'fieldId');
    if (!this.#dynamic && this.#told.get(fieldId) === 'text') {
      apiUsage('You must use getText to return the value set with setText.');
    }
    const { fields, id } = this.#data;
    if (fieldId === 'id') return id === null || id === undefined ? '' : String(id);
    const type = this.#meta.fields[fieldId];
    if (type === undefined && !(fieldId in fields)) return undefined;
    return this.#shown(type, fields[fieldId]);
  }

  setValue(options, plain) {
    const given = byPosition(options, 'value', plain);
    const { fieldId, value } = need(given, 'setValue', 'fieldId');
    if (value === undefined) need(given, 'setValue', 'value');
    this.#write();
    this.#store(this.#data.fields, fieldId, toAccount(this.#meta.fields[fieldId], value, fieldId));
    this.#told.set(fieldId, 'value');
    return this;
  }

  #store(fields, fieldId, held) {
    if (held === undefined) delete fields[fieldId];
    else fields[fieldId] = held;
  }

  getText(options) {
    const { fieldId } = need(byPosition(options), 'getText', 'fieldId');
    if (!this.#dynamic && this.#told.get(fieldId) === 'value') {
      apiUsage('You must use getValue to return the value set with setValue.');
    }
    return this.#text(this.#meta.fields[fieldId], this.#data.fields[fieldId], fieldId);
  }

  setText(options, plain) {
    const given = byPosition(options, 'text', plain);
    const { fieldId, text } = need(given, 'setText', 'fieldId');
    if (text === undefined) need(given, 'setText', 'text');
    this.#write();
    this.#store(this.#data.fields, fieldId, this.#fromText(this.#meta.fields[fieldId], text, fieldId));
    this.#told.set(fieldId, 'text');
    return this;
  }

  #text(type, held, field, sublist) {
    if (held === undefined || held === null) return type === 'multiselect' ? [] : '';
    if (type === 'boolean') return held ? 'T' : 'F';
    return call('record.text', { type: this.type, field, value: held, sublist });
  }

  #fromText(type, text, field, sublist) {
    if (text === '' || text === null) return undefined;
    if (type === 'boolean') return toAccount(type, text === 'T' ? true : text === 'F' ? false : text, field);
    return call('record.value', { type: this.type, field, text, sublist });
  }

  getField(options) {
    const { fieldId } = need(options, 'getField', 'fieldId');
    const type = this.#meta.fields[fieldId];
    return type === undefined ? null : new Field(fieldId, type);
  }

  // ---- sublists, standard mode

  getSublists() {
    return Object.keys(this.#meta.sublists);
  }

  #sublistMeta(sublistId) {
    const meta = this.#meta.sublists[sublistId];
    if (!meta && !this.#data.sublists[sublistId]) badLine();
    return meta ?? NO_SUBLIST;
  }

  #lines(sublistId) {
    this.#sublistMeta(sublistId);
    return (this.#data.sublists[sublistId] ??= []);
  }

  #line(sublistId, line) {
    return this.#lines(sublistId)[line] ?? badLine();
  }

  #standard(method) {
    if (this.#dynamic) apiUsage(`${method} is for records in standard mode; use the methods of the current line.`);
    this.#write();
  }

  getLineCount(options) {
    const { sublistId } = need(options, 'getLineCount', 'sublistId');
    if (!this.#meta.sublists[sublistId] && !this.#data.sublists[sublistId]) return -1;
    return this.#data.sublists[sublistId]?.length ?? 0;
  }

  getSublistFields(options) {
    const { sublistId } = need(options, 'getSublistFields', 'sublistId');
    return Object.keys(this.#sublistMeta(sublistId).fields);
  }

  getSublistField(options) {
    const { sublistId, fieldId } = need(options, 'getSublistField', 'sublistId', 'fieldId', 'line');
    const type = this.#sublistMeta(sublistId).fields[fieldId];
    return type === undefined ? null : new Field(fieldId, type, sublistId);
  }

  getSublistValue(options) {
    const { sublistId, fieldId, line } = need(options, 'getSublistValue', 'sublistId', 'fieldId', 'line');
    const row = this.#line(sublistId, line);
    if (!this.#dynamic && row.texts?.has(fieldId)) {
      apiUsage('You must use getSublistText to return the value set with setSublistText.');
    }
    return this.#lineValue(sublistId, row, fieldId);
  }

  #lineValue(sublistId, row, fieldId) {
    const type = this.#sublistMeta(sublistId).fields[fieldId];
    if (fieldId === 'line' && row.fields.line === undefined) return row.line ? String(row.line) : '';
    if (type === undefined && !(fieldId in row.fields)) return undefined;
    return this.#shown(type, row.fields[fieldId]);
  }

  setSublistValue(options) {
    const { sublistId, fieldId, line, value } = need(options, 'setSublistValue', 'sublistId', 'fieldId', 'line');
    if (value === undefined) need(options, 'setSublistValue', 'value');
    this.#standard('setSublistValue');
    const row = this.#rowToWrite(sublistId, line);
    row.texts?.delete(fieldId);
    this.#store(row.fields, fieldId, toAccount(this.#sublistMeta(sublistId).fields[fieldId], value, fieldId));
    return this;
  }

  /** The line after the last one comes into being when it is written to. */
  #rowToWrite(sublistId, line) {
    const lines = this.#lines(sublistId);
    if (line === lines.length) lines.push({ line: null, fields: {}, subrecords: {} });
    return lines[line] ?? badLine();
  }

  getSublistText(options) {
    const { sublistId, fieldId, line } = need(options, 'getSublistText', 'sublistId', 'fieldId', 'line');
    const row = this.#line(sublistId, line);
    return this.#text(this.#sublistMeta(sublistId).fields[fieldId], row.fields[fieldId], fieldId, sublistId);
  }

  setSublistText(options) {
    const { sublistId, fieldId, line, text } = need(options, 'setSublistText', 'sublistId', 'fieldId', 'line');
    if (text === undefined) need(options, 'setSublistText', 'text');
    this.#standard('setSublistText');
    const row = this.#rowToWrite(sublistId, line);
    const type = this.#sublistMeta(sublistId).fields[fieldId];
    this.#store(row.fields, fieldId, this.#fromText(type, text, fieldId, sublistId));
    if (!row.texts) Object.defineProperty(row, 'texts', { value: new Set(), enumerable: false });
    row.texts.add(fieldId);
    return this;
  }

  findSublistLineWithValue(options) {
    const { sublistId, fieldId, value } = need(options, 'findSublistLineWithValue', 'sublistId', 'fieldId');
    const type = this.#sublistMeta(sublistId).fields[fieldId];
    const sought = JSON.stringify(toAccount(type, value ?? '', fieldId));
    return this.#lines(sublistId).findIndex((row) => JSON.stringify(row.fields[fieldId]) === sought);
  }

  insertLine(options) {
    const { sublistId, line } = need(options, 'insertLine', 'sublistId', 'line');
    this.#standard('insertLine');
    const lines = this.#lines(sublistId);
    if (!(line >= 0 && line <= lines.length)) badLine();
    lines.splice(line, 0, { line: null, fields: {}, subrecords: {} });
    return this;
  }

  removeLine(options) {
    const { sublistId, line } = need(options, 'removeLine', 'sublistId', 'line');
    this.#write();
    this.#line(sublistId, line);
    this.#lines(sublistId).splice(line, 1);
    return this;
  }

  // ---- the current line, dynamic mode

  #dynamicOnly(method) {
    if (!this.#dynamic) apiUsage(`${method} is for records in dynamic mode.`);
  }

  #selected(sublistId) {
    return this.#current.get(sublistId) ?? badLine();
  }

  selectLine(options) {
    const { sublistId, line } = need(options, 'selectLine', 'sublistId', 'line');
    this.#dynamicOnly('selectLine');
    const row = this.#line(sublistId, line);
    this.#current.set(sublistId, { index: line, row: structured(row) });
    return this;
  }

  selectNewLine(options) {
    const { sublistId } = need(options, 'selectNewLine', 'sublistId');
    this.#dynamicOnly('selectNewLine');
    const index = this.#lines(sublistId).length;
    this.#current.set(sublistId, { index, row: { line: null, fields: {}, subrecords: {} } });
    return this;
  }

  cancelLine(options) {
    const { sublistId } = need(options, 'cancelLine', 'sublistId');
    this.#dynamicOnly('cancelLine');
    this.#current.delete(sublistId);
    return this;
  }

  commitLine(options) {
    const { sublistId } = need(options, 'commitLine', 'sublistId');
    this.#dynamicOnly('commitLine');
    this.#write();
    const { index, row } = this.#selected(sublistId);
    this.#lines(sublistId)[index] = row;
    this.#current.delete(sublistId);
    return this;
  }

  getCurrentSublistIndex(options) {
    const { sublistId } = need(options, 'getCurrentSublistIndex', 'sublistId');
    this.#sublistMeta(sublistId);
    return this.#current.get(sublistId)?.index ?? -1;
  }

  getCurrentSublistValue(options) {
    const { sublistId, fieldId } = need(options, 'getCurrentSublistValue', 'sublistId', 'fieldId');
    this.#dynamicOnly('getCurrentSublistValue');
    return this.#lineValue(sublistId, this.#selected(sublistId).row, fieldId);
  }

  setCurrentSublistValue(options) {
    const { sublistId, fieldId, value } = need(options, 'setCurrentSublistValue', 'sublistId', 'fieldId');
    if (value === undefined) need(options, 'setCurrentSublistValue', 'value');
    this.#dynamicOnly('setCurrentSublistValue');
    this.#write();
    if (!this.#current.has(sublistId)) this.selectNewLine({ sublistId });
    const { row } = this.#selected(sublistId);
    this.#store(row.fields, fieldId, toAccount(this.#sublistMeta(sublistId).fields[fieldId], value, fieldId));
    return this;
  }

  getCurrentSublistText(options) {
    const { sublistId, fieldId } = need(options, 'getCurrentSublistText', 'sublistId', 'fieldId');
    this.#dynamicOnly('getCurrentSublistText');
    const { row } = this.#selected(sublistId);
    return this.#text(this.#sublistMeta(sublistId).fields[fieldId], row.fields[fieldId], fieldId, sublistId);
  }

  setCurrentSublistText(options) {
    const { sublistId, fieldId, text } = need(options, 'setCurrentSublistText', 'sublistId', 'fieldId', 'text');
    this.#dynamicOnly('setCurrentSublistText');
    this.#write();
    const { row } = this.#selected(sublistId);
    const type = this.#sublistMeta(sublistId).fields[fieldId];
    this.#store(row.fields, fieldId, this.#fromText(type, text, fieldId, sublistId));
    return this;
  }

  // ---- subrecords

  #sub(holder, kinds, fieldId) {
    const kind = kinds[fieldId];
    if (kind === undefined) fail('FIELD_1_IS_NOT_A_SUBRECORD_FIELD', `Field ${fieldId} is not a subrecord field.`);
    if (!holder[fieldId]) {
      if (this.#readOnly) return null;
      holder[fieldId] = { fields: {}, sublists: {} };
      this.touch();
    }
    return new Record(holder[fieldId], {
      meta: metaOf(kind),
      dynamic: this.#dynamic,
      readOnly: this.#readOnly,
      owner: this,
      bound: true,
      emptyIsNull: this.#emptyIsNull,
    });
  }

  hasSubrecord(options) {
    const { fieldId } = need(options, 'hasSubrecord', 'fieldId');
    return Boolean(this.#data.subrecords[fieldId]);
  }

  getSubrecord(options) {
    const { fieldId } = need(options, 'getSubrecord', 'fieldId');
    return this.#sub(this.#data.subrecords, this.#meta.subrecords, fieldId);
  }

  removeSubrecord(options) {
    const { fieldId } = need(options, 'removeSubrecord', 'fieldId');
    this.#write();
    delete this.#data.subrecords[fieldId];
    return this;
  }

  hasSublistSubrecord(options) {
    const { sublistId, fieldId, line } = need(options, 'hasSublistSubrecord', 'sublistId', 'fieldId', 'line');
    return Boolean(this.#line(sublistId, line).subrecords?.[fieldId]);
  }

  getSublistSubrecord(options) {
    const { sublistId, fieldId, line } = need(options, 'getSublistSubrecord', 'sublistId', 'fieldId', 'line');
    const row = this.#line(sublistId, line);
    return this.#sub((row.subrecords ??= {}), this.#sublistMeta(sublistId).subrecords ?? {}, fieldId);
  }

  removeSublistSubrecord(options) {
    const { sublistId, fieldId, line } = need(options, 'removeSublistSubrecord', 'sublistId', 'fieldId', 'line');
    this.#write();
    delete this.#line(sublistId, line).subrecords?.[fieldId];
    return this;
  }

  hasCurrentSublistSubrecord(options) {
    const { sublistId, fieldId } = need(options, 'hasCurrentSublistSubrecord', 'sublistId', 'fieldId');
    return Boolean(this.#selected(sublistId).row.subrecords?.[fieldId]);
  }

  getCurrentSublistSubrecord(options) {
    const { sublistId, fieldId } = need(options, 'getCurrentSublistSubrecord', 'sublistId', 'fieldId');
    this.#dynamicOnly('getCurrentSublistSubrecord');
    const { row } = this.#selected(sublistId);
    return this.#sub((row.subrecords ??= {}), this.#sublistMeta(sublistId).subrecords ?? {}, fieldId);
  }

  removeCurrentSublistSubrecord(options) {
    const { sublistId, fieldId } = need(options, 'removeCurrentSublistSubrecord', 'sublistId', 'fieldId');
    this.#dynamicOnly('removeCurrentSublistSubrecord');
    this.#write();
    delete this.#selected(sublistId).row.subrecords?.[fieldId];
    return this;
  }

  // ---- saving

  /** Returns the internal id. Sourcing is off by default in standard mode, always on in dynamic mode. */
  save(options) {
    if (this.#bound) apiUsage(this.#owner ? 'A subrecord is saved with its record.' : 'The record is being saved by the platform.');
    const { enableSourcing = false, ignoreMandatoryFields = false } = options ?? {};
    if (typeof enableSourcing !== 'boolean' || typeof ignoreMandatoryFields !== 'boolean') {
      throw new SuiteScriptError('SSS_INVALID_TYPE_ARG', 'save: enableSourcing and ignoreMandatoryFields are booleans.');
    }
    return call('record.save', {
      draft: this.#data,
      sourcing: this.#dynamic || enableSourcing,
      ignoreMandatory: ignoreMandatoryFields,
    });
  }
}

const structured = (row) => JSON.parse(JSON.stringify(row));

class Field {
  constructor(id, type, sublistId = null) {
    Object.assign(this, { id, type: type === 'boolean' ? 'checkbox' : type, sublistId });
  }

  toJSON() {
    return { id: this.id, type: this.type };
  }

  toString() {
    return 'record.Field';
  }
}

complete('N/record', 'Record', Record);
complete('N/record', 'Field', Field);

/** A record object over data of the account. */
exports.open = function open(data, options = {}) {
  return new Record(data, { ...options, meta: metaOf(data.type) });
};
