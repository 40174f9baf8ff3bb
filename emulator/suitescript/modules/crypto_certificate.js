'use strict';

/* N/crypto/certificate: signatures with private keys, which lie in the account as API secrets in PEM. */

const { call } = use('inside/bridge');
const { moduleOf, enumOf, complete } = use('inside/api');
const { fail, need, refuse } = use('inside/errors');
const { Encoding, encodingOf } = use('modules/encode');

const HashAlg = enumOf(['SHA256', 'SHA384', 'SHA512']);

class Chunks {
  #facts;
  #chunks = [];

  constructor(options, member) {
    const { certId, algorithm } = need(options, member, 'certId', 'algorithm');
    if (!Object.hasOwn(HashAlg, algorithm)) fail('SSS_INVALID_TYPE_ARG', `${member}: unknown algorithm ${String(algorithm)}`);
    this.#facts = { certId: String(certId), algorithm };
    call('certificate.check', { ...this.#facts, member });
  }

  update(options) {
    const { input, inputEncoding } = need(options, 'update', 'input');
    this.#chunks.push([String(input), encodingOf(inputEncoding)]);
  }

  all() {
    return { ...this.#facts, chunks: this.#chunks };
  }
}

class Signer extends Chunks {
  sign(options) {
    if (options?.useRawFormatForECDSA) refuse('Signer.sign in the raw ECDSA format');
    return call('certificate.sign', { ...this.all(), output: encodingOf(options?.outputEncoding, Encoding.BASE_64) });
  }

  toString() {
    return 'certificate.Signer';
  }
}

class Verifier extends Chunks {
  verify(options) {
    const { signature, signatureEncoding } = need(options, 'Verifier.verify', 'signature');
    call('certificate.verify', { ...this.all(), signature: String(signature), encoding: encodingOf(signatureEncoding, Encoding.BASE_64) });
  }

  toString() {
    return 'certificate.Verifier';
  }
}

for (const type of [Signer, Verifier]) complete('N/crypto/certificate', type.name, type);

exports.module = moduleOf('N/crypto/certificate', {
  HashAlg,
  createSigner: (options) => new Signer(options, 'certificate.createSigner'),
  createVerifier: (options) => new Verifier(options, 'certificate.createVerifier'),
});
