'use strict';

/* N/format/i18n: numbers, amounts and telephone numbers as people of a country write them. */

const { call } = use('inside/bridge');
const { moduleOf, enumOf, complete } = use('inside/api');
const { fail, need, refuse } = use('inside/errors');
const { state } = use('inside/state');
const { numberText } = use('inside/numbers');
const { spelled } = use('inside/spelled');

const NegativeNumberFormat = enumOf(['BRACKETS', 'MINUS']);
const PhoneNumberFormatType = enumOf(['E164', 'INTERNATIONAL', 'NATIONAL', 'RFC3966']);
// Symbol, group and decimal marks, digits, negative numbers in brackets; the first two are Oracle's own examples.
const CURRENCIES = {
  USD: ['$', ',', '.', 2, true], EUR: ['€', ' ', ',', 2, false], GBP: ['£', ',', '.', 2, true], CAD: ['$', ',', '.', 2, true],
  JPY: ['¥', ',', '.', 0, true],
};

function amount(options, member) {
  const { number } = need(options, member, 'number');
  if (typeof number !== 'number' || !Number.isFinite(number)) fail('SSS_INVALID_TYPE_ARG', `${member}: number is no number`);
  return number;
}

class NumberFormatter {
  constructor({ groupSeparator, decimalSeparator, precision, negativeNumberFormat }) {
    Object.assign(this, { groupSeparator, decimalSeparator, precision, negativeNumberFormat });
    Object.freeze(this);
  }

  format(options) {
    const number = amount(options, 'NumberFormatter.format');
    call('i18n.charge', { member: 'NumberFormatter.format' });
    const { groupSeparator: group, decimalSeparator: decimal, precision, negativeNumberFormat } = this;
    return numberText(number, { group, decimal, brackets: negativeNumberFormat === 'BRACKETS' }, precision, precision);
  }

  toString() {
    return 'format.NumberFormatter';
  }
}

class CurrencyFormatter {
  constructor(currency) {
    const [symbol, groupSeparator, decimalSeparator, precision, brackets] = CURRENCIES[currency];
    const numberFormatter = new NumberFormatter({
      groupSeparator, decimalSeparator, precision, negativeNumberFormat: brackets ? 'BRACKETS' : 'MINUS',
    });
    Object.assign(this, { currency, symbol, numberFormatter });
    Object.freeze(this);
  }

  format(options) {
    return this.symbol + this.numberFormatter.format({ number: amount(options, 'CurrencyFormatter.format') });
  }

  toString() {
    return 'format.CurrencyFormatter';
  }
}

class PhoneNumberFormatter {
  constructor(formatType) {
    this.formatType = formatType;
    Object.freeze(this);
  }

  format(options) {
    const { number } = need(options, 'PhoneNumberFormatter.format', 'number');
    const text = typeof number === 'object' ? `+${number.countryCode}${number.nationalNumber}` : String(number);
    return call('i18n.phone', { number: text, country: null, format: this.formatType }).text;
  }

  toString() {
    return 'format.PhoneNumberFormatter';
  }
}

class PhoneNumberParser {
  constructor(defaultCountry) {
    this.defaultCountry = defaultCountry;
    Object.freeze(this);
  }

  parse(options) {
    const { number } = need(options, 'PhoneNumberParser.parse', 'number');
    return Object.freeze(call('i18n.phone', { number: String(number), country: this.defaultCountry, format: null }).parts);
  }

  toString() {
    return 'format.PhoneNumberParser';
  }
}

for (const type of [NumberFormatter, CurrencyFormatter, PhoneNumberFormatter, PhoneNumberParser]) {
  complete('N/format/i18n', type.name, type);
}

exports.module = moduleOf('N/format/i18n', {
  Currency: enumOf(Object.keys(CURRENCIES)),
  NegativeNumberFormat,
  PhoneNumberFormatType,
  getNumberFormatter(options) {
    const { groupSeparator, decimalSeparator, precision = 2, negativeNumberFormat, locale } = options ?? {};
    if (locale !== undefined) refuse('i18n.getNumberFormatter with a locale');
    const { numberFormat, negativeFormat } = state.request.user;
    const marks = { group: numberFormat[1], decimal: numberFormat.at(-3) };
    const negative = negativeNumberFormat ?? (negativeFormat === '(100)' ? 'BRACKETS' : 'MINUS');
    if (!Object.hasOwn(NegativeNumberFormat, negative)) fail('SSS_INVALID_TYPE_ARG', `Unknown negative number format: ${String(negative)}`);
    return new NumberFormatter({
      groupSeparator: groupSeparator ?? marks.group, decimalSeparator: decimalSeparator ?? marks.decimal,
      precision, negativeNumberFormat: negative,
    });
  },
  getCurrencyFormatter(options) {
    const { currency, locale } = need(options, 'i18n.getCurrencyFormatter', 'currency');
    if (locale !== undefined) refuse('i18n.getCurrencyFormatter with a locale');
    if (!Object.hasOwn(CURRENCIES, currency)) refuse(`i18n.getCurrencyFormatter for ${String(currency)}`);
    return new CurrencyFormatter(currency);
  },
  getPhoneNumberFormatter(options) {
    const { formatType } = need(options, 'i18n.getPhoneNumberFormatter', 'formatType');
    if (!Object.hasOwn(PhoneNumberFormatType, formatType)) fail('SSS_INVALID_TYPE_ARG', `Unknown format: ${String(formatType)}`);
    return new PhoneNumberFormatter(formatType);
  },
  getPhoneNumberParser(options) {
    const { defaultCountry } = need(options, 'i18n.getPhoneNumberParser', 'defaultCountry');
    return new PhoneNumberParser(String(defaultCountry).toUpperCase());
  },
  spellOut(options) {
    const { number, locale } = need(options, 'i18n.spellOut', 'number', 'locale');
    if (!/^en([_-]|$)/i.test(String(locale))) refuse(`i18n.spellOut in ${String(locale)} (English is there)`);
    return spelled(Number(number));
  },
});
