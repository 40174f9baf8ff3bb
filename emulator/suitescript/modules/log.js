'use strict';

/* N/log, also there as the global `log`. Costs no units; rows below the deployment's level are dropped. */

const { moduleOf } = use('inside/api');
const { state } = use('inside/state');

const LEVELS = ['DEBUG', 'AUDIT', 'ERROR', 'EMERGENCY'];

function text(details) {
  if (details === undefined || details === null) return '';
  if (typeof details === 'string') return details;
  if (typeof details === 'object') {
    try {
      return JSON.stringify(details) ?? '';
    } catch {
      return String(details);
    }
  }
  return String(details);
}

function writer(level) {
  return (first, second) => {
    const { id, deploy, logLevel } = state.request.script;
    if (LEVELS.indexOf(level) < LEVELS.indexOf(logLevel)) return;
    const { title, details } =
      first !== null && typeof first === 'object' && second === undefined ? first : { title: first, details: second };
    state.logs.push({
      script: id, deploy, level, title: String(title || 'Untitled').slice(0, 99), details: text(details).slice(0, 3999), time: Date.now(),
    });
  };
}

exports.module = moduleOf('N/log', {
  debug: writer('DEBUG'),
  audit: writer('AUDIT'),
  error: writer('ERROR'),
  emergency: writer('EMERGENCY'),
});
