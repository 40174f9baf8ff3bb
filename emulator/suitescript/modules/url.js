'use strict';

/* N/url. */

const { moduleOf, enumOf } = use('inside/api');
const { need } = use('inside/errors');
const links = use('inside/links');

exports.module = moduleOf('N/url', {
  HostType: enumOf(['APPLICATION', 'CUSTOMER_CENTER', 'FORM', 'RESTLET', 'SUITETALK']),

  /** format({domain, params}) and format(domain, params). */
  format(options, params) {
    const given = typeof options === 'string' ? { domain: options, params } : options;
    const { domain, params: parameters } = need(given, 'url.format', 'domain', 'params');
    return links.withParams(domain, parameters);
  },

  resolveDomain(options) {
    const { hostType, accountId } = need(options, 'url.resolveDomain', 'hostType');
    return links.domain(hostType, accountId);
  },

  resolveRecord: (options) => links.record(need(options, 'url.resolveRecord', 'recordType')),
  resolveScript: (options) => links.script(need(options, 'url.resolveScript', 'scriptId', 'deploymentId')),
  resolveTaskLink: (options) => links.task(need(typeof options === 'string' ? { id: options } : options, 'url.resolveTaskLink', 'id')),
});
