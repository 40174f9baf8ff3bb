'use strict';

/* An execution from its request to its outcome. */

const { describe } = use('inside/errors');
const { state } = use('inside/state');
const { takeCharges, takeLogs } = use('inside/bridge');
const { traced, takeTrace } = use('inside/trace');
const { parse, stringify } = JSON;

/**
 * Takes what V8 gives a context and NetSuite does not; moves the clock to the account's.
 * @param {number} offset how far the account's clock is ahead, milliseconds; never measured here: what
 *   two executions stamp must stand in the order in which they ran
 */
function furnish(offset) {
  for (const name of ['console', 'WebAssembly', 'SharedArrayBuffer', 'Atomics']) delete globalThis[name];
  const Real = Date;
  if (offset === 0) return;
  const now = () => Real.now() + offset;
  function AccountDate(...parts) {
    if (!new.target) return new Real(now()).toString();
    return Reflect.construct(Real, parts.length ? parts : [now()], new.target === AccountDate ? Real : new.target);
  }
  AccountDate.prototype = Real.prototype;
  Real.prototype.constructor = AccountDate;
  AccountDate.now = now;
  AccountDate.parse = Real.parse;
  AccountDate.UTC = Real.UTC;
  globalThis.Date = AccountDate;
}

/**
 * @param {number} run the execution's number
 * @param {string} requestText JSON
 * @param {object} account its id, processors and switches: frozen, and no script's to see
 */
exports.prepare = function prepare(run, requestText, account) {
  const request = parse(requestText);
  request.account = account;
  state.request = request;
  state.used = request.used;
  furnish(request.clockOffset);

  const outcome = { run, ok: false };

  function failed(error) {
    outcome.ok = false;
    outcome.error = describe(error);
  }

  return {
    /** Runs under the time limit; a promise of the entry point is settled before it returns. */
    start() {
      try {
        const loader = use('inside/loader');
        const entries = use('inside/entries');
        const script = loader.entryScript(request.script.path, request.script.type);
        outcome.entries = Object.keys(script);
        if (script.config) outcome.config = script.config;
        const value = entries.run(script, request.entry);
        outcome.ok = true;
        if (value instanceof Promise) {
          outcome.ok = false;
          outcome.error = { name: 'UNEXPECTED_ERROR', message: 'The promise of the entry point was never settled.' };
          value.then((settled) => {
            outcome.value = entries.finish(request.entry, settled);
            outcome.ok = true;
          }).catch(failed);
        } else {
          outcome.value = entries.finish(request.entry, value);
        }
      } catch (error) {
        failed(error);
      }
    },
    /** The outcome as JSON text. What the host ended stays ended, whatever the script made of it. */
    finish() {
      if (state.ended) failed(state.ended);
      if (outcome.ok) delete outcome.error;
      outcome.logs = takeLogs();
      outcome.charges = takeCharges();
      if (traced) outcome.trace = takeTrace();
      if (host.lens) outcome.seen = use(host.lens).takeNotes();
      if (state.redirect) outcome.redirect = state.redirect;
      return stringify(outcome);
    },
  };
};
