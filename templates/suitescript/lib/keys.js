/**
 * Keys of records, and the alphabet of external ids.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['./nothing', './reply', './values'], (nothing, reply, values) => {
  const LONGEST = 255;

  /** @param {string} character */
  const escaped = (character) =>
    encodeURIComponent(character)
      .split('%')
      .map((hex, i) => (i === 0 ? hexOf(hex) : '_x' + hex))
      .join('');
  /** @param {string} plain characters that encodeURIComponent leaves alone */
  const hexOf = (plain) =>
    plain
      .split('')
      .map((one) => '_x' + one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0'))
      .join('');

  /**
   * A text in the alphabet of external ids: letters, digits, `_` and `-`; everything else is written
   * as `_xHH` of its UTF-8 bytes. Reversible: a `_` before `xHH` is written out as well.
   * @param {string} text
   */
  const encode = (text) => text.replace(/_(?=x[0-9A-F]{2})|[^A-Za-z0-9_-]/gu, escaped);

  /**
   * The key of a document's record.
   * @param {string} field where the key is kept
   * @param {string} prefix
   * @param {any} value
   */
  const keyOf = (field, prefix, value) => {
    // Blanks alone are no key: all documents that have them would be one record.
    const own = nothing.isEmpty(value) ? '' : values.asText(value).trim();
    if (own === '') throw reply.fault('KEY_EMPTY', 'the document has no key');
    const text = prefix + own;
    const key = field === 'externalid' ? encode(text) : text;
    if (key.length > LONGEST) throw reply.fault('BAD_VALUE', `the key is longer than ${LONGEST} characters`);
    return key;
  };

  return { encode, keyOf };
});
