'use strict';

/* N/error. */

const { moduleOf } = use('inside/api');
const { SuiteScriptError, fail, need, refuse } = use('inside/errors');
const { errorTypes } = use('data/error_types');

/** A code that error.Type does not have is refused by name. */
const Type = new Proxy(Object.freeze(errorTypes), {
  get: (codes, key) => (key in codes || typeof key === 'symbol' ? codes[key] : refuse(`N/error.Type.${key}`)),
});

exports.module = moduleOf('N/error', {
  Type,

  /** The message may be another error, whose words it takes. */
  create(options) {
    const { name, message, notifyOff = false, cause } = need(options, 'error.create', 'name');
    if (message === undefined || message === null) need(options, 'error.create', 'message');
    if (typeof notifyOff !== 'boolean') fail('WRONG_PARAMETER_TYPE', 'Wrong parameter type: notifyOff is expected as boolean.');
    const words = typeof message === 'object' ? (message.message ?? JSON.stringify(message)) : String(message);
    return new SuiteScriptError(String(name), words, { notifyOff, cause: cause ?? (message instanceof Error ? message : undefined) });
  },
});
