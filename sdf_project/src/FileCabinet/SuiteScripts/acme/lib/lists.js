/**
 * List transforms. A single value is a list of one, nothing is an empty list.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['./values'], (values) => {
  /** @param {any} value @param {string} separator */
  const split = (value, separator) => {
    const text = values.isEmpty(value) ? '' : values.asText(value);
    return text
      .split(separator)
      .map((part) => part.trim())
      .filter((part) => part !== '');
  };
  /** @param {any} value @param {string} separator */
  const join = (value, separator) => {
    const parts = values
      .list(value)
      .filter((one) => !values.isEmpty(one))
      .map(values.asText);
    return parts.length ? parts.join(separator) : undefined;
  };
  /** @param {any} value @param {number} n */
  const take = (value, n) => values.list(value).slice(0, n);
  /** @param {any} value */
  const first = (value) => values.list(value)[0];
  /** @param {any} value */
  const last = (value) => values.list(value).slice(-1)[0];
  /** @param {any} value @param {string[]} path */
  const pluck = (value, path) =>
    values
      .list(value)
      .map((one) => values.get(one, ...path))
      .filter((one) => !values.isEmpty(one));
  /** @param {any} value @param {(element: any) => boolean} holds */
  const where = (value, holds) => values.list(value).filter((one) => holds(one));
  /** @param {any} value */
  const count = (value) => values.list(value).length;

  return { split, join, take, first, last, pluck, where, count };
});
