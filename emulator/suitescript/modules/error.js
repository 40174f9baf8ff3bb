'use strict';

/* N/error. */

const { moduleOf } = use('inside/api');
const { SuiteScriptError, need, refuse } = use('inside/errors');

/** The codes of error.Type that scripts name most; another one is refused by name. */
const CODES = Object.freeze({
  INVALID_FLD_VALUE: 'INVALID_FLD_VALUE',
  INVALID_KEY_OR_REF: 'INVALID_KEY_OR_REF',
  INVALID_RCRD_TYPE: 'INVALID_RCRD_TYPE',
  MISSING_REQD_ARGUMENT: 'SSS_MISSING_REQD_ARGUMENT',
  RCRD_DSNT_EXIST: 'RCRD_DSNT_EXIST',
  SSS_INVALID_API_USAGE: 'SSS_INVALID_API_USAGE',
  SSS_INVALID_SUBLIST_OPERATION: 'SSS_INVALID_SUBLIST_OPERATION',
  SSS_INVALID_TYPE_ARG: 'SSS_INVALID_TYPE_ARG',
  SSS_MISSING_REQD_ARGUMENT: 'SSS_MISSING_REQD_ARGUMENT',
});

const Type = new Proxy(CODES, {
  get: (codes, key) => (key in codes || typeof key === 'symbol' ? codes[key] : refuse(`N/error.Type.${key}`)),
});

exports.module = moduleOf('N/error', {
  Type,
  create(options) {
    const { name, message, notifyOff = false, cause } = need(options, 'error.create', 'name');
    const words = message instanceof Error ? message.message : String(message ?? '');
    return new SuiteScriptError(String(name), words, { notifyOff, cause });
  },
});
