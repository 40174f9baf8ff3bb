'use strict';

/*
 * N/crypto: hashes and HMACs. A secret key names an API secret; its text stays with the host.
 */

const { call } = use('inside/bridge');
const { moduleOf, enumOf, complete } = use('inside/api');
const { fail, need, refuse } = use('inside/errors');
const { Encoding, encodingOf } = use('modules/encode');

const HashAlg = enumOf(['MD5', 'SHA1', 'SHA256', 'SHA512']);

function algorithmOf(value, member) {
  if (value === undefined) fail('SSS_MISSING_REQD_ARGUMENT', `${member}: Missing a required argument: algorithm`);
  if (!(value in HashAlg)) fail('SSS_INVALID_TYPE_ARG', `${member}: unknown algorithm ${String(value)}`);
  return value;
}

class SecretKey {
  constructor(options) {
    if (options?.guid && options?.secret) fail('MUTUALLY_EXCLUSIVE_ARGUMENTS', 'createSecretKey: guid or secret, not both.');
    if (options?.guid) refuse('crypto.createSecretKey with a guid (credential fields)');
    need(options, 'crypto.createSecretKey', 'secret');
    this.guid = '';
    this.secret = options.secret;
    // How the secret's text is read: UTF_8 takes its characters, HEX and BASE_64 decode it first.
    this.encoding = encodingOf(options.encoding, Encoding.HEX);
    call('crypto.key', { secret: this.secret });
    Object.freeze(this);
  }

  toString() {
    return 'crypto.SecretKey';
  }
}

class Digest {
  chunks = [];
  #finish;

  constructor(finish) {
    this.#finish = finish;
    Object.defineProperty(this, 'chunks', { enumerable: false });
  }

  update(options) {
    if (typeof options?.input !== 'string') fail('SSS_MISSING_REQD_ARGUMENT', 'update: Missing a required argument: input');
    this.chunks.push([options.input, encodingOf(options.inputEncoding)]);
  }

  /** In hexadecimal digits where no encoding is asked for. */
  digest(options) {
    return this.#finish(this.chunks, encodingOf(options?.outputEncoding, Encoding.HEX));
  }
}

class Hash extends Digest {
  toString() {
    return 'crypto.Hash';
  }
}

class Hmac extends Digest {
  toString() {
    return 'crypto.Hmac';
  }
}

complete('N/crypto', 'Hash', Hash);
complete('N/crypto', 'Hmac', Hmac);

exports.SecretKey = SecretKey;
exports.HashAlg = HashAlg;
exports.module = moduleOf('N/crypto', {
  HashAlg,
  Encoding,
  createSecretKey: (options) => new SecretKey(options),
  createHash(options) {
    const algorithm = algorithmOf(options?.algorithm, 'crypto.createHash');
    return new Hash((chunks, output) => host.hash(algorithm, JSON.stringify(chunks), output));
  },
  createHmac(options) {
    const { key } = need(options, 'crypto.createHmac', 'key');
    const algorithm = algorithmOf(options.algorithm, 'crypto.createHmac');
    if (!(key instanceof SecretKey)) fail('SSS_INVALID_TYPE_ARG', 'crypto.createHmac: key is not a crypto.SecretKey');
    const { secret, encoding } = key;
    return new Hmac((chunks, output) => call('crypto.hmac', { secret, encoding, algorithm, chunks, output }));
  },
});
