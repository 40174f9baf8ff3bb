'use strict';

/*
 * N/https. Requests are really sent, by the host; a 4xx or 5xx is an answer like any other.
 */

const { call } = use('inside/bridge');
const { moduleOf, enumOf, complete } = use('inside/api');
const { fail, need } = use('inside/errors');
const { Encoding, encodingOf } = use('modules/encode');
const { SecretKey, HashAlg } = use('modules/crypto');

const Method = enumOf(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH']);
const NOT_YOURS = new Set(['host', 'content-length', 'connection', 'transfer-encoding', 'trailer', 'upgrade']);

/** Text that the script cannot read: secrets are put in by the host when it is sent. */
class SecureString {
  #steps;

  constructor(steps) {
    this.#steps = steps;
    Object.freeze(this);
  }

  /** For requests: how the host makes the text. */
  static steps(value) {
    return value.#steps;
  }

  #then(step) {
    return new SecureString([...this.#steps, step]);
  }

  appendString(options) {
    const { input, inputEncoding, keepEncoding } = need(options, 'SecureString.appendString', 'input');
    return this.#then({ do: 'append', input, encoding: keepEncoding ? 'UTF_8' : encodingOf(inputEncoding) });
  }

  appendSecureString(options) {
    const { secureString } = need(options, 'SecureString.appendSecureString', 'secureString');
    return this.#then({ do: 'appendSecure', steps: SecureString.steps(secureString) });
  }

  convertEncoding(options) {
    const { fromEncoding, toEncoding } = need(options, 'SecureString.convertEncoding', 'fromEncoding', 'toEncoding');
    return this.#then({ do: 'convert', from: encodingOf(fromEncoding), to: encodingOf(toEncoding) });
  }

  hash(options) {
    const { algorithm, contentEncoding, resultEncoding } = need(options, 'SecureString.hash', 'algorithm');
    return this.#then({
      do: 'hash', algorithm: hashOf(algorithm), from: encodingOf(contentEncoding), to: encodingOf(resultEncoding, Encoding.HEX),
    });
  }

  hmac(options) {
    const { algorithm, key, contentEncoding, resultEncoding } = need(options, 'SecureString.hmac', 'algorithm', 'key');
    if (!(key instanceof SecretKey)) fail('SSS_INVALID_TYPE_ARG', 'SecureString.hmac: key is not a SecretKey');
    return this.#then({
      do: 'hmac', algorithm: hashOf(algorithm), secret: key.secret, encoding: key.encoding,
      from: encodingOf(contentEncoding), to: encodingOf(resultEncoding, Encoding.HEX),
    });
  }

  replaceString(options) {
    const { pattern, replacement } = need(options, 'SecureString.replaceString', 'pattern', 'replacement');
    return this.#then({ do: 'replace', pattern, replacement });
  }

  toString() {
    return 'https.SecureString';
  }
}

function hashOf(value) {
  if (!(value in HashAlg)) fail('SSS_INVALID_TYPE_ARG', `unknown algorithm ${String(value)}`);
  return value;
}

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
  const headers = {};
  for (const [name, value] of Object.entries(given ?? {})) {
    if (NOT_YOURS.has(name.toLowerCase())) fail('SSS_INVALID_HEADER', `The header ${name} is set by NetSuite.`);
    headers[name] = part(value);
  }
  return headers;
}

class ClientResponse {
  constructor({ code, headers, body }) {
    Object.assign(this, { code, headers, body });
    Object.freeze(this);
  }

  toString() {
    return 'http.ClientResponse';
  }
}

function send(method, options, withBody) {
  need(options, `https.${method.toLowerCase()}`, 'url');
  const url = part(options.url);
  if (typeof url === 'string' && !/^https:\/\//i.test(url)) {
    fail('SSS_INVALID_URL', 'The URL must be a fully qualified HTTPS URL.');
  }
  const headers = headersOf(options.headers);
  const body = withBody ? bodyOf(options.body, headers) : null;
  return new ClientResponse(call('https.send', { method, url, headers, body }));
}

complete('N/https', 'SecureString', SecureString);
complete('N/https', 'ClientResponse', ClientResponse);

exports.module = moduleOf(
  'N/https',
  {
    Method,
    Encoding,
    HashAlg,
    get: (options) => send('GET', typeof options === 'string' ? { url: options } : options, false),
    delete: (options) => send('DELETE', options, false),
    post: (options) => send('POST', need(options, 'https.post', 'body'), true),
    put: (options) => send('PUT', need(options, 'https.put', 'body'), true),
    request(options) {
      const method = String(need(options, 'https.request', 'method', 'url').method).toUpperCase();
      if (!(method in Method)) fail('SSS_INVALID_TYPE_ARG', `https.request: unknown method ${method}`);
      return send(method, options, ['POST', 'PUT', 'PATCH'].includes(method));
    },
    createSecretKey: (options) => new SecretKey(options),
    createSecureString(options) {
      const { input, inputEncoding } = need(options, 'https.createSecureString', 'input');
      return new SecureString([{ do: 'append', input, encoding: encodingOf(inputEncoding) }]);
    },
  },
  ['get', 'delete', 'post', 'put', 'request', 'createSecretKey', 'createSecureString'],
);
