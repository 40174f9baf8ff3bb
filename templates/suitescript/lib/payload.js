/**
 * JSON values of a payload: `at(name, spec line)` says which one is being made, then its type.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['./dates', './nothing', './numbers', './reply', './values'], (dates, nothing, numbers, reply, values) => {
  const TRUE = ['true', 't', '1'];

  /** @typedef {{required?: boolean, null?: boolean, places?: number, format?: string, timezone?: string}} Rule */

  /** @param {boolean} [gone] of a deleted record little is known, and what was required may be missing */
  const reader = (gone) => {
    const position = { field: null, spec: null, specs: {} };

    /** @param {any} value @param {Rule | undefined} rule @param {(value: any) => any} convert */
    const as = (value, rule, convert) => {
      if (!nothing.isEmpty(value)) return convert(value);
      if (rule && rule.required && !gone) throw reply.fault('REQUIRED_EMPTY', `${position.field} is empty`);
      return rule && rule.null ? null : undefined;
    };
    const one = {
      text: (value, rule) => as(value, rule, values.asText),
      number: (value, rule) =>
        as(value, rule, (n) =>
          Number(rule && rule.places !== undefined ? numbers.atPlaces(n, rule.places) : numbers.shortest(n))
        ),
      /** JSON has a double: an id of more digits would be another one. */
      integer: (value, rule) =>
        as(value, rule, (n) => {
          const whole = numbers.whole(n, rule && rule.places);
          if (Number.isSafeInteger(Number(whole))) return Number(whole);
          throw reply.fault('BAD_VALUE', `'${n}' has more digits than a number of JSON; send it as text`);
        }),
      rate: (value, rule) => as(value, rule, (n) => numbers.ofRate(numbers.rate(n, rule && rule.places))),
      /** As NetSuite and queries write it; what is not true is false. */
      boolean: (value, rule) => as(value, rule, (flag) => TRUE.indexOf(values.asText(flag).trim().toLowerCase()) >= 0),
      date: (value, rule) =>
        as(value, rule, (day) =>
          rule && rule.format
            ? dates.format(dates.day(day, { timezone: rule.timezone }), rule.format, null)
            : dates.day(day, rule)
        ),
      datetime: (value, rule) =>
        as(value, rule, (time) =>
          rule && rule.format ? dates.format(time, rule.format, rule.timezone || null) : dates.instant(time, rule)
        ),
      /** What the record has, as it is. */
      any: (value, rule) => as(value, rule, (found) => found)
    };
    const at = (field, spec) => {
      position.field = field;
      position.spec = spec;
      position.specs[field] = spec;
      return one;
    };
    return { at, position };
  };

  /** Sets a value under a dotted name. @param {any} data @param {string[]} names @param {any} value */
  const put = (data, names, value) => {
    if (value === undefined) return;
    let holder = data;
    for (const name of names.slice(0, -1)) holder = holder[name] || (holder[name] = {});
    holder[names[names.length - 1]] = value;
  };

  return { reader, put };
});
