'use strict';

/*
 * Requests of N/http and N/https. They are really sent, by the host; a 4xx or 5xx is an answer like any other.
 */

const { call } = use('inside/bridge');
const { complete, enumOf } = use('inside/api');
const { fail, need, refuse } = use('inside/errors');
const { SecureString } = use('inside/secure');

const Method = enumOf(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH']);
const CacheDuration = enumOf(['LONG', 'MEDIUM', 'SHORT', 'UNIQUE']);
const RedirectType = enumOf(['MEDIA_ITEM', 'RECORD', 'RESTLET', 'SUITELET', 'TASK_LINK']);
const NOT_YOURS = new Set(['host', 'content-length', 'connection', 'transfer-encoding', 'trailer', 'upgrade']);
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** A part of a request: text as it is, or the steps of a secure string. */
function part(value) {
  return value instanceof SecureString ? { steps: SecureString.steps(value) } : String(value);
}

/** An object as a body is form-urlencoded, never JSON. */
function bodyOf(body, headers) {
  if (body === undefined || body === null) return null;
  if (body instanceof SecureString || typeof body === 'string') return part(body);
  if (body instanceof Uint8Array) return { bytes: [...body] };
  if (typeof body !== 'object') return String(body);
  if (!Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')) {
    headers['Content-Type'] = 'application/x-www-form-urlencoded; charset=UTF-8';
  }
  const plus = (value) => encodeURIComponent(value).replace(/%20/g, '+');
  return Object.entries(body)
    .map(([key, value]) => `${plus(key)}=${plus(value)}`)
    .join('&');
}

function headersOf(given) {
  if (given !== undefined && given !== null && typeof given !== 'object') fail('SSS_INVALID_HEADER', 'The headers are no object.');
  const headers = {};
  for (const [name, value] of Object.entries(given ?? {})) {
    if (NOT_YOURS.has(name.toLowerCase())) fail('SSS_INVALID_HEADER', `The header ${name} is set by NetSuite.`);
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || /[\r\n]/.test(String(value))) fail('SSS_INVALID_HEADER', `Invalid header: ${name}`);
    headers[name] = part(value);
  }
  return headers;
}

class ClientResponse {
  constructor({ code, headers, body }) {
    Object.assign(this, { code, headers: Object.freeze(headers), body });
    Object.freeze(this);
  }

  toJSON() {
    return { ...this };
  }

  toString() {
    return 'http.ClientResponse';
  }
}

for (const id of ['N/http', 'N/https']) complete(id, 'ClientResponse', ClientResponse);

/** get, post, put, delete and request of one scheme. */
function client(scheme) {
  const wrong = new RegExp(`^(?!${scheme}://[^/])`, 'i');

  function send(method, options, withBody) {
    need(options, `${scheme}.${method.toLowerCase()}`, 'url');
    if (options.credentials?.length) refuse(`N/${scheme} requests with credentials (GUIDs of credential fields)`);
    const url = part(options.url);
    if (typeof url === 'string' && wrong.test(url)) {
      fail('SSS_INVALID_URL', `The URL must be a fully qualified ${scheme.toUpperCase()} URL.`);
    }
    const headers = headersOf(options.headers);
    const body = withBody ? bodyOf(options.body, headers) : null;
    return new ClientResponse(call('https.send', { scheme, method, url, headers, body }));
  }

  return {
    get: (options) => send('GET', typeof options === 'string' ? { url: options } : options, false),
    delete: (options) => send('DELETE', options, false),
    post: (options) => send('POST', need(options, `${scheme}.post`, 'body'), true),
    put: (options) => send('PUT', need(options, `${scheme}.put`, 'body'), true),
    request(options) {
      const method = String(need(options, `${scheme}.request`, 'method', 'url').method).toUpperCase();
      if (!Object.hasOwn(Method, method)) fail('SSS_INVALID_TYPE_ARG', `${scheme}.request: unknown method ${method}`);
      return send(method, options, WITH_BODY.has(method));
    },
  };
}

Object.assign(exports, { client, ClientResponse, Method, CacheDuration, RedirectType, headersOf, bodyOf });
