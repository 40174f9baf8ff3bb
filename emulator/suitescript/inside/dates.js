'use strict';

/* Dates and times of day as text in the formats of the user's preferences. */

const { state } = use('inside/state');

const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
];
const TOKENS = /YYYY|MONTH|Month|Mon|MON|MM|DD|M|D/g;

const two = (number) => String(number).padStart(2, '0');
const user = () => state.request.user;

/** {year, month, day} in the user's date format. */
function dateText({ year, month, day }) {
  const name = MONTHS[month - 1];
  const words = {
    YYYY: String(year).padStart(4, '0'), MM: two(month), M: String(month), DD: two(day), D: String(day),
    Mon: name.slice(0, 3), MON: name.slice(0, 3).toUpperCase(), Month: name, MONTH: name,
  };
  return user().dateFormat.replace(TOKENS, (token) => words[token]);
}

function monthOf(word) {
  const found = MONTHS.findIndex((name) => [name, name.slice(0, 3)].some((one) => one.toLowerCase() === word.toLowerCase()));
  return found >= 0 ? found + 1 : Number(word);
}

/** The parts of a date in the user's format, or null where it is none: 2/30 is none. */
function readDate(text) {
  const names = [];
  const pattern = user().dateFormat.replace(/[.\-/]/g, '\\$&').replace(TOKENS, (token) => {
    names.push(token[0] === 'Y' ? 'year' : token[0] === 'D' ? 'day' : 'month');
    if (token === 'YYYY') return '(\\d{4})';
    return token.length > 2 ? '([A-Za-z]+)' : '(\\d{1,2})';
  });
  const found = new RegExp(`^${pattern}$`).exec(text.trim());
  if (!found) return null;
  const parts = Object.fromEntries(names.map((name, index) => {
    const text = found[index + 1];
    return [name, name === 'month' ? monthOf(text) : Number(text)];
  }));
  const { year, month, day } = parts;
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day ? parts : null;
}

/** {hour, minute, second} in the user's time format; without seconds where `second` is left out. */
function timeText({ hour, minute, second }) {
  const { timeFormat } = user();
  const mark = timeFormat.includes('-') ? '-' : ':';
  const half = timeFormat.startsWith('h');
  const parts = [String(half ? hour % 12 || 12 : hour), two(minute)];
  if (second !== undefined) parts.push(two(second));
  return parts.join(mark) + (half ? ` ${hour < 12 ? 'am' : 'pm'}` : '');
}

/** The parts of a time of day, or null where it is none. */
function readTime(text) {
  const found = /^(\d{1,2})[:-](\d{2})(?:[:-](\d{2}))?\s*(am|pm)?$/i.exec(text.trim());
  if (!found) return null;
  const half = found[4]?.toLowerCase();
  const hour = Number(found[1]);
  const time = { hour: half ? (hour % 12) + (half === 'pm' ? 12 : 0) : hour, minute: Number(found[2]), second: Number(found[3] ?? 0) };
  return time.hour < 24 && time.minute < 60 && time.second < 60 ? time : null;
}

/** Date and time apart: the time begins after the last blank that is followed by a digit. */
function splitTime(text) {
  const at = text.trim().search(/\s\d{1,2}[:-]\d{2}/);
  return at < 0 ? null : [text.trim().slice(0, at), text.trim().slice(at + 1)];
}

Object.assign(exports, { dateText, readDate, timeText, readTime, splitTime, two });
