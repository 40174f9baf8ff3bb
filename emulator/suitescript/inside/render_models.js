'use strict';

/* What templates see of records, search results and custom data sources. */

const { refuse } = use('inside/errors');
const { metaOf } = use('inside/metas');
const { Hybrid } = use('inside/freemarker_values');
const { parse } = use('inside/xml_text');
const { Node } = use('inside/xml_nodes');

const SELECTS = new Set(['select', 'multiselect']);
const MONEY = new Set(['currency', 'rate']);
const money = (value) => value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A field as a template sees it: the text of a select, a number, a date, a check box as true or false, else text. */
function shown(type, value, text) {
  if (value === '' || value === undefined || value === null) return '';
  if (SELECTS.has(type)) {
    return new Hybrid(text(), (key) => {
      if (key === 'internalid') return String(value);
      return key === 'name' ? text() : refuse(`fields of a joined record (.${key}) in templates`);
    });
  }
  if (MONEY.has(type) && typeof value === 'number') return new Hybrid(money(value), () => undefined);
  if (value instanceof Date) return Object.assign(new Date(value), { withTime: type === 'datetime' });
  return ['boolean', 'number', 'string'].includes(typeof value) ? value : String(value);
}

/** Reads properties when they are asked for; names are taken in any case. */
function lazy(read, names) {
  return new Hybrid('', (key) => {
    const name = String(key);
    return names.has(name) ? read(name) : names.has(name.toLowerCase()) ? read(name.toLowerCase()) : undefined;
  });
}

function line(record, sublistId, fields, at) {
  return lazy((fieldId) => shown(
    fields[fieldId], record.getSublistValue({ sublistId, fieldId, line: at }),
    () => record.getSublistText({ sublistId, fieldId, line: at }),
  ), new Set(Object.keys(fields)));
}

/** A record: its fields, and its sublists as sequences of lines. */
function recordModel(record) {
  const meta = metaOf(record.type);
  const fields = new Set([...Object.keys(meta.fields), ...Object.keys(meta.sublists), 'id', 'internalid', 'type']);
  return lazy((name) => {
    if (name === 'id' || name === 'internalid') return String(record.id ?? '');
    if (name === 'type' && !meta.fields.type) return record.type;
    if (meta.sublists[name]) {
      const { fields } = meta.sublists[name];
      return Array.from({ length: record.getLineCount({ sublistId: name }) }, (_, at) => line(record, name, fields, at));
    }
    return shown(meta.fields[name], record.getValue({ fieldId: name }), () => record.getText({ fieldId: name }));
  }, fields);
}

/** A search result: a column's text, or its value where it has none, by the column's name. */
function resultModel(result) {
  const read = (column) => result.getText(column) || result.getValue(column);
  const columns = new Map(result.columns.map((column) => [column.join ? `${column.join}.${column.name}` : column.name, column]));
  return new Hybrid('', (key) => {
    if (key === 'id' || key === 'internalid') return String(result.id);
    if (columns.has(key)) return String(read(columns.get(key)) ?? '');
    const joined = [...columns].filter(([name]) => name.startsWith(`${key}.`));
    return joined.length ? new Hybrid('', (name) => String(read(columns.get(`${key}.${name}`)) ?? '')) : undefined;
  });
}

/** Elements of one name: text of the first, children by name, items by index. */
function elements(nodes) {
  return new Hybrid(
    nodes[0]?.textContent ?? '',
    (key) => {
      if (typeof key === 'number') return nodes[key] && elements([nodes[key]]);
      if (key.startsWith('@')) return nodes[0]?.attributes?.[key.slice(1)]?.value;
      const wanted = ({ nodeType, localName }) => nodeType === 'ELEMENT_NODE' && (key === '*' || localName === key);
      const found = nodes.flatMap((node) => node.childNodes.filter(wanted));
      return found.length ? elements(found) : undefined;
    },
    () => nodes.map((node) => elements([node])),
  );
}

/** JSON as templates see it: what is no object or list is text (section_4508822143). */
function jsonModel(value) {
  if (Array.isArray(value)) return value.map(jsonModel);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonModel(item)]));
  }
  return value === null || value === undefined ? '' : String(value);
}

const xmlModel = (document) => elements([document instanceof Node ? document : parse(String(document))]);

Object.assign(exports, { recordModel, resultModel, jsonModel, xmlModel });
