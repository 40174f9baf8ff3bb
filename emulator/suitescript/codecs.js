'use strict';

/* Text in the encodings of N/encode, to bytes and back. */

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(text) {
  const bytes = [];
  let bits = 0;
  let value = 0;
  for (const letter of text.toUpperCase().replace(/=+$/, '')) {
    const digit = BASE32.indexOf(letter);
    if (digit < 0) throw new Error(`not base 32: ${letter}`);
    value = (value << 5) | digit;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >>> bits) & 255);
    }
  }
  return Buffer.from(bytes);
}

function toBase32(bytes) {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(value >>> bits) & 31];
    }
  }
  if (bits > 0) text += BASE32[(value << (5 - bits)) & 31];
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}

const NODE = { UTF_8: 'utf8', BASE_64: 'base64', BASE_64_URL_SAFE: 'base64url', HEX: 'hex', BASE_16: 'hex' };

const codecs = {
  decode(text, encoding) {
    if (encoding === 'BASE_32') return fromBase32(text);
    return Buffer.from(text, NODE[encoding]);
  },
  encode(bytes, encoding) {
    if (encoding === 'BASE_32') return toBase32(bytes);
    return Buffer.from(bytes).toString(NODE[encoding]);
  },
};

module.exports = { codecs };
