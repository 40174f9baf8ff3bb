'use strict';

/*
 * The pipe to the host: frames of a 4-byte length, one letter and JSON text.
 *
 *   host to worker   r  run this execution          worker to host   c  call the host
 *                    v  the value of your call                       d  that execution is done
 *
 * Everything is synchronous, because SuiteScript is: a call blocks until its value is there. While a
 * worker waits for a value it may be sent a run (a user event fired by its own save).
 */

const fs = require('node:fs');

const IN = 0;
const OUT = 1;
const HEAD = 5;

function fill(buffer) {
  let at = 0;
  while (at < buffer.length) {
    const got = fs.readSync(IN, buffer, at, buffer.length - at, null);
    if (got === 0) process.exit(0); // the host is gone
    at += got;
  }
  return buffer;
}

/** Blocks until the next frame; the process ends with the host. */
function receive() {
  const head = fill(Buffer.allocUnsafe(HEAD));
  const body = fill(Buffer.allocUnsafe(head.readUInt32BE(0)));
  return { kind: String.fromCharCode(head[4]), text: body.toString('utf8') };
}

function send(kind, text) {
  const size = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(HEAD + size);
  frame.writeUInt32BE(size, 0);
  frame[4] = kind.charCodeAt(0);
  frame.write(text, HEAD, 'utf8');
  let at = 0;
  while (at < frame.length) at += fs.writeSync(OUT, frame, at, frame.length - at);
}

module.exports = { receive, send };
