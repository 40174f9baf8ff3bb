/**
 * Values of a document: reading by path, emptiness, conditions, maps.
 *
 * Missing, null, '' and an empty list are all empty; false and 0 are not.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['./nothing', './numbers', './reply'], (nothing, numbers, reply) => {
  /**
   * The value at a path, or undefined. A path does not go into lists.
   * @param {any} place
   * @param {...string} segments
   */
  const get = (place, ...segments) => {
    let value = place;
    for (const segment of segments) {
      if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
      value = Object.prototype.hasOwnProperty.call(value, segment) ? value[segment] : undefined;
    }
    return value;
  };

  /** Whether the path is there at all, be it empty. @param {any} place @param {...string} segments */
  const has = (place, ...segments) => get(place, ...segments) !== undefined;

  const { isEmpty, or, list, each } = nothing;

  /** The first that is not empty. @param {any[]} parts */
  const coalesce = (parts) => parts.find((part) => !isEmpty(part));

  /** A single value as text; numbers in their shortest form. @param {any} value */
  const asText = (value) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return numbers.shortest(value);
    if (typeof value === 'boolean') return value ? 'true' : 'false';
    throw reply.fault('BAD_VALUE', 'expected a single value, found ' + String(JSON.stringify(value)).slice(0, 80));
  };

  /**
   * Looks a value up in a map of the spec.
   * @param {{name: string, values: {[key: string]: any}, otherwise: 'error' | 'skip' | 'same' | {value: any}}} map
   * @param {any} value
   */
  const mapped = (map, value) =>
    each(value, (one) => {
      const key = asText(one);
      if (Object.prototype.hasOwnProperty.call(map.values, key)) return map.values[key];
      if (map.otherwise === 'error') throw reply.fault('MAP_NO_MATCH', `map ${map.name} has no entry for '${key}'`);
      if (map.otherwise === 'skip') return undefined;
      return map.otherwise === 'same' ? one : map.otherwise.value;
    });

  /** gt and lt: numbers and numeric text as numbers, other text by its characters. -1, 0, 1, or NaN. */
  const order = (left, right) => {
    if (isEmpty(left) || isEmpty(right)) return NaN;
    if (numbers.isNumeric(left) && numbers.isNumeric(right)) return numbers.compare(left, right);
    const one = asText(left);
    const other = asText(right);
    if (one === other) return 0;
    return one < other ? -1 : 1;
  };

  /**
   * The elements of a list, read one by one; undefined where the document has no list, which leaves
   * the record's lines alone. An empty list is a list.
   * @param {any} value
   * @param {((element: any) => boolean) | null} keep
   * @param {(element: any) => any} read
   */
  const elements = (value, keep, read) => {
    if (value === undefined || value === null || value === '') return undefined;
    return list(value)
      .filter((one) => !keep || keep(one))
      .map(read);
  };
  /** What is read inside a value; undefined where there is none. @param {any} value @param {(place: any) => any} read */
  const within = (value, read) => (isEmpty(value) ? undefined : read(value));

  /** @param {any} left @param {any} right */
  const equals = (left, right) => left === right || (isEmpty(left) && isEmpty(right));
  /** A record's value against a literal: a checkbox may be 'T', an id or a number may be text on one side. */
  const alike = (left, right) => {
    if (isEmpty(left) || isEmpty(right)) return isEmpty(left) && isEmpty(right);
    if (Array.isArray(left)) return false; // the values of a multi-select are no single one
    if (typeof left === 'string' && typeof right === 'string') return left === right;
    if (typeof right === 'boolean') return (left === true || left === 'T' || left === 'true') === right;
    if (numbers.isNumeric(left) && numbers.isNumeric(right)) return numbers.compare(left, right) === 0;
    return asText(left) === asText(right);
  };
  /** @param {any} value @param {any[]} allowed */
  const alikeAny = (value, allowed) => allowed.some((one) => alike(value, one));
  /** @param {any} left @param {any} right */
  const greater = (left, right) => order(left, right) > 0;
  /** @param {any} left @param {any} right */
  const less = (left, right) => order(left, right) < 0;
  /** @param {any} value @param {any[]} allowed */
  const among = (value, allowed) => allowed.some((one) => equals(value, one));
  /** @param {any} value @param {RegExp} pattern */
  const matches = (value, pattern) => !isEmpty(value) && pattern.test(asText(value));

  return {
    get,
    has,
    isEmpty,
    coalesce,
    or,
    list,
    asText,
    each,
    mapped,
    elements,
    within,
    equals,
    alike,
    alikeAny,
    greater,
    less,
    among,
    matches
  };
});
