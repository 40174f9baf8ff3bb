/**
 * What counts as empty, and how a function goes over a value or a list.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define([], () => {
  /** Missing, null, '' and an empty list; not false and not 0. @param {any} value */
  const isEmpty = (value) =>
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

  /** The value, or another one where it is empty. @param {any} value @param {any} other */
  const or = (value, other) => (isEmpty(value) ? other : value);

  /** A list: empty is no elements, anything else than a list is one. @param {any} value @returns {any[]} */
  const list = (value) => {
    if (Array.isArray(value)) return value;
    return isEmpty(value) ? [] : [value];
  };

  /**
   * Applies a function to a value, or to each element of a list; what comes out empty is left out.
   * Nothing stays nothing.
   * @param {any} value
   * @param {(one: any) => any} apply
   */
  const each = (value, apply) => {
    if (Array.isArray(value)) return value.map((one) => each(one, apply)).filter((one) => !isEmpty(one));
    return isEmpty(value) ? undefined : or(apply(value), undefined);
  };

  return { isEmpty, or, list, each };
});
