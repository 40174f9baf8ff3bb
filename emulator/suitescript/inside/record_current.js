'use strict';

/* The current line of a sublist, in dynamic mode. */

const { need } = use('inside/errors');
const { contentOf } = use('inside/record_body');
const { apiUsage, badLine, copied, emptyRow, named } = use('inside/record_content');
const { Sublists } = use('inside/record_sublists');
const { toAccount } = use('inside/values');

function dynamic(record, method) {
  const content = contentOf(record);
  if (!content.dynamic) apiUsage(`${method} is for records in dynamic mode.`);
  return content;
}

/** The line to write to: without a selection that is a new one. */
function toWrite(record, content, sublistId) {
  content.write();
  if (!content.current.has(sublistId)) record.selectNewLine({ sublistId });
  return content.selected(sublistId).row;
}

class CurrentLine extends Sublists {
  selectLine(...args) {
    const content = dynamic(this, 'selectLine');
    const { sublistId, line } = need(named(args, 'sublistId', 'line'), 'selectLine', 'sublistId', 'line');
    if (line === content.lines(sublistId).length) return this.selectNewLine({ sublistId });
    content.current.set(sublistId, { index: line, row: copied(content.line(sublistId, line)), inserted: false });
    return this;
  }

  selectNewLine(...args) {
    const content = dynamic(this, 'selectNewLine');
    const { sublistId } = need(named(args, 'sublistId'), 'selectNewLine', 'sublistId');
    if (content.sublist(sublistId).static) badLine();
    content.current.set(sublistId, { index: content.lines(sublistId).length, row: emptyRow(), inserted: true });
    return this;
  }

  cancelLine(...args) {
    const content = dynamic(this, 'cancelLine');
    const { sublistId } = need(named(args, 'sublistId'), 'cancelLine', 'sublistId');
    content.sublist(sublistId);
    content.current.delete(sublistId);
    return this;
  }

  commitLine(...args) {
    const content = dynamic(this, 'commitLine');
    const given = named(args, 'sublistId');
    const { sublistId } = need(given, 'commitLine', 'sublistId');
    content.write();
    const { index, row, inserted } = content.selected(sublistId);
    content.checkLine(sublistId, row);
    content.lines(sublistId).splice(index, inserted ? 0 : 1, row);
    content.changedSublists.add(sublistId);
    content.current.delete(sublistId);
    if (!given.ignoreRecalc) content.recalculate();
    return this;
  }

  getCurrentSublistIndex(...args) {
    const content = contentOf(this);
    const { sublistId } = need(named(args, 'sublistId'), 'getCurrentSublistIndex', 'sublistId');
    content.sublist(sublistId);
    return content.current.get(sublistId)?.index ?? -1;
  }

  getCurrentSublistField(...args) {
    const content = dynamic(this, 'getCurrentSublistField');
    const { sublistId, fieldId } = need(named(args, 'sublistId', 'fieldId'), 'getCurrentSublistField', 'sublistId', 'fieldId');
    return use('inside/record_fields').fieldOf(content, fieldId, sublistId);
  }

  getCurrentSublistValue(...args) {
    const content = dynamic(this, 'getCurrentSublistValue');
    const { sublistId, fieldId } = need(named(args, 'sublistId', 'fieldId'), 'getCurrentSublistValue', 'sublistId', 'fieldId');
    return content.lineValue(sublistId, content.selected(sublistId).row, fieldId);
  }

  setCurrentSublistValue(...args) {
    const content = dynamic(this, 'setCurrentSublistValue');
    const given = named(args, 'sublistId', 'fieldId', 'value');
    const { sublistId, fieldId, value } = need(given, 'setCurrentSublistValue', 'sublistId', 'fieldId');
    if (value === undefined) need(given, 'setCurrentSublistValue', 'value');
    const row = toWrite(this, content, sublistId);
    content.putLine(sublistId, row, fieldId, toAccount(content.sublist(sublistId).fields[fieldId], value, fieldId), given);
    return this;
  }

  getCurrentSublistText(...args) {
    const content = dynamic(this, 'getCurrentSublistText');
    const { sublistId, fieldId } = need(named(args, 'sublistId', 'fieldId'), 'getCurrentSublistText', 'sublistId', 'fieldId');
    const { row } = content.selected(sublistId);
    return content.text(content.sublist(sublistId).fields[fieldId], row.fields[fieldId], fieldId, sublistId);
  }

  setCurrentSublistText(...args) {
    const content = dynamic(this, 'setCurrentSublistText');
    const given = named(args, 'sublistId', 'fieldId', 'text');
    const { sublistId, fieldId, text } = need(given, 'setCurrentSublistText', 'sublistId', 'fieldId');
    if (text === undefined) need(given, 'setCurrentSublistText', 'text');
    const row = toWrite(this, content, sublistId);
    const type = content.sublist(sublistId).fields[fieldId];
    content.putLine(sublistId, row, fieldId, content.fromText(type, text, fieldId, sublistId), given);
    return this;
  }
}

exports.CurrentLine = CurrentLine;
exports.dynamic = dynamic;
exports.toWrite = toWrite;
