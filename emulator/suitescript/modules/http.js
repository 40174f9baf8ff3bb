'use strict';

/* N/http. */

const { moduleOf } = use('inside/api');
const { client, Method, CacheDuration, RedirectType } = use('inside/requests');

exports.module = moduleOf(
  'N/http',
  { Method, CacheDuration, RedirectType, ...client('http') },
  ['get', 'delete', 'post', 'put', 'request'],
);
