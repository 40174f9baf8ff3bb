'use strict';

/* https.SecureString: how a text with secrets is made, without the text. */

const { complete } = use('inside/api');
const { fail, need } = use('inside/errors');
const { Encoding, encodingOf } = use('modules/encode');
const { SecretKey, HashAlg } = use('modules/crypto');

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

complete('N/https', 'SecureString', SecureString);

exports.SecureString = SecureString;
