'use strict';

/* N/util, also there as the global `util`. */

const { moduleOf } = use('inside/api');

const kindOf = (value) => Object.prototype.toString.call(value).slice(8, -1);
const isObject = (value) => kindOf(value) === 'Object';

/** Copies into the receiver, objects part by part. */
function deepExtend(receiver, contributor) {
  for (const [key, value] of Object.entries(contributor ?? {})) {
    if (isObject(value) && isObject(receiver[key])) deepExtend(receiver[key], value);
    else receiver[key] = isObject(value) ? deepExtend({}, value) : value;
  }
  return receiver;
}

exports.module = moduleOf('N/util', {
  isArray: (value) => Array.isArray(value),
  isAsyncFunction: (value) => kindOf(value) === 'AsyncFunction',
  isBoolean: (value) => kindOf(value) === 'Boolean',
  isDate: (value) => kindOf(value) === 'Date',
  isError: (value) => value instanceof Error,
  isFunction: (value) => typeof value === 'function',
  isNumber: (value) => kindOf(value) === 'Number',
  isNumberOrString: (value) => ['Number', 'String'].includes(kindOf(value)),
  isObject,
  isRegExp: (value) => kindOf(value) === 'RegExp',
  isString: (value) => kindOf(value) === 'String',
  trim: (value) => String(value).trim(),
  nanoTime: () => Date.now() * 1e6,
  each(items, callback) {
    for (const key of Object.keys(items)) callback(items[key], Array.isArray(items) ? Number(key) : key, items);
    return items;
  },
  extend: (receiver, contributor) => Object.assign(receiver, contributor),
  deepExtend,
});
