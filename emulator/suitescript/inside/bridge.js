'use strict';

/* Calls to the host. Log rows and charges travel with the next call or with the outcome. */

const { SuiteScriptError, fail } = use('inside/errors');
const { state } = use('inside/state');
const { traced, takeTrace } = use('inside/trace');

const { parse, stringify } = JSON;

function takeLogs() {
  const { logs } = state;
  state.logs = [];
  return logs;
}

/** Meters what needs no answer of the host; false where the units are not left, so that the host has to be asked. */
function charge(member, units) {
  if (state.ended || state.used + units > state.request.limit) return false;
  state.used += units;
  state.charges.push([member, units]);
  return true;
}

function takeCharges() {
  const { charges } = state;
  state.charges = [];
  return charges;
}

/** No N/ member may be called while a define() callback runs. */
function guard(member) {
  if (state.defining > 0) {
    fail(
      'SUITESCRIPT_API_UNAVAILABLE_IN_DEFINE',
      `SuiteScript API Modules are unavailable while executing your define callback: ${member}.`,
    );
  }
}

/** Calls the host; throws its error as a SuiteScriptError. */
function call(op, args) {
  if (state.ended) throw state.ended;
  const message = { op, args };
  if (state.logs.length) message.logs = takeLogs();
  if (state.charges.length) message.charges = takeCharges();
  if (traced) message.trace = takeTrace();
  const reply = parse(host.call(stringify(message)));
  state.used = reply.used;
  if (reply.changed) state.blanks.clear();
  if (!reply.error) return reply.value;
  const { name, message: words, ...facts } = reply.error;
  const error = new SuiteScriptError(name, words, facts);
  // Usage and time: the script is over. It may catch this, but every further call repeats it.
  if (reply.fatal) state.ended = error;
  throw error;
}

Object.assign(exports, { call, charge, guard, takeCharges, takeLogs });
