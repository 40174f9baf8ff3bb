'use strict';

/* N/encode. */

const { moduleOf, enumOf } = use('inside/api');
const { fail, need } = use('inside/errors');

const Encoding = enumOf(['UTF_8', 'BASE_16', 'BASE_32', 'BASE_64', 'BASE_64_URL_SAFE', 'HEX']);

/** The name of an encoding, or the default; anything else is an error. */
function encodingOf(value, otherwise = Encoding.UTF_8) {
  if (value === undefined || value === null) return otherwise;
  if (!(value in Encoding)) fail('INVALID_ENCODING', `Unknown encoding: ${String(value)}`);
  return value;
}

const HEX = /^([0-9a-f]{2})*$/i;
const FORMS = {
  BASE_64: /^[A-Za-z0-9+/\s]*={0,2}\s*$/, BASE_64_URL_SAFE: /^[A-Za-z0-9_-]*={0,2}$/, BASE_32: /^[A-Z2-7]*=*$/i, HEX, BASE_16: HEX,
};

/** Text that is none of its encoding is an error, never half read. */
function checked(text, encoding) {
  if (FORMS[encoding]?.test(text) === false) {
    fail(
      'FAILED_TO_DECODE_STRING_ENCODED_BINARY_DATA_USING_1_ENCODING',
      `Failed to decode string encoded binary data using ${encoding} encoding.`,
    );
  }
  return text;
}

exports.Encoding = Encoding;
exports.encodingOf = encodingOf;
exports.module = moduleOf('N/encode', {
  Encoding,
  convert(options) {
    need(options, 'encode.convert', 'inputEncoding', 'outputEncoding');
    const from = encodingOf(options.inputEncoding);
    return host.convert(checked(String(options.string ?? ''), from), from, encodingOf(options.outputEncoding));
  },
});
