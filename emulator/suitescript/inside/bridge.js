'use strict';

/* Calls to the host. Log rows travel with the next call or with the outcome. */

const { SuiteScriptError, fail } = use('inside/errors');
const { state } = use('inside/state');
const { traced, takeTrace } = use('inside/trace');

const { parse, stringify } = JSON;

function takeLogs() {
  const { logs } = state;
  state.logs = [];
  return logs;
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
  if (traced) message.trace = takeTrace();
  const reply = parse(host.call(stringify(message)));
  state.used = reply.used;
  if (!reply.error) return reply.value;
  const { name, message: words, ...facts } = reply.error;
  const error = new SuiteScriptError(name, words, facts);
  // Usage and time: the script is over. It may catch this, but every further call repeats it.
  if (reply.fatal) state.ended = error;
  throw error;
}

Object.assign(exports, { call, guard, takeLogs });
