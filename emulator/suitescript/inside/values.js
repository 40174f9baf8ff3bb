'use strict';

/*
 * Field values between a script and the account.
 *
 * The account holds dates as YYYY-MM-DD, datetimes as epoch milliseconds, selects as ids in text and
 * nothing at all for an empty field; a script sees Date objects in the server's zone, booleans,
 * numbers, text and lists of ids, and '' for an empty field.
 */

const { fail } = use('inside/errors');

const NUMBERS = new Set(['integer', 'decimal', 'float', 'percent', 'currency', 'rate']);

function invalid(value, field) {
  fail('INVALID_FLD_VALUE', `You have entered an Invalid Field Value ${String(value)} for the following field: ${field}`);
}

const two = (number) => String(number).padStart(2, '0');

function dayText(date) {
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function toDay(text) {
  const [year, month, day] = text.split('-').map(Number);
  const date = new Date(2000, 0, 1); // given to the constructor, the years 0 to 99 are those from 1900 on
  date.setFullYear(year, month - 1, day);
  return date;
}

function toTimeOfDay(text) {
  const [hour, minute] = text.split(':').map(Number);
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate(), hour, minute);
}

/** What getValue returns for an empty field of the type. */
function emptyValue(type) {
  if (type === 'boolean') return false;
  if (type === 'radio') return 'F';
  if (type === 'multiselect') return [];
  return '';
}

/** A held value as a script sees it; undefined in means an empty field. */
function toScript(type, value) {
  if (value === undefined || value === null) return emptyValue(type);
  switch (type) {
    case 'date':
      return toDay(value);
    case 'datetime':
      return new Date(value);
    case 'timeofday':
      return toTimeOfDay(value);
    case 'multiselect':
      return [...value];
    case 'radio':
      return value ? 'T' : 'F';
    default:
      return value;
  }
}

function fromDate(type, value, field) {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) invalid(value, field);
  if (type === 'date') return dayText(value);
  if (type === 'timeofday') return `${two(value.getHours())}:${two(value.getMinutes())}`;
  return value.getTime();
}

/** A rate may be a percentage: it stays text. */
const PERCENTAGE = /^\s*-?\d+(\.\d+)?\s*%$/;

function fromNumber(type, value, field) {
  if (type === 'rate' && typeof value === 'string' && PERCENTAGE.test(value)) return value.trim();
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) invalid(value, field);
  if (type === 'integer' && !Number.isInteger(number)) invalid(value, field);
  return number;
}

function fromId(value, field) {
  if (typeof value === 'number' && Number.isInteger(value)) return String(value);
  if (typeof value === 'string') return value;
  return invalid(value, field);
}

function fromText(value, field) {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return invalid(value, field);
}

/** A field that the account's catalogue does not list: kept as it is told. */
function fromUnknown(value, field) {
  if (value instanceof Date) return fromDate('datetime', value, field);
  if (Array.isArray(value)) return value.map((item) => fromId(item, field));
  if (['string', 'number', 'boolean'].includes(typeof value)) return value;
  return invalid(value, field);
}

/**
 * A script's value as the account holds it; undefined out means the field is emptied.
 *
 * @param {string | undefined} type the field's type, undefined where the catalogue has no such field
 */
function toAccount(type, value, field) {
  if (value === '' || value === null) return undefined;
  if (type === undefined || type === 'other') return fromUnknown(value, field);
  if (type === 'radio' && (value === 'T' || value === 'F')) return value === 'T';
  if (type === 'boolean' || type === 'radio') return typeof value === 'boolean' ? value : invalid(value, field);
  if (NUMBERS.has(type)) return fromNumber(type, value, field);
  if (type === 'select') return fromId(value, field);
  if (type === 'multiselect') {
    const list = Array.isArray(value) ? value : [value];
    return list.length ? list.map((item) => fromId(item, field)) : undefined;
  }
  if (type === 'date' || type === 'datetime' || type === 'timeofday') return fromDate(type, value, field);
  return fromText(value, field);
}

/** An internal id as the account has it, from a number or its digits. */
function idOf(value) {
  const id = typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value;
  if (!Number.isInteger(id)) fail('SSS_INVALID_TYPE_ARG', `You have entered an invalid type argument: id ${String(value)}`);
  return id;
}

/** A count or place that a script gives, as a number also where it is text ('0' from a for-in loop, a script parameter). */
function counted(value) {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' ? Math.trunc(number) : number;
}

/** The same for submitFields, which takes check boxes as T and F and multi-selects as text. */
function toSubmit(type, value, field) {
  if (type === 'boolean' && (value === 'T' || value === 'F')) return value === 'T';
  if (type === 'multiselect' && typeof value === 'string' && value !== '') return value.split(/[\u0005,|]/);
  if (type === 'multiselect' && Array.isArray(value)) invalid(value, field);
  const held = toAccount(type, value, field);
  return held === undefined ? null : held;
}

Object.assign(exports, { counted, idOf, toScript, toAccount, toSubmit, invalid, dayText, toDay });
