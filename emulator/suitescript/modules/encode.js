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

exports.Encoding = Encoding;
exports.encodingOf = encodingOf;
exports.module = moduleOf('N/encode', {
  Encoding,
  convert(options) {
    need(options, 'encode.convert', 'inputEncoding', 'outputEncoding');
    return host.convert(String(options.string ?? ''), encodingOf(options.inputEncoding), encodingOf(options.outputEncoding));
  },
});
