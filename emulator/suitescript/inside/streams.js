'use strict';

/* Reading a text in pieces: lines, segments, characters. */

const { fail } = use('inside/errors');
const { state } = use('inside/state');

/** Whether each() goes on after a callback that returned this. */
const goesOn = (answer) => answer === true || (answer !== false && !state.request.account.switches.file_lines_need_true);

/** Pieces of a text as {value}: each(callback), or one by one. */
class Pieces {
  #values;
  #at = 0;

  constructor(values) {
    this.#values = values;
  }

  each(callback) {
    while (this.hasNext()) if (!goesOn(callback(this.next()))) return;
  }

  hasNext() {
    return this.#at < this.#values.length;
  }

  next() {
    if (!this.hasNext()) return null;
    this.#at += 1;
    return { value: this.#values[this.#at - 1] };
  }

  reset() {
    this.#at = 0;
  }
}

class FileLines extends Pieces {
  iterator() {
    return this;
  }

  toString() {
    return 'file.FileLines';
  }
}

class FileSegments extends Pieces {
  iterator() {
    return this;
  }

  toString() {
    return 'file.FileSegments';
  }
}

function linesOf(text) {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Segments with their separator. */
function segmentsOf(text, separator) {
  const pieces = text.split(separator);
  const segments = pieces.map((piece, index) => (index < pieces.length - 1 ? piece + separator : piece));
  if (segments.at(-1) === '') segments.pop();
  return segments;
}

class Reader {
  #text;
  #at = 0;

  constructor(text) {
    this.#text = text;
  }

  #take(end) {
    if (this.#at >= this.#text.length) return null;
    const taken = this.#text.slice(this.#at, end);
    this.#at += taken.length;
    return taken;
  }

  readUntil(options) {
    const { tag } = options ?? {};
    if (!tag) fail('SSS_TAG_CANNOT_BE_EMPTY', 'The tag is empty.');
    const found = this.#text.indexOf(tag, this.#at);
    return this.#take(found < 0 ? undefined : found + tag.length);
  }

  readChars(options) {
    const { number } = options ?? {};
    if (!(number > 0)) fail('SSS_INVALID_READ_SIZE', 'The number of characters is not above zero.');
    return this.#take(this.#at + number);
  }

  reset() {
    this.#at = 0;
  }

  toString() {
    return 'file.Reader';
  }
}

Object.assign(exports, { FileLines, FileSegments, Reader, linesOf, segmentsOf });
