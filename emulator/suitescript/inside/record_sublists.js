'use strict';

/* Sublists of a record object, by line. */

const { need, refuse } = use('inside/errors');
const { Body, contentOf } = use('inside/record_body');
const { apiUsage, badLine, emptyRow, named } = use('inside/record_content');
const { toAccount } = use('inside/values');

function standard(content, method) {
  if (content.dynamic) apiUsage(`${method} is for records in standard mode; use the methods of the current line.`);
  content.write();
}

/** Lines are named by their place; ids of line instances are not documented. */
function placed(options, member, key) {
  if (options?.[key] !== undefined) refuse(`N/record Record.${member}: ${key}`);
  return options;
}

/** Whether a held value is the one that is sought, whatever the type in which it was given. */
function same(type, held, sought, field) {
  if (held === undefined) return sought === '' || sought === null || sought === undefined;
  let wanted;
  try {
    wanted = toAccount(type, sought, field);
  } catch {
    return false;
  }
  return JSON.stringify(held) === JSON.stringify(wanted) || (typeof held !== 'object' && String(held) === String(wanted));
}

class Sublists extends Body {
  getSublists() {
    const content = contentOf(this);
    return [...new Set([...Object.keys(content.meta.sublists), ...content.held()])];
  }

  getSublist(...args) {
    const { sublistId } = need(named(args, 'sublistId'), 'getSublist', 'sublistId');
    return use('inside/record_fields').sublistOf(contentOf(this), sublistId);
  }

  getLineCount(...args) {
    const content = contentOf(this);
    const { sublistId } = need(named(args, 'sublistId'), 'getLineCount', 'sublistId');
    if (!content.hasSublist(sublistId)) return -1;
    return content.data.sublists[sublistId]?.length ?? 0;
  }

  getSublistFields(...args) {
    const { sublistId } = need(named(args, 'sublistId'), 'getSublistFields', 'sublistId');
    return Object.keys(contentOf(this).sublist(sublistId).fields);
  }

  getSublistField(...args) {
    const content = contentOf(this);
    const given = named(args, 'sublistId', 'fieldId', 'line');
    const { sublistId, fieldId, line } = need(given, 'getSublistField', 'sublistId', 'fieldId', 'line');
    if (line !== content.lines(sublistId).length) content.line(sublistId, line);
    return use('inside/record_fields').fieldOf(content, fieldId, sublistId);
  }

  getSublistValue(...args) {
    const content = contentOf(this);
    const given = named(args, 'sublistId', 'fieldId', 'line');
    const { sublistId, fieldId, line } = need(given, 'getSublistValue', 'sublistId', 'fieldId', 'line');
    const row = content.line(sublistId, line);
    content.needsValue(fieldId, row);
    return content.lineValue(sublistId, row, fieldId);
  }

  setSublistValue(...args) {
    const content = contentOf(this);
    const given = named(args, 'sublistId', 'fieldId', 'line', 'value');
    const { sublistId, fieldId, line, value } = need(given, 'setSublistValue', 'sublistId', 'fieldId', 'line');
    if (value === undefined) need(given, 'setSublistValue', 'value');
    standard(content, 'setSublistValue');
    const row = content.lineToWrite(sublistId, line);
    content.setLine(sublistId, row, fieldId, toAccount(content.sublist(sublistId).fields[fieldId], value, fieldId));
    content.tell(fieldId, 'value', row);
    return this;
  }

  getSublistText(...args) {
    const content = contentOf(this);
    const given = named(args, 'sublistId', 'fieldId', 'line');
    const { sublistId, fieldId, line } = need(given, 'getSublistText', 'sublistId', 'fieldId', 'line');
    const row = content.line(sublistId, line);
    content.needsText(fieldId, row);
    return content.text(content.sublist(sublistId).fields[fieldId], row.fields[fieldId], fieldId, sublistId);
  }

  setSublistText(...args) {
    const content = contentOf(this);
    const given = named(args, 'sublistId', 'fieldId', 'line', 'text');
    const { sublistId, fieldId, line, text } = need(given, 'setSublistText', 'sublistId', 'fieldId', 'line');
    if (text === undefined) need(given, 'setSublistText', 'text');
    standard(content, 'setSublistText');
    const row = content.lineToWrite(sublistId, line);
    const type = content.sublist(sublistId).fields[fieldId];
    content.setLine(sublistId, row, fieldId, content.fromText(type, text, fieldId, sublistId));
    content.tell(fieldId, 'text', row);
    return this;
  }

  findSublistLineWithValue(...args) {
    const content = contentOf(this);
    const given = named(args, 'sublistId', 'fieldId', 'value');
    const { sublistId, fieldId, value } = need(given, 'findSublistLineWithValue', 'sublistId', 'fieldId');
    const type = content.sublist(sublistId).fields[fieldId];
    return content.lines(sublistId).findIndex((row) => same(type, content.lineHeld(sublistId, row, fieldId), value, fieldId));
  }

  /** In dynamic mode the new line is the current one, and is there once it is committed. */
  insertLine(...args) {
    const content = contentOf(this);
    const given = placed(named(args, 'sublistId', 'line'), 'insertLine', 'beforeLineInstanceId');
    const { sublistId, line } = need(given, 'insertLine', 'sublistId', 'line');
    content.write();
    const lines = content.lines(sublistId);
    if (!(line >= 0 && line <= lines.length) || content.sublist(sublistId).static) badLine();
    if (content.dynamic) content.current.set(sublistId, { index: line, row: emptyRow(), inserted: true });
    else content.addLine(sublistId, line);
    return this;
  }

  moveLine() {
    refuse('N/record Record.moveLine');
  }

  removeLine(...args) {
    const content = contentOf(this);
    const given = placed(named(args, 'sublistId', 'line'), 'removeLine', 'lineInstanceId');
    const { sublistId, line } = need(given, 'removeLine', 'sublistId', 'line');
    content.write();
    content.line(sublistId, line);
    if (content.sublist(sublistId).static) badLine();
    content.lines(sublistId).splice(line, 1);
    content.changedSublists.add(sublistId);
    content.current.delete(sublistId);
    if (!given.ignoreRecalc) content.recalculate();
    return this;
  }
}

Object.assign(exports, { Sublists, same });
