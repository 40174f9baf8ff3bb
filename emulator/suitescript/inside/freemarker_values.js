'use strict';

/* Values of FreeMarker templates: how they are written, and the built-ins on them. */

const { fail, refuse } = use('inside/errors');
const { dateText, timeText, two } = use('inside/dates');

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const DATE_PARTS = /yyyy|yy|MMMM|MMM|MM|M|dd|d|EEEE|EEE|HH|H|hh|h|mm|m|ss|s|a/g;

/** Something that is written as text and has parts, such as an XML element. */
class Hybrid {
  constructor(text, get, items = null) {
    Object.assign(this, { text, get, items });
  }
}

function wrong(message) {
  fail('SSS_TEMPLATE_ERROR', `Template: ${message}`);
}

function numberFormat(value, pattern) {
  if (!pattern) return value.toLocaleString('en-US', { maximumFractionDigits: 3 });
  if (pattern === 'computer' || pattern === 'c') return String(value);
  if (pattern === 'number') return value.toLocaleString('en-US', { maximumFractionDigits: 3 });
  if (pattern === 'currency') return `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  if (pattern === 'percent') return `${Math.round(value * 100)}%`;
  const found = /^([^#0]*)([#,0]*0?)(?:\.([0#]*))?([^#0]*)$/.exec(pattern);
  if (!found) return refuse(`the number format ${pattern} of templates`);
  const [, before, whole, fraction = '', after] = found;
  const percent = after.includes('%') ? 100 : 1;
  return before + (value * percent).toLocaleString('en-US', {
    useGrouping: whole.includes(','), minimumIntegerDigits: Math.max((whole.match(/0/g) ?? []).length, 1),
    minimumFractionDigits: (fraction.match(/0/g) ?? []).length, maximumFractionDigits: fraction.length,
  }) + after;
}

function dateFormat(value, pattern) {
  if (!pattern || ['short', 'medium', 'long', 'full'].includes(pattern)) {
    return dateText({ year: value.getFullYear(), month: value.getMonth() + 1, day: value.getDate() });
  }
  const named = (options) => value.toLocaleString('en-US', options);
  const hour = value.getHours();
  const parts = {
    yyyy: String(value.getFullYear()), yy: two(value.getFullYear() % 100), MMMM: named({ month: 'long' }), MMM: named({ month: 'short' }),
    MM: two(value.getMonth() + 1), M: String(value.getMonth() + 1), dd: two(value.getDate()), d: String(value.getDate()),
    EEEE: named({ weekday: 'long' }), EEE: named({ weekday: 'short' }), HH: two(hour), H: String(hour), hh: two(hour % 12 || 12),
    h: String(hour % 12 || 12), mm: two(value.getMinutes()), m: String(value.getMinutes()), ss: two(value.getSeconds()),
    s: String(value.getSeconds()), a: hour < 12 ? 'AM' : 'PM',
  };
  return pattern.replace(DATE_PARTS, (part) => parts[part]);
}

/** A value as ${...} writes it. */
function write(value, what) {
  if (value === undefined || value === null) return wrong(`${what} has evaluated to null or missing.`);
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberFormat(value);
  if (value instanceof Hybrid) return value.text;
  if (value instanceof Date) {
    const day = dateFormat(value);
    return value.withTime ? `${day} ${timeText({ hour: value.getHours(), minute: value.getMinutes() })}` : day;
  }
  return wrong(`${what} is no text, number or date.`);
}

function itemsOf(value, what) {
  if (Array.isArray(value)) return value;
  if (value instanceof Hybrid && value.items) return value.items();
  return wrong(`${what} is no sequence.`);
}

const empty = (value) => {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (value instanceof Hybrid) return value.items ? value.items().length === 0 && !value.text : value.text === '';
  return typeof value === 'object' && !(value instanceof Date) && Object.keys(value).length === 0;
};

function number(value) {
  const found = Number(write(value, 'a number').replaceAll(',', ''));
  return Number.isNaN(found) ? wrong(`${write(value)} is no number.`) : found;
}

const text = (change) => (value, ...args) => change(typeof value === 'number' ? String(value) : write(value, 'a text'), ...args);
const list = (change) => (value, ...args) => change(itemsOf(value, 'a sequence'), ...args);
const pattern = (from, flags = '') => (flags.includes('r') ? new RegExp(from, `g${flags.includes('i') ? 'i' : ''}`) : from);
const escape = (letters) => text((value) => value.replace(letters, (letter) => ENTITIES[letter]));
const by = (key) => (key === undefined ? (item) => item : (item) => item[key]);
const order = (a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b)));

const BUILT_IN = {
  string(value, ...args) {
    if (typeof value === 'boolean') return args.length === 2 ? args[value ? 0 : 1] : String(value);
    if (typeof value === 'number') return numberFormat(value, args[0]);
    return value instanceof Date ? dateFormat(value, args[0]) : write(value, 'the value');
  },
  c: (value) => String(value), number, int: (value) => Math.trunc(number(value)), abs: (value) => Math.abs(number(value)),
  round: (value) => Math.round(number(value)), floor: (value) => Math.floor(number(value)), ceiling: (value) => Math.ceil(number(value)),
  boolean: (value) => value === true || write(value, 'a boolean') === 'true',
  upper_case: text((value) => value.toUpperCase()), lower_case: text((value) => value.toLowerCase()),
  trim: text((value) => value.trim()),
  cap_first: text((value) => value.charAt(0).toUpperCase() + value.slice(1)),
  uncap_first: text((value) => value.charAt(0).toLowerCase() + value.slice(1)),
  capitalize: text((value) => value.toLowerCase().replace(/(^|\s)\S/g, (letter) => letter.toUpperCase())),
  html: escape(/[&<>"']/g), xhtml: escape(/[&<>"']/g), xml: escape(/[&<>"']/g), url: text(encodeURIComponent), esc: escape(/[&<>"']/g),
  js_string: text((value) => JSON.stringify(value).slice(1, -1).replace(/'/g, "\\'")),
  json_string: text((value) => JSON.stringify(value).slice(1, -1)),
  no_esc: (value) => value, length: text((value) => value.length),
  replace: text((value, from, to, flags) => value.replaceAll(pattern(from, flags), to)),
  contains: text((value, part) => value.includes(part)), starts_with: text((value, part) => value.startsWith(part)),
  ends_with: text((value, part) => value.endsWith(part)), index_of: text((value, part) => value.indexOf(part)),
  last_index_of: text((value, part) => value.lastIndexOf(part)), substring: text((value, from, to) => value.substring(from, to)),
  split: text((value, at, flags) => value.split(pattern(at, flags))),
  matches: text((value, regular) => new RegExp(`^(?:${regular})$`).test(value)),
  left_pad: text((value, size, fill) => value.padStart(size, fill)), right_pad: text((value, size, fill) => value.padEnd(size, fill)),
  keep_before: text((value, part) => (value.includes(part) ? value.slice(0, value.indexOf(part)) : value)),
  keep_after: text((value, part) => (value.includes(part) ? value.slice(value.indexOf(part) + part.length) : '')),
  word_list: text((value) => value.trim().split(/\s+/)),
  size: (value) => (Array.isArray(value) || value instanceof Hybrid ? itemsOf(value).length : Object.keys(value).length),
  first: list((items) => items[0]), last: list((items) => items.at(-1)), reverse: list((items) => [...items].reverse()),
  join: list((items, mark, none = '', end = '') => (items.length ? items.map((item) => write(item, 'an item')).join(mark) + end : none)),
  sort: list((items) => [...items].sort(order)),
  sort_by: list((items, key) => [...items].sort((a, b) => order(by(key)(a), by(key)(b)))),
  seq_contains: list((items, item) => items.includes(item)), seq_index_of: list((items, item) => items.indexOf(item)),
  chunk: list((items, size) => Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, at * size + size))),
  keys: (value) => Object.keys(value), values: (value) => Object.values(value),
  date: (value) => value, datetime: (value) => value, time: (value) => value,
  is_string: (value) => typeof value === 'string', is_number: (value) => typeof value === 'number',
  is_boolean: (value) => typeof value === 'boolean',
  is_sequence: (value) => Array.isArray(value), is_date: (value) => value instanceof Date,
  is_hash: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

Object.assign(exports, { Hybrid, BUILT_IN, write, itemsOf, empty, wrong, order });
