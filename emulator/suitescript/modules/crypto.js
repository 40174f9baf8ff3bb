'use strict';

/*
 * N/crypto: hashes, HMACs and ciphers. A secret key names an API secret; its text stays with the host.
 */

const { call } = use('inside/bridge');
const { moduleOf, enumOf, complete } = use('inside/api');
const { fail, need, refuse } = use('inside/errors');
const { Encoding, encodingOf } = use('modules/encode');

const HashAlg = enumOf(['MD5', 'SHA1', 'SHA256', 'SHA512']);
const EncryptionAlg = enumOf(['AES']);
const Padding = Object.freeze({ NoPadding: 'NoPadding', PKCS5Padding: 'PKCS5Padding' });

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

/** Takes chunks and hands them to the host at the end. */
class Ciphering {
  #facts;
  #chunks = [];

  constructor(options, member) {
    const { algorithm, key, padding = Padding.PKCS5Padding } = need(options, member, 'algorithm', 'key');
    if (!Object.hasOwn(EncryptionAlg, algorithm)) fail('SSS_INVALID_TYPE_ARG', `${member}: unknown algorithm ${String(algorithm)}`);
    if (!Object.hasOwn(Padding, padding)) fail('SSS_INVALID_TYPE_ARG', `${member}: unknown padding ${String(padding)}`);
    if (!(key instanceof SecretKey)) fail('SSS_INVALID_TYPE_ARG', `${member}: key is not a crypto.SecretKey`);
    this.#facts = { secret: key.secret, encoding: key.encoding, padding };
  }

  update(options) {
    const { input, inputEncoding } = need(options, 'update', 'input');
    this.#chunks.push([String(input), encodingOf(inputEncoding)]);
  }

  all(output) {
    return { ...this.#facts, chunks: this.#chunks, output };
  }
}

class CipherPayload {
  constructor({ ciphertext, iv }) {
    Object.assign(this, { ciphertext, iv });
    Object.freeze(this);
  }

  toJSON() {
    return { ...this };
  }

  toString() {
    return 'crypto.CipherPayload';
  }
}

class Cipher extends Ciphering {
  final(options) {
    return new CipherPayload(call('crypto.encrypt', this.all(encodingOf(options?.outputEncoding, Encoding.HEX))));
  }

  toString() {
    return 'crypto.Cipher';
  }
}

class Decipher extends Ciphering {
  #iv;

  constructor(options, member) {
    super(options, member);
    this.#iv = String(need(options, member, 'iv').iv);
  }

  final(options) {
    return call('crypto.decrypt', { ...this.all(encodingOf(options?.outputEncoding)), iv: this.#iv });
  }

  toString() {
    return 'crypto.Decipher';
  }
}

complete('N/crypto', 'Cipher', Cipher);
complete('N/crypto', 'Decipher', Decipher);
complete('N/crypto', 'Hash', Hash);
complete('N/crypto', 'Hmac', Hmac);

exports.SecretKey = SecretKey;
exports.HashAlg = HashAlg;
exports.module = moduleOf('N/crypto', {
  HashAlg,
  EncryptionAlg,
  Padding,
  Encoding,
  createCipher: (options) => new Cipher(options, 'crypto.createCipher'),
  createDecipher: (options) => new Decipher(options, 'crypto.createDecipher'),
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
