'use strict';

/* Numbers as text in the format of the user's preferences, such as 1.000.000,00 and (100). */

const { state } = use('inside/state');

/** {group, decimal} of a format such as 1,000,000.00. */
function marks(format) {
  return { group: format[1], decimal: format.at(-3) };
}

/**
 * A number as text.
 *
 * @param {object} style group and decimal separators, brackets for negative numbers
 * @param {number} least digits after the point at least
 * @param {number} most digits after the point at most
 */
function numberText(number, { group, decimal, brackets }, least, most) {
  const plain = Math.abs(number).toLocaleString('en-US', {
    minimumFractionDigits: least, maximumFractionDigits: most, useGrouping: group !== '', roundingMode: 'halfExpand',
  });
  const [whole, fraction] = plain.split('.');
  const text = whole.replaceAll(',', group) + (fraction === undefined ? '' : decimal + fraction);
  const negative = number < 0 && /[1-9]/.test(text);
  if (!negative) return text;
  return brackets ? `(${text})` : `-${text}`;
}

/** The number that a text in this style stands for, or NaN. */
function readNumber(text, { group, decimal }) {
  let plain = text.trim();
  const brackets = /^\((.*)\)$/.exec(plain);
  if (brackets) plain = `-${brackets[1]}`;
  plain = plain.replaceAll(group, '').replace(decimal, '.');
  return /^-?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
}

/** The style of the user's preferences; thousands are grouped where the account's switch says so. */
function userStyle() {
  const { user, account } = state.request;
  const { group, decimal } = marks(user.numberFormat);
  return { group: account.switches.format_groups_thousands ? group : '', decimal, brackets: user.negativeFormat === '(100)' };
}

/** How texts are read: group marks may be there or not. */
const readStyle = () => marks(state.request.user.numberFormat);

Object.assign(exports, { numberText, readNumber, userStyle, readStyle });
