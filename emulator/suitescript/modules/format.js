'use strict';

/*
 * N/format: texts in the format and, for times, the zone of the user who runs the script.
 */

const { moduleOf, enumOf } = use('inside/api');
const { fail, need } = use('inside/errors');
const { state } = use('inside/state');

const Type = enumOf(
  [
    'ADDRESS', 'CCEXPDATE', 'CCNUMBER', 'CCVALIDFROM', 'CHECKBOX', 'CLOBTEXT', 'COLOR', 'CURRENCY', 'CURRENCY2',
    'DATE', 'DATETIME', 'DATETIMETZ', 'DOCUMENT', 'DYNAMICPRECISION', 'EMAIL', 'EMAILS', 'FLOAT', 'FULLPHONE',
    'FUNCTION', 'FURIGANA', 'IDENTIFIER', 'IDENTIFIERANYCASE', 'INTEGER', 'MMYYDATE', 'MULTISELECT',
    'NONNEGCURRENCY', 'NONNEGFLOAT', 'PACKAGE', 'PERCENT', 'PHONE', 'POSCURRENCY', 'POSFLOAT', 'POSINTEGER',
    'RADIO', 'RATE', 'RATEHIGHPRECISION', 'SELECT', 'TEXT', 'TEXTAREA', 'TIME', 'TIMEOFDAY', 'TIMETRACK', 'URL',
  ],
  (key) => key.toLowerCase(),
);

const ZONES = [
  'ETC_GMT_PLUS_12', 'PACIFIC_SAMOA', 'PACIFIC_HONOLULU', 'AMERICA_ANCHORAGE', 'AMERICA_LOS_ANGELES',
  'AMERICA_TIJUANA', 'AMERICA_DENVER', 'AMERICA_PHOENIX', 'AMERICA_CHIHUAHUA', 'AMERICA_CHICAGO',
  'AMERICA_REGINA', 'AMERICA_GUATEMALA', 'AMERICA_MEXICO_CITY', 'AMERICA_NEW_YORK', 'US_EAST_INDIANA',
  'AMERICA_BOGOTA', 'AMERICA_CARACAS', 'AMERICA_HALIFAX', 'AMERICA_LA_PAZ', 'AMERICA_MANAUS', 'AMERICA_SANTIAGO',
  'AMERICA_ST_JOHNS', 'AMERICA_SAO_PAULO', 'AMERICA_BUENOS_AIRES', 'ETC_GMT_PLUS_3', 'AMERICA_GODTHAB',
  'AMERICA_MONTEVIDEO', 'AMERICA_NORONHA', 'ETC_GMT_PLUS_1', 'ATLANTIC_AZORES', 'EUROPE_LONDON', 'GMT',
  'ATLANTIC_REYKJAVIK', 'EUROPE_WARSAW', 'EUROPE_PARIS', 'ETC_GMT_MINUS_1', 'EUROPE_AMSTERDAM', 'EUROPE_BUDAPEST',
  'AFRICA_CAIRO', 'EUROPE_ISTANBUL', 'ASIA_JERUSALEM', 'ASIA_AMMAN', 'ASIA_BEIRUT', 'AFRICA_JOHANNESBURG',
  'EUROPE_KIEV', 'EUROPE_MINSK', 'AFRICA_WINDHOEK', 'ASIA_RIYADH', 'EUROPE_MOSCOW', 'ASIA_BAGHDAD',
  'AFRICA_NAIROBI', 'ASIA_TEHRAN', 'ASIA_MUSCAT', 'ASIA_BAKU', 'ASIA_YEREVAN', 'ETC_GMT_MINUS_3', 'ASIA_KABUL',
  'ASIA_KARACHI', 'ASIA_YEKATERINBURG', 'ASIA_TASHKENT', 'ASIA_CALCUTTA', 'ASIA_KATMANDU', 'ASIA_ALMATY',
  'ASIA_DHAKA', 'ASIA_RANGOON', 'ASIA_BANGKOK', 'ASIA_KRASNOYARSK', 'ASIA_HONG_KONG', 'ASIA_KUALA_LUMPUR',
  'ASIA_TAIPEI', 'AUSTRALIA_PERTH', 'ASIA_IRKUTSK', 'ASIA_MANILA', 'ASIA_SEOUL', 'ASIA_TOKYO', 'ASIA_YAKUTSK',
  'AUSTRALIA_DARWIN', 'AUSTRALIA_ADELAIDE', 'AUSTRALIA_SYDNEY', 'AUSTRALIA_BRISBANE', 'AUSTRALIA_HOBART',
  'PACIFIC_GUAM', 'ASIA_VLADIVOSTOK', 'ASIA_MAGADAN', 'PACIFIC_KWAJALEIN', 'PACIFIC_AUCKLAND', 'PACIFIC_TONGATAPU',
];
const SIGNS = { PLUS: '+', MINUS: '-' };

/** AMERICA_ST_JOHNS is America/St_Johns. */
function zoneName(key) {
  if (key === 'GMT') return key;
  const offset = /^ETC_GMT_(PLUS|MINUS)_(\d+)$/.exec(key);
  if (offset) return `Etc/GMT${SIGNS[offset[1]]}${offset[2]}`;
  const [region, ...place] = key.split('_').map((word) => word[0] + word.slice(1).toLowerCase());
  return region === 'Us' ? `US/${place.join('-')}` : `${region}/${place.join('_')}`;
}

const Timezone = enumOf(ZONES, zoneName);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TOKENS = /YYYY|Mon|MON|MM|DD|M|D/g;
const TIMES = new Set(['datetime', 'datetimetz']);
const WHOLE = new Set(['integer', 'posinteger']);
const NUMBERS = new Set([
  'currency', 'currency2', 'float', 'nonnegcurrency', 'nonnegfloat', 'percent', 'poscurrency', 'posfloat', 'rate',
  'ratehighprecision', 'dynamicprecision',
]);
const MONEY = new Set(['currency', 'currency2', 'nonnegcurrency', 'poscurrency']);

const two = (number) => String(number).padStart(2, '0');

function dateText({ year, month, day }) {
  const words = {
    YYYY: String(year), MM: two(month), M: String(month), DD: two(day), D: String(day), Mon: MONTHS[month - 1],
    MON: MONTHS[month - 1].toUpperCase(),
  };
  return state.request.user.dateFormat.replace(TOKENS, (token) => words[token]);
}

function badDate(text) {
  fail('INVALID_FLD_VALUE', `Invalid date value (must be ${state.request.user.dateFormat}): ${text}`);
}

function readDate(text) {
  const names = [];
  const pattern = state.request.user.dateFormat.replace(/[.\-/]/g, '\\$&').replace(TOKENS, (token) => {
    names.push(token[0] === 'Y' ? 'year' : token[0] === 'D' ? 'day' : 'month');
    return token === 'YYYY' ? '(\\d{4})' : token.length === 3 ? '([A-Za-z]{3})' : '(\\d{1,2})';
  });
  const found = new RegExp(`^${pattern}$`).exec(text.trim());
  if (!found) badDate(text);
  const parts = {};
  names.forEach((name, index) => {
    const part = found[index + 1];
    const month = MONTHS.findIndex((item) => item.toLowerCase() === part.toLowerCase());
    parts[name] = month >= 0 ? month + 1 : Number(part);
  });
  return parts;
}

/** Wall-clock parts of an instant in a zone. */
function inZone(date, timeZone) {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  });
  return Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, Number(value)]));
}

/** The instant at which a zone's clock shows these parts. */
function fromZone({ year, month, day, hour, minute, second }, timeZone) {
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const offset = (instant) => {
    const at = inZone(new Date(instant), timeZone);
    return Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second) - instant;
  };
  const guess = wall - offset(wall);
  return new Date(wall - offset(guess));
}

function timeText({ hour, minute, second }) {
  return `${hour % 12 || 12}:${two(minute)}:${two(second)} ${hour < 12 ? 'am' : 'pm'}`;
}

function readTime(text) {
  const found = /^(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(am|pm)?$/i.exec(text.trim());
  if (!found) badDate(text);
  const half = found[4]?.toLowerCase();
  const hour = Number(found[1]);
  return { hour: half ? (hour % 12) + (half === 'pm' ? 12 : 0) : hour, minute: Number(found[2]), second: Number(found[3] ?? 0) };
}

const zoneOf = (options) => options.timezone ?? state.request.user.timeZone;

function dateOf(value) {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) fail('SSS_INVALID_TYPE_ARG', 'format: value is not a Date');
  return value;
}

function format(options) {
  const { value, type } = need(options, 'format.format', 'type');
  if (value === undefined || value === null || value === '') return '';
  if (type === Type.DATE) {
    const date = dateOf(value);
    return dateText({ year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate() });
  }
  if (TIMES.has(type)) {
    const parts = inZone(dateOf(value), zoneOf(options));
    return `${dateText(parts)} ${timeText(parts)}`;
  }
  if (type === Type.CHECKBOX) return value === true || value === 'T' ? 'T' : 'F';
  if (MONEY.has(type)) return Number(value).toFixed(2);
  if (type === Type.PERCENT) return `${Number(value)}%`;
  if (WHOLE.has(type) || NUMBERS.has(type)) return String(Number(value));
  return value;
}

function parse(options) {
  const { value, type } = need(options, 'format.parse', 'type');
  if (value === undefined || value === null || value === '') return '';
  if (value instanceof Date) return value;
  const text = String(value);
  if (type === Type.DATE) {
    const { year, month, day } = readDate(text);
    return new Date(year, month - 1, day);
  }
  if (TIMES.has(type)) {
    const at = text.trim().indexOf(' ');
    if (at < 0) badDate(text);
    return fromZone({ ...readDate(text.slice(0, at)), ...readTime(text.slice(at)) }, zoneOf(options));
  }
  if (type === Type.CHECKBOX) return text === 'T' || text === 'true';
  if (WHOLE.has(type) || NUMBERS.has(type)) {
    const number = Number(text.replace(/[,%]/g, ''));
    return Number.isNaN(number) ? value : number;
  }
  return value;
}

exports.module = moduleOf('N/format', { Type, Timezone, format, parse });
