/**
 * Text transforms. Each works on a value or on every element of a list; nothing stays nothing.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['./values'], (values) => {
  /** @param {any} value @param {(text: string) => string | undefined} apply */
  const each = (value, apply) => values.each(value, (one) => apply(values.asText(one)));

  /** @param {any} value */
  const trim = (value) => each(value, (text) => text.trim());
  /** @param {any} value */
  const upper = (value) => each(value, (text) => text.toUpperCase());
  /** @param {any} value */
  const lower = (value) => each(value, (text) => text.toLowerCase());
  /** @param {any} value */
  const title = (value) =>
    each(value, (text) =>
      text
        .toLowerCase()
        .replace(
          /((?:^|[^\p{L}\p{M}\p{N}'’])['’]*)(\p{L})/gu,
          (_match, before, letter) => before + letter.toUpperCase()
        )
    );
  /** @param {any} value */
  const collapseSpaces = (value) => each(value, (text) => text.replace(/\s+/g, ' ').trim());
  /** Counts UTF-16 code units, as NetSuite does, and never splits a pair. @param {any} value @param {number} length */
  const truncate = (value, length) =>
    each(value, (text) => {
      if (text.length <= length) return text;
      const last = text.charCodeAt(length - 1);
      return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
    });
  /** @param {any} value @param {string} before */
  const prefix = (value, before) => each(value, (text) => before + text);
  /** @param {any} value @param {string} after */
  const suffix = (value, after) => each(value, (text) => text + after);
  /** @param {any} value @param {string} find @param {string} put */
  const replace = (value, find, put) => each(value, (text) => text.split(find).join(put));
  /** Group 1, or the match without groups. @param {any} value @param {string} pattern */
  const extract = (value, pattern) =>
    each(value, (text) => {
      const match = new RegExp(pattern, 'u').exec(text);
      if (!match) return undefined;
      return match.length > 1 ? match[1] : match[0];
    });
  /** @param {any} value */
  const digitsOnly = (value) => each(value, (text) => text.replace(/[^0-9]/g, ''));
  /** @param {any} value @param {number} length @param {string} fill */
  const padLeft = (value, length, fill) => each(value, (text) => text.padStart(length, fill));
  /** @param {any} value */
  const emailNormalize = (value) =>
    each(value, (text) => {
      const trimmed = text.trim();
      const at = trimmed.lastIndexOf('@');
      return at < 0 ? trimmed : trimmed.slice(0, at) + trimmed.slice(at).toLowerCase();
    });
  /** Parts joined: an empty part is '', all parts empty is nothing. @param {any[]} parts */
  const concat = (parts) => {
    const nothing = parts.every((part) => values.isEmpty(part));
    return nothing ? undefined : parts.map((part) => (values.isEmpty(part) ? '' : values.asText(part))).join('');
  };

  return {
    trim,
    upper,
    lower,
    title,
    collapseSpaces,
    truncate,
    prefix,
    suffix,
    replace,
    extract,
    digitsOnly,
    padLeft,
    emailNormalize,
    concat
  };
});
