'use strict';

/* N/currency (help topic "currency.exchangeRate(options)"). */

const { call } = use('inside/bridge');
const { moduleOf } = use('inside/api');
const { need } = use('inside/errors');
const { invalid, dayText } = use('inside/values');

exports.module = moduleOf('N/currency', {
  /** By internal ids or ISO codes, on a day: today where none is given. */
  exchangeRate(options) {
    const { source, target, date = new Date() } = need(options, 'currency.exchangeRate', 'source', 'target');
    if (!(date instanceof Date) || Number.isNaN(date.getTime())) invalid(date, 'date');
    return call('currency.rate', { source: String(source), target: String(target), day: dayText(date) });
  },
});
