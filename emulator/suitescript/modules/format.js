'use strict';

/*
 * N/format: texts in the formats and, for times, the zone of the user who runs the script. What is not of
 * its type comes back as it was given (section_4388837989, section_4388843892).
 */

const { moduleOf, enumOf } = use('inside/api');
const { need } = use('inside/errors');
const { state } = use('inside/state');
const { Timezone, zoneOf, inZone, fromZone } = use('inside/zones');
const { dateText, readDate, timeText, readTime, splitTime, two } = use('inside/dates');
const { numberText, readNumber, userStyle, readStyle } = use('inside/numbers');

const Type = Object.freeze({
  ...enumOf(
    [
      'ADDRESS', 'CCEXPDATE', 'CCNUMBER', 'CCVALIDFROM', 'CHECKBOX', 'CLOBTEXT', 'COLOR', 'CURRENCY', 'CURRENCY2',
      'DATE', 'DATETIME', 'DATETIMETZ', 'DOCUMENT', 'DYNAMICPRECISION', 'EMAIL', 'EMAILS', 'FLOAT', 'FULLPHONE',
      'FUNCTION', 'FURIGANA', 'IDENTIFIER', 'IDENTIFIERANYCASE', 'INTEGER', 'MMYYDATE', 'MULTISELECT',
      'NONNEGCURRENCY', 'NONNEGFLOAT', 'PACKAGE', 'PERCENT', 'PHONE', 'POSCURRENCY', 'POSFLOAT', 'POSINTEGER',
      'RADIO', 'RATE', 'RATEHIGHPRECISION', 'SELECT', 'TEXT', 'TEXTAREA', 'TIME', 'TIMEOFDAY', 'TIMETRACK', 'URL',
    ],
    (key) => key.toLowerCase(),
  ),
  QUOTEDFUNCTION: "'function'",
  SUBRECORD_FIELD_TYPE: 'summary',
});

/** Digits after the point, at least and at most, and which numbers are of the type. */
const ANY = () => true;
const NOT_NEGATIVE = (number) => number >= 0;
const POSITIVE = (number) => number > 0;
const NUMBERS = {
  integer: [0, 0, Number.isInteger], posinteger: [0, 0, (number) => Number.isInteger(number) && number > 0],
  currency: [2, 2, ANY], currency2: [2, 8, ANY], nonnegcurrency: [2, 2, NOT_NEGATIVE], poscurrency: [2, 2, POSITIVE],
  float: [0, 12, ANY], nonnegfloat: [0, 12, NOT_NEGATIVE], posfloat: [0, 12, POSITIVE], percent: [0, 12, ANY],
  rate: [2, 8, ANY], ratehighprecision: [2, 12, ANY], dynamicprecision: [0, 12, ANY],
};
const TIMES = new Set(['datetime', 'datetimetz']);
const OF_DAY = new Set(['timeofday', 'time']);
const MONTHS = new Set(['mmyydate', 'ccexpdate', 'ccvalidfrom']);

const isDate = (value) => value instanceof Date && !Number.isNaN(value.getTime());
const local = (date) => ({ year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate() });

function numberOf(value) {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
}

function format(options) {
  const { value, type, timezone } = need(options, 'format.format', 'type');
  if (value === undefined || value === null || value === '') return '';
  if (type === Type.CHECKBOX) return value === true || value === 'T' ? 'T' : 'F';
  if (Object.hasOwn(NUMBERS, type)) {
    const [least, most, fits] = NUMBERS[type];
    const number = numberOf(value);
    if (!Number.isFinite(number) || !fits(number)) return value;
    return numberText(number, userStyle(), least, most) + (type === Type.PERCENT ? '%' : '');
  }
  if (type === Type.TIMETRACK && Number.isFinite(numberOf(value))) {
    const minutes = Math.round(numberOf(value) * 60);
    return `${Math.floor(minutes / 60)}:${two(minutes % 60)}`;
  }
  if (!isDate(value)) return value;
  if (type === Type.DATE) return dateText(local(value));
  if (MONTHS.has(type)) return `${two(value.getMonth() + 1)}/${value.getFullYear()}`;
  if (OF_DAY.has(type)) return timeText({ hour: value.getHours(), minute: value.getMinutes() });
  if (TIMES.has(type)) {
    const parts = inZone(value, zoneOf(timezone, state.request.user.timeZone));
    return `${dateText(parts)} ${timeText(parts)}`;
  }
  return value;
}

function parse(options) {
  const { value, type, timezone } = need(options, 'format.parse', 'type');
  if (value === undefined || value === null || value === '') return '';
  if (typeof value !== 'string') return value;
  return READERS[type]?.(value, timezone) ?? value;
}

const checkbox = (text) => ({ T: true, F: false, true: true, false: false })[text];

function readDay(text) {
  const parts = readDate(text);
  return parts && new Date(parts.year, parts.month - 1, parts.day);
}

function readInstant(text, timezone) {
  const [first, second] = splitTime(text) ?? [];
  const date = first === undefined ? null : readDate(first);
  const time = first === undefined ? null : readTime(second);
  return date && time && fromZone({ ...date, ...time }, zoneOf(timezone, state.request.user.timeZone));
}

/** Today at that time, in the server's zone. */
function readOfDay(text) {
  const time = readTime(text);
  const now = new Date();
  return time && new Date(now.getFullYear(), now.getMonth(), now.getDate(), time.hour, time.minute, time.second);
}

function readMonth(text) {
  const found = /^(\d{1,2})\/(\d{4})$/.exec(text.trim());
  return found && new Date(Number(found[2]), Number(found[1]) - 1, 1);
}

function readHours(text) {
  const found = /^(\d+):(\d{2})$/.exec(text.trim());
  return found && Number(found[1]) + Number(found[2]) / 60;
}

const READERS = {
  checkbox, date: readDay, timetrack: readHours,
  ...Object.fromEntries([...TIMES].map((type) => [type, readInstant])),
  ...Object.fromEntries([...OF_DAY].map((type) => [type, readOfDay])),
  ...Object.fromEntries([...MONTHS].map((type) => [type, readMonth])),
  ...Object.fromEntries(Object.entries(NUMBERS).map(([type, [, , fits]]) => [type, (text) => {
    const number = readNumber(type === 'percent' ? text.trim().replace(/\s*%$/, '') : text, readStyle());
    return Number.isNaN(number) || !fits(number) ? undefined : number;
  }])),
};

exports.module = moduleOf('N/format', { Type, Timezone, format, parse });
