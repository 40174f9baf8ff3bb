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

let held = Buffer.allocUnsafe(1 << 16); // what was read lies between start and end
let start = 0;
let end = 0;

/** Reads until `size` bytes are held: a small frame comes whole in one read. */
function fill(size) {
  if (start + size > held.length) {
    const larger = size > held.length ? Buffer.allocUnsafe(2 * size) : held;
    held.copy(larger, 0, start, end);
    held = larger;
    end -= start;
    start = 0;
  }
  while (end - start < size) {
    const got = fs.readSync(IN, held, end, held.length - end, null);
    if (got === 0) process.exit(0); // the host is gone
    end += got;
  }
}

/** Blocks until the next frame; the process ends with the host. */
function receive() {
  fill(HEAD);
  const size = HEAD + held.readUInt32BE(start);
  fill(size);
  const kind = String.fromCharCode(held[start + 4]);
  const text = held.toString('utf8', start + HEAD, start + size);
  start += size;
  if (start === end) start = end = 0;
  return { kind, text };
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
