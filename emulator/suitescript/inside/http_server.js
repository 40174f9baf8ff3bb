'use strict';

/*
 * A Suitelet's request and response (help topics "http.ServerRequest" and "http.ServerResponse").
 *
 * The response is collected here and leaves with the outcome: a page as its facts, everything else as text.
 */

const { complete } = use('inside/api');
const { fail, need } = use('inside/errors');
const { CacheDuration, RedirectType } = use('inside/requests');

const LINE = '\u0002';
const CELL = '\u0001';

/** Headers that only the server may set (help topic "ServerResponse.setHeader(options)", SSS_INVALID_HEADER). */
const SERVERS_OWN = new Set([
  'connection', 'content-length', 'content-encoding', 'date', 'host', 'keep-alive', 'proxy-authenticate', 'server', 'set-cookie',
  'trailer', 'transfer-encoding', 'upgrade', 'via', 'warning',
]);

class ServerRequest {
  constructor({ method, url, parameters, headers, body, clientIpAddress, files }) {
    const given = Object.fromEntries(Object.entries(files).map(([name, facts]) => [name, use('modules/file').module.create(facts)]));
    Object.assign(this, { method, url, parameters, headers: readable(headers), body, clientIpAddress, files: given });
    Object.freeze(this);
  }

  /** Lines of a sublist that a form sent; -1 where there is no such sublist. */
  getLineCount(options) {
    const { group } = need(options, 'ServerRequest.getLineCount', 'group');
    const data = this.parameters[`${group}data`];
    if (data === undefined) return -1;
    return data === '' ? 0 : data.split(LINE).length;
  }

  getSublistValue(options) {
    const { group, name, line } = need(options, 'ServerRequest.getSublistValue', 'group', 'name', 'line');
    const place = (this.parameters[`${group}fields`] ?? '').split(CELL).indexOf(name);
    const row = (this.parameters[`${group}data`] ?? '').split(LINE)[line];
    return row === undefined || place < 0 ? null : (row.split(CELL)[place] ?? null);
  }

  toString() {
    return 'http.ServerRequest';
  }
}

/** Headers are found in the case in which they were sent and in lower case. */
function readable(headers) {
  return new Proxy(headers, { get: (all, key) => all[key] ?? (typeof key === 'string' ? all[key.toLowerCase()] : undefined) });
}

class ServerResponse {
  #headers = new Map(); // lower-case name to [name, values]
  #text = '';
  #page = null;
  #file = null;
  #redirect = null;
  #cache = null;

  get headers() {
    return Object.fromEntries([...this.#headers.values()].map(([name, values]) => [name, values.length > 1 ? values : values[0]]));
  }

  #header(options, member) {
    const { name, value } = need(options, member, 'name', 'value');
    if (SERVERS_OWN.has(String(name).toLowerCase()) || /[\r\n:]/.test(name) || /[\r\n]/.test(value)) {
      fail('SSS_INVALID_HEADER', `One or more headers are not valid: ${String(name)}`);
    }
    return { key: String(name).toLowerCase(), name: String(name), value: String(value) };
  }

  addHeader(options) {
    const { key, name, value } = this.#header(options, 'ServerResponse.addHeader');
    this.#headers.set(key, [name, [...(this.#headers.get(key)?.[1] ?? []), value]]);
  }

  setHeader(options) {
    const { key, name, value } = this.#header(options, 'ServerResponse.setHeader');
    this.#headers.set(key, [name, [value]]);
  }

  getHeader(options) {
    const { name } = need(options, 'ServerResponse.getHeader', 'name');
    const values = this.#headers.get(String(name).toLowerCase())?.[1];
    return values && values.length > 1 ? values : (values?.[0] ?? null);
  }

  write(options) {
    const { output } = need(typeof options === 'string' ? { output: options } : options, 'ServerResponse.write', 'output');
    if (typeof output !== 'string') fail('WRONG_PARAMETER_TYPE', 'ServerResponse.write: output is not a string.');
    this.#text += output;
  }

  writeLine(options) {
    const { output } = need(typeof options === 'string' ? { output: options } : options, 'ServerResponse.writeLine', 'output');
    if (typeof output !== 'string') fail('WRONG_PARAMETER_TYPE', 'ServerResponse.writeLine: output is not a string.');
    this.#text += `${output}\n`;
  }

  writeFile(options, inline) {
    const given = options?.file ? options : { file: options, isInline: inline };
    const { file, isInline = false } = need(given, 'ServerResponse.writeFile', 'file');
    this.#file = { ...file.portable(), inline: Boolean(isInline) };
  }

  writePage(options) {
    const page = options?.pageObject ?? options;
    if (typeof page?.facts !== 'function') need({}, 'ServerResponse.writePage', 'pageObject');
    this.#page = page.facts();
  }

  renderPdf(options) {
    const { xmlString } = need(typeof options === 'string' ? { xmlString: options } : options, 'ServerResponse.renderPdf', 'xmlString');
    this.writeFile({ file: use('modules/render').module.xmlToPdf({ xmlString }), isInline: true });
  }

  sendRedirect(options) {
    const { type, identifier } = need(options, 'ServerResponse.sendRedirect', 'type', 'identifier');
    const { id, editMode = false, parameters = {} } = options;
    const links = use('inside/links');
    const kind = RedirectType[String(type).toUpperCase()];
    if (kind === 'RECORD') {
      this.#redirect = links.record({ recordType: identifier, recordId: id, isEditMode: editMode, params: parameters });
    } else if (kind === 'SUITELET' || kind === 'RESTLET') {
      need(options, 'ServerResponse.sendRedirect', 'id');
      this.#redirect = links.script({ scriptId: identifier, deploymentId: id, params: parameters });
    } else if (kind === 'TASK_LINK') this.#redirect = links.task({ id: identifier, params: parameters });
    else if (kind === 'MEDIA_ITEM') this.#redirect = links.withParams('/core/media/media.nl', { id: identifier, ...parameters });
    else fail('SSS_INVALID_TYPE_ARG', `You have entered an invalid type argument: type ${String(type)}`);
  }

  setCdnCacheable(options) {
    const { type } = need(options, 'ServerResponse.setCdnCacheable', 'type');
    if (!(String(type).toUpperCase() in CacheDuration)) fail('SSS_INVALID_TYPE_ARG', 'You have entered an invalid type argument: type');
    this.#cache = String(type).toUpperCase();
  }

  toString() {
    return 'http.ServerResponse';
  }

  /** For the host: the whole answer. */
  facts() {
    return {
      headers: [...this.#headers.values()].flatMap(([name, values]) => values.map((value) => [name, value])),
      text: this.#text, page: this.#page, file: this.#file, redirect: this.#redirect, cache: this.#cache,
    };
  }
}

complete('N/http', 'ServerRequest', ServerRequest);
complete('N/http', 'ServerResponse', ServerResponse);

Object.assign(exports, { ServerRequest, ServerResponse });
