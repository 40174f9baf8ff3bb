'use strict';

/*
 * What a record object holds between load and save, and the rules that all its members share.
 *
 * Body fields, lines and subrecords live here: getValue and setValue cost no call. `data` is the
 * account's own form of the record (emulator/ports.py, RecordData).
 */

const { call } = use('inside/bridge');
const { fail } = use('inside/errors');
const { counted, toAccount, toScript } = use('inside/values');

const NO_SUBLIST = { fields: {}, subrecords: {} };
const DATES = { date: 'date', datetime: 'datetime', timeofday: 'timeofday' };
const NUMBERS = { integer: 'integer', decimal: 'float', float: 'float', percent: 'percent', currency: 'currency', rate: 'rate' };

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

/** What follows from the lines as long as no script sets it. */
const FOLLOWS = 'payment';

/** Options as an object; scripts also give them by position, in the order of `names`, and places of lines as text. */
function named(args, ...names) {
  const [first] = args;
  const given =
    first !== null && typeof first === 'object' ? first : Object.fromEntries(names.map((name, index) => [name, args[index]]));
  return typeof given.line === 'string' ? { ...given, line: counted(given.line) } : given;
}

const format = () => use('modules/format').module;

const { parse, stringify } = JSON;
const copied = (held) => parse(stringify(held));

const emptyRow = () => ({ line: null, fields: {}, subrecords: {} });

// What scripts ask before they open the inventory detail of a line: whether it may have one, must have one, has one.
const DETAIL = ['inventorydetailavail', 'inventorydetailreq', 'inventorydetailset'];

// Sublists whose lines are rows of a transaction, in the order of their keys.
const KEYED = ['item', 'expense', 'inventory', 'line'];

class Content {
  changed = false;
  current = new Map(); // dynamic mode: sublist to {index, row, inserted}
  changedSublists = new Set();
  #told = new Map(); // fields set in this object: 'value' or 'text'
  #toldLines = new WeakMap(); // the same by line

  /**
   * @param {object} data RecordData
   * @param {object} options
   * @param {object} options.meta what the record type looks like
   * @param {boolean} [options.dynamic]
   * @param {boolean} [options.readOnly]
   * @param {Content} [options.owner] the record that a subrecord belongs to
   * @param {boolean} [options.bound] newRecord or oldRecord: the platform saves it, not the script
   * @param {boolean} [options.emptyIsNull] empty fields read as null, as on oldRecord
   * @param {'load' | 'copy' | 'make'} [options.from] make: created or transformed, nothing of it is stored
   * @param {boolean} [options.partial] the data holds only the fields that were written (xedit)
   * @param {boolean} [options.lent] the account has the lists, too: those that a script looks at become the record's
   *   own, and it gives back no others. Not of transactions, whose lines are computed together
   */
  constructor(data, options) {
    this.data = data;
    this.meta = options.meta;
    data.fields ??= {};
    data.sublists ??= {};
    data.subrecords ??= {};
    if (options.lent && this.meta.kind !== 'transaction') data.sublists = Object.create(data.sublists);
    this.dynamic = options.dynamic ?? false;
    this.readOnly = options.readOnly ?? false;
    this.owner = options.owner ?? null;
    this.bound = options.bound ?? false;
    this.emptyIsNull = options.emptyIsNull ?? false;
    this.partial = options.partial ?? false;
    this.from = options.from ?? (options.owner || this.id !== null ? 'load' : 'make');
  }

  get id() {
    return this.data.id ?? null;
  }

  get type() {
    return this.meta.type ?? this.data.type;
  }

  write() {
    if (this.readOnly) apiUsage('The record is read-only.');
    this.touch();
  }

  /** A subrecord changes its record with it. */
  touch() {
    this.changed = true;
    this.owner?.touch();
  }

  // ---- values

  shown(type, value) {
    if (this.emptyIsNull && (value === undefined || value === null) && type !== 'boolean') return null;
    return toScript(type, value);
  }

  store(fields, fieldId, held) {
    if (held === undefined) delete fields[fieldId];
    else fields[fieldId] = held;
  }

  /** The text of a held value, a list of texts for a multi-select. */
  text(type, held, field, sublist) {
    const empty = held === undefined || held === null;
    if (type === 'multiselect') return empty ? [] : held.map((one) => this.#option(one, field, sublist));
    if (empty) return type === 'boolean' || type === 'radio' ? 'F' : '';
    if (type === 'boolean' || type === 'radio') return held ? 'T' : 'F';
    if (type in DATES) return format().format({ value: toScript(type, held), type: DATES[type] });
    if (type in NUMBERS) return format().format({ value: held, type: NUMBERS[type] });
    return type === 'select' ? this.#option(held, field, sublist) : String(held);
  }

  #option(value, field, sublist) {
    return call('record.text', { type: this.type, field, value, sublist });
  }

  fromText(type, text, field, sublist) {
    if (text === '' || text === null) return undefined;
    if (field === 'state' && this.type === 'address') return call('record.state', { country: this.data.fields.country ?? null, text });
    if (type === 'multiselect') {
      const texts = Array.isArray(text) ? text : [text];
      return texts.length ? texts.map((one) => call('record.value', { type: this.type, field, text: one, sublist })) : undefined;
    }
    if (type === 'boolean' || type === 'radio') return toAccount(type, text === 'T' ? true : text === 'F' ? false : text, field);
    if (type in DATES) return toAccount(type, format().parse({ value: text, type: DATES[type] }), field);
    if (type in NUMBERS) return toAccount(type, format().parse({ value: text, type: NUMBERS[type] }), field);
    return type === 'select' ? call('record.value', { type: this.type, field, text, sublist }) : toAccount(type, text, field);
  }

  // ---- value against text (help topic "Record.getText(options)")

  tell(fieldId, how, row) {
    if (!row) this.#told.set(fieldId, how);
    else if (this.#toldLines.has(row)) this.#toldLines.get(row).set(fieldId, how);
    else this.#toldLines.set(row, new Map([[fieldId, how]]));
  }

  #how(fieldId, row) {
    return row ? this.#toldLines.get(row)?.get(fieldId) : this.#told.get(fieldId);
  }

  /** In standard mode what was set as text has no value yet. */
  needsValue(fieldId, row) {
    if (this.dynamic || this.#how(fieldId, row) !== 'text') return;
    const [get, set] = row ? ['getSublistText', 'setSublistText'] : ['getText', 'setText'];
    apiUsage(`You must use ${get} to return the value set with ${set}.`);
  }

  /**
   * In standard mode only texts that were set, or stored, can be read. The help topics name a copy
   * among the new ones for lines, and among the stored ones for body fields.
   */
  needsText(fieldId, row) {
    if (this.dynamic) return;
    const how = this.#how(fieldId, row);
    if (how === 'text') return;
    const [get, set] = row ? ['getSublistValue', 'setSublistValue'] : ['getValue', 'setValue'];
    const fresh = this.from === 'make' || (row !== undefined && this.from === 'copy');
    if (how === 'value' || fresh) apiUsage(`You must use ${get} to return the value set with ${set}.`);
  }

  // ---- lines

  hasSublist(sublistId) {
    return sublistId in this.meta.sublists || sublistId in this.data.sublists;
  }

  sublist(sublistId) {
    if (!this.hasSublist(sublistId)) badLine();
    return this.meta.sublists[sublistId] ?? NO_SUBLIST;
  }

  /** The ids of the lists that the record has, those of the account first. */
  held() {
    const { sublists } = this.data;
    return [...new Set([Object.getPrototypeOf(sublists), sublists].flatMap(Object.keys))];
  }

  lines(sublistId) {
    this.sublist(sublistId);
    const { sublists } = this.data;
    if (!Object.hasOwn(sublists, sublistId)) sublists[sublistId] = copied(sublists[sublistId] ?? []);
    return sublists[sublistId];
  }

  line(sublistId, line) {
    return this.lines(sublistId)[line] ?? badLine();
  }

  /** The line after the last one comes into being when it is written to. */
  lineToWrite(sublistId, line) {
    const lines = this.lines(sublistId);
    if (line === lines.length) this.addLine(sublistId, line);
    return lines[line] ?? badLine();
  }

  addLine(sublistId, index) {
    if (this.sublist(sublistId).static) badLine();
    this.lines(sublistId).splice(index, 0, emptyRow());
    this.changedSublists.add(sublistId);
  }

  /**
   * What a line shows beside its fields: its number and its key (emulator/suiteql/lines.py), which are those of the
   * saved line, and its inventory detail as T or F; undefined for other fields.
   */
  #besides(sublistId, row, fieldId) {
    const asked = DETAIL.indexOf(fieldId);
    if (asked >= 0 && this.sublist(sublistId).subrecords?.inventorydetail) return this.#detail(row, asked) ? 'T' : 'F';
    if (fieldId === 'line' && row.fields.line === undefined) return row.line ? String(row.line) : '';
    if (fieldId !== 'lineuniquekey' || !KEYED.includes(sublistId)) return undefined;
    return row.line && this.id !== null ? String(this.id * 10_000 + KEYED.indexOf(sublistId) * 2_000 + row.line) : '';
  }

  #detail(row, asked) {
    const { item } = row.fields;
    if (asked === 2) return Boolean(row.subrecords?.inventorydetail?.sublists.inventoryassignment?.length);
    return item !== undefined && call('record.detail', { type: this.type, item })[asked];
  }

  lineHeld(sublistId, row, fieldId) {
    return this.#besides(sublistId, row, fieldId) ?? row.fields[fieldId];
  }

  lineValue(sublistId, row, fieldId) {
    const type = this.sublist(sublistId).fields[fieldId];
    const own = this.#besides(sublistId, row, fieldId);
    if (own !== undefined) return own;
    if (type === undefined && !(fieldId in row.fields)) return undefined;
    return this.shown(type, row.fields[fieldId]);
  }

  setLine(sublistId, row, fieldId, held) {
    this.store(row.fields, fieldId, held);
    this.changedSublists.add(sublistId);
  }

  selected(sublistId) {
    return this.current.get(sublistId) ?? badLine();
  }

  // ---- dynamic mode: what follows from a change is there at once

  #sources(sublistId, fieldId, options) {
    if (!this.dynamic || this.owner || options?.ignoreFieldChange) return false;
    return this.meta.sources?.[sublistId ?? '']?.includes(fieldId) ?? false;
  }

  sourceBody(fieldId, options) {
    if (this.#sources(null, fieldId, options)) this.#take(call('record.source', { draft: this.data, field: fieldId }));
  }

  /** As if each field that has a value had just been set, in the order in which they source each other. */
  sourceAll() {
    const { sources } = this.meta;
    for (const field of sources?.[''] ?? []) if (field in this.data.fields) this.sourceBody(field);
  }

  /** Sources what follows from a value that was set; one that is refused is not kept. */
  #follow(holder, fieldId, before, source) {
    try {
      source();
    } catch (error) {
      this.store(holder, fieldId, before);
      throw error;
    }
  }

  /** Sets a body field, and what follows from it. */
  putBody(fieldId, held, options) {
    const before = this.data.fields[fieldId];
    this.store(this.data.fields, fieldId, held);
    this.#follow(this.data.fields, fieldId, before, () => this.sourceBody(fieldId, options));
  }

  /** Sets a field of the current line, and what follows from it. */
  putLine(sublistId, row, fieldId, held, options) {
    const before = row.fields[fieldId];
    this.setLine(sublistId, row, fieldId, held);
    this.#follow(row.fields, fieldId, before, () => this.sourceLine(sublistId, row, fieldId, options));
  }

  sourceLine(sublistId, row, fieldId, options) {
    if (!this.#sources(sublistId, fieldId, options)) return;
    const draft = { ...this.data, sublists: {} };
    this.#take(call('record.source', { draft, sublist: sublistId, line: row, field: fieldId }), row);
  }

  /** Checks a line that is about to be committed. */
  checkLine(sublistId, row) {
    if (this.owner || !this.meta.sources) return;
    this.#take(call('record.source', { draft: { ...this.data, sublists: {} }, sublist: sublistId, line: row }), row);
  }

  /** The totals, after lines have changed. */
  recalculate() {
    if (!this.dynamic || this.owner || !this.meta.sources) return;
    if (this.from === 'make' && !this.#told.has(FOLLOWS)) delete this.data.fields[FOLLOWS];
    this.#take(call('record.source', { draft: this.data }));
  }

  #take({ fields, subrecords, sublists, line }, row) {
    for (const [name, value] of Object.entries(fields)) this.store(this.data.fields, name, value ?? undefined);
    Object.assign(this.data.sublists, sublists);
    for (const [name, value] of Object.entries(subrecords)) this.store(this.data.subrecords, name, value ?? undefined);
    for (const [name, value] of Object.entries(line)) this.store(row.fields, name, value ?? undefined);
  }
}

Object.assign(exports, { Content, apiUsage, badLine, copied, named, emptyRow });
