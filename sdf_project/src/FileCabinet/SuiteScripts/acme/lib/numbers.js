/**
 * Decimal arithmetic on text. Money is never a float: 0.1 + 0.2 is 0.3 here, and 1.005 rounds to
 * 1.01. A number is text like `-12.5`, without exponent and without needless zeros.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['./nothing', './reply'], (nothing, reply) => {
  const [ZERO, ONE, TWO, TEN] = [BigInt(0), BigInt(1), BigInt(2), BigInt(10)];
  const NUMBER = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?\s*$/;

  /** @typedef {{units: bigint, scale: number}} Decimal the value is units / 10^scale */

  /** @param {any} value @returns {Decimal | null} */
  const read = (value) => {
    if (typeof value !== 'number' && typeof value !== 'string') return null;
    const match = NUMBER.exec(String(value));
    // What no double holds is no number of a record either.
    if (!match || (!match[2] && !match[3]) || !Number.isFinite(Number(value))) return null;
    const fraction = match[3] || '';
    const exponent = Number(match[4] || 0);
    const digits = BigInt((match[2] || '0') + fraction);
    const units = match[1] === '-' ? -digits : digits;
    const scale = fraction.length - exponent;
    return scale < 0 ? { units: units * TEN ** BigInt(-scale), scale: 0 } : { units: units, scale: scale };
  };

  /** What stands before the sign of a percentage such as 12.5%, or null. @param {any} value */
  const shareOf = (value) => (typeof value === 'string' && /%\s*$/.test(value) ? value.replace(/%\s*$/, '') : null);

  /** @param {any} value @returns {Decimal} */
  const decimal = (value) => {
    const number = read(value);
    if (number) return number;
    const advice = read(shareOf(value)) ? '; take the sign away: apply: [{replace: {find: "%", with: ""}}]' : '';
    const found = typeof value === 'object' ? JSON.stringify(value) : value;
    throw reply.fault('BAD_VALUE', `'${found}' is not a number${advice}`);
  };

  /** @param {Decimal} number @param {number} places keeps at least so many decimals */
  const write = (number, places) => {
    const sign = number.units < ZERO ? '-' : '';
    const digits = String(number.units < ZERO ? -number.units : number.units).padStart(number.scale + 1, '0');
    const whole = digits.slice(0, digits.length - number.scale);
    let fraction = digits.slice(digits.length - number.scale);
    while (fraction.length > places && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
    fraction = fraction.padEnd(places, '0');
    return sign + whole + (fraction ? '.' + fraction : '');
  };

  /** Half away from zero. @param {Decimal} number @param {number} places @returns {Decimal} */
  const rounded = (number, places) => {
    if (number.scale <= places) return number;
    const cut = TEN ** BigInt(number.scale - places);
    const size = number.units < ZERO ? -number.units : number.units;
    const up = size / cut + ((size % cut) * TWO >= cut ? ONE : ZERO);
    return { units: number.units < ZERO ? -up : up, scale: places };
  };

  const { isEmpty, each, list } = nothing;

  /** Whether it is a number or reads as one. @param {any} value */
  const isNumeric = (value) => read(value) !== null;
  /** A number in its shortest form. @param {any} value */
  const shortest = (value) => write(decimal(value), 0);
  /** -1, 0 or 1. @param {any} left @param {any} right */
  const compare = (left, right) => {
    const difference = plus(decimal(left), { units: -decimal(right).units, scale: decimal(right).scale }).units;
    if (difference === ZERO) return 0;
    return difference < ZERO ? -1 : 1;
  };
  /** @param {Decimal} a @param {Decimal} b @returns {Decimal} */
  const plus = (a, b) => {
    const scale = Math.max(a.scale, b.scale);
    return { units: a.units * TEN ** BigInt(scale - a.scale) + b.units * TEN ** BigInt(scale - b.scale), scale: scale };
  };

  /** The sum of a list; 0 for nothing. @param {any} values */
  const sum = (values) => {
    const parts = list(values)
      .filter((one) => !isEmpty(one))
      .map(decimal);
    return write(parts.reduce(plus, { units: ZERO, scale: 0 }), 0);
  };
  /** @param {any} value @param {number} places */
  const round = (value, places) => each(value, (one) => write(rounded(decimal(one), places), places));
  /** As many places as asked for at most, shortest form. @param {any} value @param {number} places */
  const atPlaces = (value, places) => write(rounded(decimal(value), places), 0);
  /** One without decimals; they are rounded where there are `places`, else refused. @param {any} value @param {number} [places] */
  const whole = (value, places) => {
    const text = places === undefined ? shortest(value) : atPlaces(value, 0);
    if (text.indexOf('.') >= 0) throw reply.fault('BAD_VALUE', `'${value}' is not a whole number`);
    return text;
  };
  /**
   * A rate: a number, or a percentage such as -10% of a discount.
   * @param {any} value
   * @param {number} [places]
   */
  const rate = (value, places) => {
    const share = shareOf(value);
    const size = share === null ? value : share;
    const text = places === undefined ? shortest(size) : atPlaces(size, places);
    return share === null ? text : text + '%';
  };
  /** What a setter and JSON take for a rate. @param {string} text */
  const ofRate = (text) => (text.endsWith('%') ? text : Number(text));
  /** @param {any} value @param {any} factor */
  const multiply = (value, factor) =>
    each(value, (one) => {
      const a = decimal(one);
      const b = decimal(factor);
      return write({ units: a.units * b.units, scale: a.scale + b.scale }, 0);
    });
  /** Rounded at 10 places. @param {any} value @param {any} divisor */
  const divide = (value, divisor) =>
    each(value, (one) => {
      const a = decimal(one);
      const b = decimal(divisor);
      if (b.units === ZERO) throw reply.fault('BAD_VALUE', 'division by 0');
      const shift = BigInt(11 + b.scale);
      const units = (a.units * TEN ** shift) / b.units;
      return write(rounded({ units: units, scale: a.scale + 11 }, 10), 0);
    });
  /** @param {any} value */
  const abs = (value) => each(value, (one) => shortest(one).replace('-', ''));
  /** @param {any} value */
  const negate = (value) =>
    each(value, (one) => {
      const number = decimal(one);
      return write({ units: -number.units, scale: number.scale }, 0);
    });
  /** A number of the document is one already: its point is no sign of a group. @param {any} value @param {string} point @param {string} group */
  const parse = (value, point, group) =>
    each(value, (one) => {
      if (typeof one === 'number') return shortest(one);
      let text = String(one).trim();
      // A blank is any white space: numbers are written with no-break spaces, too.
      if (group) text = text.split(group === ' ' ? /\s/ : group).join('');
      if (point !== '.') {
        if (text.indexOf('.') >= 0) throw reply.fault('BAD_VALUE', `'${one}' is not a number with decimal '${point}'`);
        text = text.split(point).join('.');
      }
      return shortest(text);
    });

  return {
    isNumeric,
    shortest,
    compare,
    sum,
    round,
    whole,
    rate,
    ofRate,
    atPlaces,
    multiply,
    divide,
    abs,
    negate,
    parse
  };
});
