'use strict';

/* N/crypto/random. */

const { moduleOf } = use('inside/api');
const { fail, need } = use('inside/errors');

function bytes(size) {
  return Uint8Array.from(host.randomBytes(size), (letter) => letter.charCodeAt(0));
}

exports.module = moduleOf('N/crypto/random', {
  generateUUID: () => host.uuid(),
  generateBytes: (options) => bytes(need(options, 'random.generateBytes', 'size').size),
  generateInt(options) {
    const { max, min = 0 } = need(options, 'random.generateInt', 'max');
    if (!(Number.isInteger(min) && Number.isInteger(max) && min < max)) {
      fail('SSS_INVALID_TYPE_ARG', 'random.generateInt: min and max are integers, min below max');
    }
    const [a, b, c, d, e, f] = bytes(6);
    const fraction = (a + 256 * (b + 256 * (c + 256 * (d + 256 * (e + 256 * f))))) / 2 ** 48;
    return min + Math.floor(fraction * (max - min));
  },
});
