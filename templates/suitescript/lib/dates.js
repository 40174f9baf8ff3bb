/**
 * Days and times. Inside a mapping a day is text `2026-03-01` and a time is ISO text in UTC,
 * `2026-03-01T22:30:00.000Z`; only `toDate` and its kin meet NetSuite's Date objects.
 *
 * A day becomes a Date by its parts in the server's zone and is read back the same way, never by
 * N/format, which works in the executing user's format and zone. Zones are a generated table of
 * offsets (lib/zones.js), because Intl is not promised in SuiteScript's engine.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['./nothing', './reply', './zones'], (nothing, reply, zones) => {
  const ISO =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/;
  const TOKENS = /\[([^\]]*)\]|YYYY|YY|MM|M|DD|D|HH|H|mm|ss|SSS|Z|[\s\S]/g;
  const MINUTE = 60000;

  /**
   * @typedef {{y: number, mo: number, d: number, h: number, mi: number, s: number, ms: number,
   *   time: boolean, offset: number | null}} Parts `offset` in minutes; null: no zone was written
   */

  /** @param {number} n @param {number} [length] */
  const pad = (n, length) => String(n).padStart(length || 2, '0');
  /** @param {{y: number, mo: number, d: number}} p */
  const dayText = (p) => `${pad(p.y, 4)}-${pad(p.mo)}-${pad(p.d)}`;
  /** @param {string | undefined} text `Z`, `+02:00` or `+0200` */
  const offsetMinutes = (text) => {
    if (!text) return null;
    if (text === 'Z') return 0;
    const size = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
    return text[0] === '-' ? -size : size;
  };
  const bad = (value) => reply.fault('BAD_VALUE', `'${value}' is not a date`);

  /** Date.UTC, for which the years 0 to 99 would be those from 1900 on. @param {Parts} p */
  const utc = (p) => {
    const t = new Date(0);
    t.setUTCFullYear(p.y, p.mo - 1, p.d);
    return t.setUTCHours(p.h, p.mi, p.s, p.ms);
  };

  /** @param {Parts} p @param {any} value */
  const checked = (p, value) => {
    const day = new Date(utc(p));
    const real = day.getUTCMonth() === p.mo - 1 && day.getUTCDate() === p.d && p.h < 24 && p.mi < 60 && p.s < 60;
    if (!real) throw bad(value);
    return p;
  };

  /** A Date in the years that ISO text has four digits for. @param {number} ms */
  const within = (ms) => {
    const t = new Date(ms);
    if (t.getUTCFullYear() >= 1 && t.getUTCFullYear() <= 9999) return t;
    throw reply.fault('BAD_VALUE', `${ms} milliseconds from 1970 are in no year from 1 to 9999`);
  };
  /** @param {number} ms */
  const isoText = (ms) => within(ms).toISOString();

  /** @param {number} ms @param {number} [offset] minutes @returns {Parts} */
  const fromEpoch = (ms, offset) => {
    const t = within(ms + (offset || 0) * MINUTE);
    return {
      y: t.getUTCFullYear(),
      mo: t.getUTCMonth() + 1,
      d: t.getUTCDate(),
      h: t.getUTCHours(),
      mi: t.getUTCMinutes(),
      s: t.getUTCSeconds(),
      ms: t.getUTCMilliseconds(),
      time: true,
      offset: offset || 0
    };
  };

  /** ISO text, an epoch in seconds or (from 10^11 up) milliseconds, or a Date. @param {any} value @returns {Parts} */
  const read = (value) => {
    if (value instanceof Date) return fromEpoch(value.getTime());
    if (typeof value === 'number' || (typeof value === 'string' && /^-?\d{9,13}$/.test(value))) {
      const n = Number(value);
      return fromEpoch(Math.abs(n) >= 1e11 ? n : Math.round(n * 1000));
    }
    const m = typeof value === 'string' ? ISO.exec(value.trim()) : null;
    if (!m) throw bad(typeof value === 'object' ? JSON.stringify(value) : value);
    return checked(
      {
        y: Number(m[1]),
        mo: Number(m[2]),
        d: Number(m[3]),
        h: Number(m[4] || 0),
        mi: Number(m[5] || 0),
        s: Number(m[6] || 0),
        ms: Number((m[7] || '0').padEnd(3, '0').slice(0, 3)),
        time: m[4] !== undefined,
        offset: offsetMinutes(m[8])
      },
      value
    );
  };

  /** @param {string} text @param {string} format @returns {Parts} */
  const readBy = (text, format) => {
    const names = [];
    const pattern = (format.match(TOKENS) || []).map((token) => {
      const digits = {
        YYYY: '\\d{4}',
        YY: '\\d{2}',
        MM: '\\d{2}',
        M: '\\d{1,2}',
        DD: '\\d{2}',
        D: '\\d{1,2}',
        HH: '\\d{2}',
        H: '\\d{1,2}',
        mm: '\\d{2}',
        ss: '\\d{2}',
        SSS: '\\d{3}',
        Z: 'Z|[+-]\\d{2}:?\\d{2}'
      };
      if (digits[token]) {
        names.push(token);
        return `(${digits[token]})`;
      }
      const literal = token.length > 1 ? token.slice(1, -1) : token;
      return literal.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    });
    const match = new RegExp(`^${pattern.join('')}$`).exec(text.trim());
    if (!match) throw reply.fault('BAD_VALUE', `'${text}' is not a date of the form ${format}`);
    const found = {};
    names.forEach((name, i) => {
      found[name] = match[i + 1];
    });
    const year = found.YYYY || (found.YY ? '20' + found.YY : '1970');
    return checked(
      {
        y: Number(year),
        mo: Number(found.MM || found.M || 1),
        d: Number(found.DD || found.D || 1),
        h: Number(found.HH || found.H || 0),
        mi: Number(found.mm || 0),
        s: Number(found.ss || 0),
        ms: Number(found.SSS || 0),
        time: Boolean(found.HH || found.H),
        offset: offsetMinutes(found.Z)
      },
      text
    );
  };

  /** Where a day of a rule begins in a year, as if it were UTC. @param {number[]} turn @param {number} year */
  const turnOf = ([month, week, weekday], year) => {
    const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
    const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const day = 1 + ((weekday - first + 7) % 7) + (week - 1) * 7;
    return Date.UTC(year, month - 1, day > last ? day - 7 : day);
  };
  /**
   * Offset where changes recur every year. Both turns are on the clock before the change; south of
   * the equator, and where standard time is that of summer, the year begins between start and end.
   * @param {{standard: number, summer: number, start: number[], end: number[]}} rule
   * @param {number} ms
   */
  const byRule = (rule, ms) => {
    const year = new Date(ms).getUTCFullYear();
    const start = turnOf(rule.start, year) + (rule.start[3] - rule.standard) * MINUTE;
    const end = turnOf(rule.end, year) + (rule.end[3] - rule.summer) * MINUTE;
    const summer = start < end ? start <= ms && ms < end : ms < end || start <= ms;
    return summer ? rule.summer : rule.standard;
  };

  /** Offset of a zone from UTC in minutes at an instant. @param {string} zone @param {number} ms */
  const offsetAt = (zone, ms) => {
    const table = zones[zone];
    if (!table) throw reply.fault('BAD_VALUE', `time zone ${zone} is not in lib/zones.js`);
    let low = 0;
    let high = table.at.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (table.at[middle] * MINUTE <= ms) low = middle + 1;
      else high = middle;
    }
    if (table.rule && low === table.at.length) return byRule(table.rule, ms);
    return low === 0 ? table.first : table.to[low - 1];
  };

  /**
   * The instant of a local time. A time that the clock shows twice is its first showing; a time
   * that the clock leaves out moves forward.
   * @param {Parts} p
   * @param {string} zone
   */
  const fromLocal = (p, zone) => {
    const local = utc(p);
    const before = offsetAt(zone, local - 1440 * MINUTE);
    const after = offsetAt(zone, local + 1440 * MINUTE);
    const fits = (offset) => offsetAt(zone, local - offset * MINUTE) === offset;
    return local - (fits(before) || !fits(after) ? before : after) * MINUTE;
  };

  /** @param {Parts} p @param {string | null} [zone] @param {any} [value] */
  const epoch = (p, zone, value) => {
    if (p.offset !== null) return utc(p) - p.offset * MINUTE;
    if (!zone) throw reply.fault('BAD_VALUE', `'${value}' has no time zone`);
    return fromLocal(p, zone);
  };

  /** @typedef {{format?: string, timezone?: string}} Rule */
  /** @param {any} value @param {Rule} [rule] */
  const parts = (value, rule) =>
    rule && rule.format && ['string', 'number'].indexOf(typeof value) >= 0
      ? readBy(String(value), rule.format) // 20260115, by YYYYMMDD, is no epoch
      : read(value);

  /** The calendar day of a value; an instant falls on its day in the rule's zone. @param {any} value @param {Rule} [rule] */
  const day = (value, rule) => {
    const p = parts(value, rule);
    if (!p.time || p.offset === null || !rule || !rule.timezone) return dayText(p);
    const instant = epoch(p);
    return dayText(fromEpoch(instant, offsetAt(rule.timezone, instant)));
  };
  /** An instant as ISO text in UTC. @param {any} value @param {Rule} [rule] */
  const instant = (value, rule) => isoText(epoch(parts(value, rule), rule && rule.timezone, value));

  /** Transform parse_date. @param {any} value @param {string} format @param {string | null} zone */
  const parse = (value, format, zone) =>
    nothing.each(value, (one) => {
      const p = readBy(String(one), format);
      if (!p.time) return dayText(p);
      if (p.offset === null && !zone) return isoText(utc(p)).slice(0, -1);
      return isoText(epoch(p, zone));
    });

  /** Transform format_date. @param {any} value @param {string} format @param {string | null} zone */
  const format = (value, format, zone) => nothing.each(value, (one) => write(one, format, zone || 'UTC'));

  /** @param {any} value @param {string} format @param {string} zone */
  const write = (value, format, zone) => {
    const found = read(value);
    const ms = found.time && found.offset !== null ? epoch(found) : null;
    const offset = ms === null ? 0 : zone === 'UTC' ? 0 : offsetAt(zone, ms);
    const p = ms === null ? found : fromEpoch(ms, offset);
    const sign = offset < 0 ? '-' : '+';
    const size = Math.floor(Math.abs(offset)); // offsets of long ago had seconds
    const texts = {
      YYYY: pad(p.y, 4),
      YY: pad(p.y % 100),
      MM: pad(p.mo),
      M: String(p.mo),
      DD: pad(p.d),
      D: String(p.d),
      HH: pad(p.h),
      H: String(p.h),
      mm: pad(p.mi),
      ss: pad(p.s),
      SSS: pad(p.ms, 3),
      Z: `${sign}${pad(Math.floor(size / 60))}:${pad(size % 60)}`
    };
    return format.replace(TOKENS, (token, literal) => (literal !== undefined ? literal : texts[token] || token));
  };

  /** A Date for a calendar day, in the server's zone as NetSuite expects it. @param {string} text */
  const toDate = (text) => {
    const p = read(text);
    const date = new Date(2000, 0, 1);
    date.setFullYear(p.y, p.mo - 1, p.d);
    return date;
  };
  /** The calendar day of a Date from a date field. @param {Date} date */
  const dayOf = (date) => dayText({ y: date.getFullYear(), mo: date.getMonth() + 1, d: date.getDate() });
  /** A time of day `HH:mm` as the Date that NetSuite keeps it in. @param {string} text */
  const toTime = (text) => {
    const m = /^(\d{1,2}):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?:\s*([ap])\.?m\.?)?$/i.exec(text.trim());
    const half = m && m[3] ? m[3].toLowerCase() : '';
    const hour = m ? Number(m[1]) : NaN;
    if (!m || hour > 23 || (half && (hour < 1 || hour > 12))) {
      throw reply.fault('BAD_VALUE', `'${text}' is not a time of day`);
    }
    const afternoon = half === 'p' ? 12 : 0;
    return new Date(1970, 0, 1, half ? (hour % 12) + afternoon : hour, Number(m[2]));
  };
  /** @param {Date} date */
  const timeOf = (date) => `${pad(date.getHours())}:${pad(date.getMinutes())}`;

  return { day, instant, parse, format, toDate, dayOf, toTime, timeOf };
});
