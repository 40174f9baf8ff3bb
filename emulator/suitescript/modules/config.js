'use strict';

/* N/config. */

const { call } = use('inside/bridge');
const { moduleOf } = use('inside/api');
const { need } = use('inside/errors');
const { open } = use('inside/records');

const Type = Object.freeze({
  USER_PREFERENCES: 'userpreferences',
  COMPANY_INFORMATION: 'companyinformation',
  COMPANY_PREFERENCES: 'companypreferences',
  ACCOUNTING_PREFERENCES: 'accountingpreferences',
  ACCOUNTING_PERIODS: 'accountingperiods',
  TAX_PERIODS: 'taxperiods',
  FEATURES: 'companyfeatures',
  TIME_POST: 'timepost',
  TIME_VOID: 'timevoid',
});

exports.module = moduleOf('N/config', {
  Type,
  load(options) {
    const { type } = need(options, 'config.load', 'type');
    return open(call('config.load', { type }));
  },
});
