'use strict';

/* Errors as scripts see them. */

const { state } = use('inside/state');
const { traced, raised } = use('inside/trace');

const OUTSIDE = /suitescript:|node:|\/suitescript\/(realm|worker)|<anonymous>/;

/** The places of a stack that are in scripts: not those of the engine, nor the lines of a message. */
function lines(stack) {
  return String(stack ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at ') && !OUTSIDE.test(line));
}

/** An error of N/ or of the account: `name` is NetSuite's code, `stack` a list of places. */
class SuiteScriptError extends Error {
  constructor(name, message, facts = {}) {
    super(message);
    const stack = facts.stack ?? lines(this.stack);
    this.type = facts.type ?? 'error.SuiteScriptError';
    this.name = name;
    if (traced) raised(name);
    this.id = facts.id ?? '';
    this.cause = facts.cause ?? { name, message };
    this.notifyOff = facts.notifyOff ?? false;
    Object.defineProperty(this, 'stack', { value: stack, enumerable: true, configurable: true });
    if (this.type === 'error.UserEventError') {
      this.eventType = facts.eventType;
      this.recordId = facts.recordId;
    }
  }

  toJSON() {
    const { type, name, message, stack, cause, id, notifyOff } = this;
    const facts = { type, name, message, stack, cause, id, notifyOff, userFacing: false };
    if (type === 'error.UserEventError') {
      facts.eventType = this.eventType;
      facts.recordId = this.recordId;
    }
    return facts;
  }

  toString() {
    return JSON.stringify(this);
  }
}

/** In SuiteScript 2.0 the JSON of an Error has its message (help topic "Error Object Properties"). */
function showMessages() {
  Object.defineProperty(Error.prototype, 'toJSON', {
    configurable: true,
    writable: true,
    value() {
      return Object.hasOwn(this, 'message') ? { ...this, message: this.message } : { ...this };
    },
  });
}

/** The words of a message that is not the script's own (NetSuiteError.outward in emulator/errors.py). */
function worded(message) {
  return state.request.account.switches.message_language === 'en_US' ? message : 'Vorgang abgelehnt.';
}

function fail(name, message) {
  throw new SuiteScriptError(name, worded(message));
}

/** Writes a row of the emulator's own into the log. */
function note(details, title = 'Not in NetSuite') {
  const { id, deploy } = state.request.script;
  state.logs.push({ script: id, deploy, level: 'EMULATOR', title, details, time: Date.now() });
}

/** Refuses a member or a form that the emulator does not have: named, and seen in the log. */
function refuse(what) {
  const message = `The emulator does not have ${what}.`;
  note(message, 'Not in the emulator');
  throw new SuiteScriptError('EMULATOR_UNSUPPORTED', message);
}

function missing(name) {
  fail('SSS_MISSING_REQD_ARGUMENT', `${name}: Missing a required argument: ${name.split('.').pop()}`);
}

/** Checks required options, named as in `record.load: type`. */
function need(options, member, ...names) {
  for (const name of names) {
    const value = options?.[name];
    if (value === undefined || value === null || value === '') missing(`${member}: ${name}`.replace(': ', '.'));
  }
  return options;
}

function text(value) {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/** The facts of anything that was thrown, to leave the realm as JSON. */
function describe(error) {
  if (error instanceof SuiteScriptError) return error.toJSON();
  if (error instanceof Error) {
    return {
      type: 'error.SuiteScriptError',
      name: 'UNEXPECTED_ERROR',
      message: `${error.name}: ${error.message}`,
      stack: lines(error.stack),
      id: '',
      javascript: true,
    };
  }
  if (error !== null && typeof error === 'object' && (error.name || error.message)) {
    return {
      type: 'error.SuiteScriptError',
      name: text(error.name ?? error.code ?? 'UNEXPECTED_ERROR'),
      message: text(error.message ?? error),
      stack: [],
      id: '',
    };
  }
  return { type: 'error.SuiteScriptError', name: 'UNEXPECTED_ERROR', message: text(error), stack: [], id: '' };
}

Object.assign(exports, { SuiteScriptError, fail, note, refuse, need, describe, showMessages, worded });
