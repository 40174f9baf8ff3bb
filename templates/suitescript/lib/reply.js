/**
 * Faults: how one is raised, which class it has, and how it goes into an answer.
 *
 * A class says what the caller does next: `retry` (send again later), `data` (the document must
 * change), `config` and `permission` (a person must change the set-up; the lane stops).
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define([], () => {
  /** The library's own codes. NetSuite's codes pass as they are. */
  const OWN = {
    MISSING_REFERENCE: 'data',
    AMBIGUOUS_REFERENCE: 'data',
    REQUIRED_EMPTY: 'data',
    BAD_VALUE: 'data',
    MAP_NO_MATCH: 'data',
    LINE_KEY_TWICE: 'data',
    LINE_NOT_FOUND: 'data',
    KEY_EMPTY: 'data',
    RECORD_NOT_FOUND: 'data',
    SCRIPT_ERROR: 'data',
    TABLE_NOT_VISIBLE: 'permission',
    PERMISSION_LACKING: 'permission',
    WRONG_ACCOUNT: 'config',
    WRONG_CONTRACT: 'config',
    FLOW_DISABLED: 'config',
    UNKNOWN_OP: 'config',
    BAD_REQUEST: 'config',
    CLAIM_IN_PROGRESS: 'retry',
    PAUSED: 'retry'
  };

  /** NetSuite's codes that are not about the document. */
  const NETSUITE = {
    RCRD_HAS_BEEN_CHANGED: 'retry',
    RCRD_LOCKED_BY_WF: 'retry',
    SSS_REQUEST_LIMIT_EXCEEDED: 'retry',
    SSS_REQUEST_TIME_EXCEEDED: 'retry',
    SSS_USAGE_LIMIT_EXCEEDED: 'retry',
    SSS_TIME_LIMIT_EXCEEDED: 'retry',
    SSS_APP_SERVER_RESTART: 'retry',
    UNEXPECTED_ERROR: 'retry',
    INSUFFICIENT_PERMISSION: 'permission',
    SSS_MISSING_REQD_ARGUMENT: 'config',
    SSS_INVALID_TYPE_ARG: 'config',
    FEATURE_DISABLED: 'config'
  };

  /** Names of JavaScript's own errors: a fault in a hook or in this library. */
  const SCRIPT = ['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'];

  /**
   * A fault with one of the library's own codes.
   * @param {keyof typeof OWN} code
   * @param {string} message for people
   * @param {{missing?: string}} [more]
   */
  const fault = (code, message, more) => Object.assign(new Error(message), { name: code }, more);

  /** The first of many ids, for a message. @param {string[]} ids */
  const some = (ids) => ids.slice(0, 10).join(', ') + (ids.length > 10 ? ', ...' : '');

  /** What NetSuite throws has a name; a text that is thrown is a hook's. @param {any} error */
  const codeOf = (error) => {
    const name = String((error && error.name) || 'Error');
    return SCRIPT.indexOf(name) >= 0 ? 'SCRIPT_ERROR' : name;
  };

  /** @param {string} code */
  const classOf = (code) => OWN[code] || NETSUITE[code] || 'data';

  /**
   * The field that NetSuite's message names by its id. Only ids are looked for: they are the same
   * in every language, the sentence is not.
   * @param {string} message
   * @param {{[field: string]: string}} specs mapped fields and their spec lines
   */
  const fieldIn = (message, specs) => {
    const words = message.split(/[^A-Za-z0-9_]+/);
    const named = Object.keys(specs).filter((field) => words.indexOf(field.split('.').pop() || '') >= 0);
    return named.length === 1 ? named[0] : null;
  };

  /**
   * A raised error as it stands in an answer.
   * @param {any} error
   * @param {{field: string | null, spec: string | null, specs: {[field: string]: string}}} position
   */
  const failure = (error, position) => {
    const code = codeOf(error);
    const message = String((error && error.message) || error);
    const field = position.field || (code === 'SCRIPT_ERROR' ? null : fieldIn(message, position.specs));
    const answer = {
      code: code,
      message: message,
      field: field,
      spec: position.spec || (field ? position.specs[field] || null : null),
      class: classOf(code)
    };
    return error && error.missing ? Object.assign(answer, { missing: error.missing }) : answer;
  };

  /** An error of a whole call. @param {any} error */
  const refusal = (error) => {
    const code = codeOf(error);
    return { code: code, message: String((error && error.message) || error), class: classOf(code) };
  };

  return { fault, some, codeOf, classOf, failure, refusal };
});
