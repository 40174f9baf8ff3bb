'use strict';

/* N/file: text files. Contents over 10 MB are read and written by line. */

const { call } = use('inside/bridge');
const { moduleOf, enumOf, complete } = use('inside/api');
const { fail, need } = use('inside/errors');

const LIMIT = 10 * 1024 * 1024;
const Encoding = Object.freeze({
  UTF_8: 'UTF-8', WINDOWS_1252: 'windows-1252', ISO_8859_1: 'ISO-8859-1', GB18030: 'GB18030', SHIFT_JIS: 'SHIFT_JIS',
  MAC_ROMAN: 'MacRoman', GB2312: 'GB2312', BIG5: 'Big5',
});
const Type = enumOf([
  'APPCACHE', 'AUTOCAD', 'BMPIMAGE', 'CERTIFICATE', 'CONFIG', 'CSV', 'EXCEL', 'FLASH', 'FREEMARKER', 'GIFIMAGE', 'GZIP',
  'HTMLDOC', 'ICON', 'JAVASCRIPT', 'JPGIMAGE', 'JSON', 'MESSAGERFC', 'MP3', 'MPEGMOVIE', 'MSPROJECT', 'PDF', 'PJPGIMAGE',
  'PLAINTEXT', 'PNGIMAGE', 'POSTSCRIPT', 'POWERPOINT', 'QUICKTIME', 'RTF', 'SCSS', 'SMS', 'STYLESHEET', 'SVG', 'TAR',
  'TIFFIMAGE', 'VISIO', 'WEBAPPPAGE', 'WEBAPPSCRIPT', 'WORD', 'XMLDOC', 'XSD', 'ZIP',
]);
const TEXT = new Set([
  'APPCACHE', 'CONFIG', 'CSV', 'FREEMARKER', 'HTMLDOC', 'JAVASCRIPT', 'JSON', 'MESSAGERFC', 'PLAINTEXT', 'POSTSCRIPT', 'RTF',
  'SCSS', 'SMS', 'STYLESHEET', 'SVG', 'WEBAPPPAGE', 'WEBAPPSCRIPT', 'XMLDOC', 'XSD',
]);

/** each(callback) over {value}; ends when the callback returns false. */
function iterator(values) {
  return { each: (callback) => void values.every((value) => callback({ value }) !== false) };
}

function linesOf(text) {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
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

  readUntil({ tag }) {
    if (!tag) fail('SSS_TAG_CANNOT_BE_EMPTY', 'The tag is empty.');
    const found = this.#text.indexOf(tag, this.#at);
    return this.#take(found < 0 ? undefined : found + tag.length);
  }

  readChars({ number }) {
    if (!(number > 0)) fail('SSS_INVALID_READ_SIZE', 'The number of characters is not above zero.');
    return this.#take(this.#at + number);
  }

  reset() {
    this.#at = 0;
  }
}

class File {
  #parts; // of the contents, joined when they are read
  #reading = false;

  constructor(facts, text) {
    const { id = null, name, fileType, folder, encoding, description = '', path = '', isInactive = false, isOnline = false } = facts;
    Object.assign(this, { name, fileType, folder, encoding: encoding ?? Encoding.UTF_8, description, isInactive, isOnline });
    Object.defineProperties(this, {
      id: { value: id, enumerable: true },
      path: { value: path, enumerable: true },
      url: { value: '', enumerable: true },
    });
    this.#parts = [text];
  }

  #text() {
    if (this.#parts.length > 1) this.#parts = [this.#parts.join('')];
    return this.#parts[0];
  }

  get size() {
    return host.byteLength(this.#text());
  }

  get isText() {
    return TEXT.has(this.fileType);
  }

  getContents() {
    const text = this.#text();
    if (host.byteLength(text) > LIMIT) tooLarge();
    return text;
  }

  #append(text) {
    if (this.#reading) {
      fail('YOU_CANNOT_WRITE_TO_A_FILE_AFTER_YOU_BEGAN_READING_FROM_IT', 'You cannot write to a file after you began reading from it.');
    }
    this.#parts.push(text);
    return this;
  }

  append(options) {
    return this.#append(String(need(options, 'File.append', 'value').value));
  }

  appendLine(options) {
    if (options?.value === undefined) need(options, 'File.appendLine', 'value');
    return this.#append(`${options.value}\n`);
  }

  get lines() {
    return {
      iterator: () => {
        this.#reading = true;
        return iterator(linesOf(this.#text()));
      },
    };
  }

  getReader() {
    this.#reading = true;
    return new Reader(this.#text());
  }

  /** Segments with their separator. */
  getSegments(options) {
    const { separator } = options ?? {};
    if (!separator) fail('SSS_INVALID_SEGMENT_SEPARATOR', 'The separator is empty.');
    this.#reading = true;
    const pieces = this.#text().split(separator);
    const segments = pieces.map((piece, index) => (index < pieces.length - 1 ? piece + separator : piece));
    if (segments.at(-1) === '') segments.pop();
    return { iterator: () => iterator(segments) };
  }

  resetStream() {
    this.#reading = false;
  }

  /** Replaces a file of the same name in the folder; returns the internal id. */
  save() {
    const { name, folder, fileType, encoding, description, isInactive, isOnline } = this;
    need(this, 'File.save', 'folder');
    return call('file.save', {
      name, folder: Number(folder), text: this.#text(), type: fileType, encoding, description, isInactive, isOnline,
    });
  }

  mapReduceInput() {
    return { pairs: linesOf(this.#text()).map((line, index) => [String(index), line]) };
  }

  toJSON() {
    const { id, name, description, path, url, folder, fileType, isText, size } = this;
    return { type: 'file.File', id, name, description, path, url, folder, fileType, isText, size };
  }

  toString() {
    return 'file.File';
  }
}

function tooLarge() {
  fail('SSS_FILE_CONTENT_SIZE_EXCEEDED', 'The file content you are attempting to access exceeds the maximum allowed size of 10 MB.');
}

complete('N/file', 'File', File);
complete('N/file', 'Reader', Reader);

exports.module = moduleOf('N/file', {
  Encoding,
  Type,
  NameConflictResolution: enumOf(['FAIL', 'OVERWRITE', 'RENAME_TO_UNIQUE']),
  create(options) {
    const { name, fileType, contents = '' } = need(options, 'file.create', 'name', 'fileType');
    if (!(fileType in Type)) fail('SSS_INVALID_TYPE_ARG', `You have entered an invalid type argument: ${String(fileType)}`);
    if (host.byteLength(contents) > LIMIT) tooLarge();
    return new File({ ...options, name, fileType }, contents);
  },
  load(options) {
    const id = options !== null && typeof options === 'object' ? options.id : options;
    if (id === undefined || id === null || id === '') fail('SSS_MISSING_REQD_ARGUMENT', 'file.load: Missing a required argument: id');
    const { text, type, ...facts } = call('file.load', { id });
    return new File({ ...facts, fileType: type }, text);
  },
  delete(options) {
    const { id } = need(options, 'file.delete', 'id');
    return call('file.delete', { id: Number(id) });
  },
});
