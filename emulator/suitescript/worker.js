'use strict';

/* A script worker: one execution at a time, and inside it the executions that it causes. */

const { receive, send } = require('./wire');
const { execute, warm } = require('./realm');

function answer(text) {
  send('d', execute(text, call));
}

/** Calls the host and returns its answer as JSON text; runs what the host asks for meanwhile. */
function call(text) {
  send('c', text);
  warm();
  for (;;) {
    const frame = receive();
    if (frame.kind === 'v') return frame.text;
    answer(frame.text);
  }
}

for (;;) {
  warm();
  answer(receive().text);
}
