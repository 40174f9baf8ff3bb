'use strict';

/* N/https: over TLS to other systems, and to RESTlets and REST web services of the account itself. */

const { call } = use('inside/bridge');
const { moduleOf } = use('inside/api');
const { fail, need } = use('inside/errors');
const { Encoding, encodingOf } = use('modules/encode');
const { SecretKey, HashAlg } = use('modules/crypto');
const { SecureString } = use('inside/secure');
const { client, ClientResponse, Method, CacheDuration, RedirectType, headersOf } = use('inside/requests');

/** {method, headers, body} of a request inside the account: JSON where the body is an object. */
function inner(options, member) {
  const { body, headers: given } = options;
  const method = String(options.method ?? (body === undefined || body === null ? 'GET' : 'POST')).toUpperCase();
  if (!Object.hasOwn(Method, method)) fail('SSS_INVALID_TYPE_ARG', `${member}: unknown method ${method}`);
  const withBody = method === 'POST' || method === 'PUT';
  if (withBody && (body === undefined || body === null)) need(options, member, 'body');
  const headers = headersOf(given);
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  if (names.includes('authorization')) {
    fail('SSS_AUTHORIZATION_HEADER_NOT_ALLOWED', `${member}: the header Authorization is set by NetSuite.`);
  }
  const json = body !== null && typeof body === 'object';
  if (withBody && !names.includes('content-type')) headers['Content-Type'] = json ? 'application/json' : 'text/plain';
  return { method, headers, body: withBody ? (json ? JSON.stringify(body) : String(body)) : '' };
}

function requestRestlet(options) {
  const { scriptId, deploymentId, urlParams = {} } = need(options, 'https.requestRestlet', 'scriptId', 'deploymentId');
  const params = Object.fromEntries(Object.entries(urlParams ?? {}).map(([name, value]) => [name, String(value)]));
  const request = inner(options, 'https.requestRestlet');
  return new ClientResponse(call('https.restlet', { script: String(scriptId), deploy: String(deploymentId), params, ...request }));
}

/** A Suitelet of the account: as the user, or with `external` by its external URL; an object as body is sent as a form. */
function requestSuitelet(options) {
  const given = need(options, 'https.requestSuitelet', 'scriptId', 'deploymentId');
  const { scriptId, deploymentId, urlParams = {}, external = false, body } = given;
  const texts = (values) => Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, String(value)]));
  const request = inner(options, 'https.requestSuitelet');
  const named = Object.keys(headersOf(options.headers)).some((name) => name.toLowerCase() === 'content-type');
  const form = body !== null && typeof body === 'object' && !named;
  const params = { ...texts(urlParams), ...(form ? texts(body) : {}) };
  if (form) Object.assign(request, { body: '', headers: { ...request.headers, 'Content-Type': 'application/x-www-form-urlencoded' } });
  return new ClientResponse(
    call('https.suitelet', { script: String(scriptId), deploy: String(deploymentId), external: external === true, params, ...request }),
  );
}

function requestSuiteTalkRest(options) {
  const { url } = need(options, 'https.requestSuiteTalkRest', 'url');
  return new ClientResponse(call('https.rest', { url: String(url), ...inner(options, 'https.requestSuiteTalkRest') }));
}

exports.module = moduleOf(
  'N/https',
  {
    Method,
    CacheDuration,
    RedirectType,
    Encoding,
    HashAlg,
    ...client('https'),
    createSecretKey: (options) => new SecretKey(options),
    createSecureString(options) {
      const { input, inputEncoding } = need(options, 'https.createSecureString', 'input');
      return new SecureString([{ do: 'append', input, encoding: encodingOf(inputEncoding) }]);
    },
    requestRestlet,
    requestSuiteTalkRest,
    requestSuitelet,
  },
  [
    'get', 'delete', 'post', 'put', 'request', 'createSecretKey', 'createSecureString', 'requestRestlet', 'requestSuiteTalkRest',
    'requestSuitelet',
  ],
);
