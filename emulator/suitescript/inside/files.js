'use strict';

/*
 * Files of the File Cabinet as scripts hold them. The contents of binary types are base 64; contents over
 * 10 MB are read and written by line.
 */

const { call } = use('inside/bridge');
const { complete, enumOf } = use('inside/api');
const { fail, need } = use('inside/errors');
const { state } = use('inside/state');
const { FileLines, FileSegments, Reader, linesOf, segmentsOf } = use('inside/streams');

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

function tooLarge() {
  fail('SSS_FILE_CONTENT_SIZE_EXCEEDED', 'The file content you are attempting to access exceeds the maximum allowed size of 10 MB.');
}

const bytesOf = (text, isText) => (isText ? host.byteLength(text) : Math.floor((text.replace(/[\s=]/g, '').length * 3) / 4));

class File {
  #parts; // of the contents, joined when they are read
  #saved; // the contents as they were created, loaded or saved
  #reading = false;
  #lines = null;

  constructor(facts, text) {
    const { id = null, name, fileType, folder, encoding, description, path = '', url = '' } = facts;
    const { isInactive = false, isOnline = false } = facts;
    Object.assign(this, { name, folder, encoding: encoding ?? Encoding.UTF_8, description: description ?? '', isInactive, isOnline });
    Object.defineProperties(this, {
      id: { value: id, enumerable: true },
      fileType: { value: fileType, enumerable: true },
      path: { value: path.replace(/^\//, ''), enumerable: true },
      url: { value: url, enumerable: true },
    });
    this.#parts = [text];
    this.#saved = text;
  }

  #text() {
    if (this.#parts.length > 1) this.#parts = [this.#parts.join('')];
    return this.#parts[0];
  }

  get size() {
    return bytesOf(this.#text(), this.isText);
  }

  get isText() {
    return TEXT.has(this.fileType);
  }

  getContents() {
    if (this.size > LIMIT) tooLarge();
    return this.#text();
  }

  #streamed(member) {
    if (!this.isText) fail('SSS_FILE_CONTENT_NOT_TEXT', `${member}: the file is not a text file.`);
  }

  #append(text, member) {
    this.#streamed(member);
    if (this.#reading) {
      fail('YOU_CANNOT_WRITE_TO_A_FILE_AFTER_YOU_BEGAN_READING_FROM_IT', 'You cannot write to a file after you began reading from it.');
    }
    this.#parts.push(text);
    return this;
  }

  append(options) {
    if (options?.value === undefined) need(options, 'File.append', 'value');
    return this.#append(String(options.value), 'File.append');
  }

  appendLine(options) {
    if (options?.value === undefined) need(options, 'File.appendLine', 'value');
    return this.#append(`${options.value}\n`, 'File.appendLine');
  }

  get lines() {
    this.#lines ??= { iterator: () => new FileLines(linesOf(this.#read('File.lines'))) };
    return this.#lines;
  }

  #read(member) {
    this.#streamed(member);
    this.#reading = true;
    return this.#text();
  }

  getReader() {
    return new Reader(this.#read('File.getReader'));
  }

  getSegments(options) {
    const { separator } = options ?? {};
    if (!separator) fail('SSS_INVALID_SEGMENT_SEPARATOR', 'The separator is empty.');
    return new FileSegments(segmentsOf(this.#read('File.getSegments'), separator));
  }

  /** Undoes what was appended since the file was created, loaded or saved, and begins to read anew (section_4769955125). */
  resetStream() {
    this.#reading = false;
    this.#parts = [this.#saved];
  }

  /** Replaces a file of the same name in the folder; returns the internal id. */
  save() {
    const { id, name, folder, fileType, encoding, description, isInactive, isOnline } = this;
    if (folder === undefined || folder === null || folder === '') {
      fail('SSS_MISSING_REQD_ARGUMENT', 'Please enter value(s) for: Folder');
    }
    if (!Number.isInteger(Number(folder))) fail('INVALID_KEY_OR_REF', `Invalid folder reference key ${folder}.`);
    const saved = call('file.save', {
      id, name, folder: Number(folder), text: this.#text(), type: fileType, encoding, description, inactive: isInactive, online: isOnline,
    });
    this.#saved = this.#text();
    this.#reading = false;
    return saved;
  }

  /** What attachments, archives and imports take of a file that need not be in the File Cabinet. */
  portable() {
    return { name: this.name, type: this.fileType, encoding: this.encoding, text: this.getContents() };
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

for (const name of ['portable', 'mapReduceInput']) Object.defineProperty(File.prototype, name, { enumerable: false });
complete('N/file', 'File', File);
complete('N/file', 'Reader', Reader);

/** A new file object; the contents of a binary type have to be base 64 where the account's switch says so. */
function createFile(options, contents) {
  const { fileType } = options;
  if (bytesOf(contents, TEXT.has(fileType)) > LIMIT) tooLarge();
  if (!TEXT.has(fileType) && state.request.account.switches.binary_files_need_base64 && !/^[A-Za-z0-9+/=\s]*$/.test(contents)) {
    fail('FAILED_TO_DECODE_STRING_ENCODED_BINARY_DATA_USING_1_ENCODING', `The contents of a ${fileType} file are base 64.`);
  }
  return new File(options, contents);
}

/** A file as the host hands it over. */
function loadedFile({ text, type, online = false, inactive = false, ...facts }) {
  return new File({ ...facts, fileType: type, isOnline: Boolean(online), isInactive: Boolean(inactive) }, text);
}

Object.assign(exports, { File, Encoding, Type, createFile, loadedFile });
