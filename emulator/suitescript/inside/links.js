'use strict';

/*
 * Addresses of records, scripts and pages of the account (help topics "N/url Module" and "N/redirect Module").
 *
 * The paths are those that the account's own pages have in the user interface.
 */

const { call } = use('inside/bridge');
const { fail, refuse } = use('inside/errors');
const { state } = use('inside/state');
const { pages, tasks } = use('data/pages');

const HOSTS = {
  APPLICATION: 'app.netsuite.com', CUSTOMER_CENTER: 'app.netsuite.com', FORM: 'extforms.netsuite.com',
  RESTLET: 'restlets.api.netsuite.com', SUITETALK: 'suitetalk.api.netsuite.com',
};

/** An account id as it stands in a host name: 1234567_SB1 is 1234567-sb1. */
const hostName = (accountId) => String(accountId).toLowerCase().replaceAll('_', '-');

function domain(hostType, accountId) {
  const suffix = HOSTS[String(hostType).toUpperCase()];
  if (!suffix) fail('SSS_INVALID_TYPE_ARG', `You have entered an invalid type argument: hostType ${String(hostType)}`);
  return `${hostName(accountId ?? state.request.account.id)}.${suffix}`;
}

/** A path with parameters; those that are null or undefined are left out. */
function withParams(path, params) {
  const pairs = Object.entries(params ?? {}).filter(([, value]) => value !== undefined && value !== null);
  if (!pairs.length) return path;
  const query = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`).join('&');
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

/** The page of a record type: of a custom record type with its number, of a custom transaction likewise. */
function page(type) {
  const known = pages[type];
  if (known) return { path: known, params: {} };
  const { kind, number } = call('url.recordType', { type });
  if (kind === 'custom') return { path: '/app/common/custom/custrecordentry.nl', params: { rectype: number } };
  return refuse(`the page of the record type ${type} (N/url.resolveRecord)`);
}

function record({ recordType, recordId, isEditMode = false, params = {} }) {
  const { path, params: own } = page(String(recordType).toLowerCase());
  const id = recordId === undefined || recordId === null || recordId === '' ? undefined : recordId;
  const e = id !== undefined && isEditMode === true ? 'T' : undefined;
  return withParams(path, { ...own, id, e, compid: state.request.account.id, ...params });
}

/** A Suitelet's or RESTlet's address: a path within the account, or the external one with its host. */
function script({ scriptId, deploymentId, params = {}, returnExternalUrl = false }) {
  const found = call('url.script', { scriptId: String(scriptId), deploymentId: String(deploymentId) });
  const restlet = found.type === 'Restlet';
  const external = returnExternalUrl === true;
  const path = restlet ? '/app/site/hosting/restlet.nl' : '/app/site/hosting/scriptlet.nl';
  const own = { script: found.script, deploy: found.deploy, compid: state.request.account.id };
  if (external && !restlet) own['ns-at'] = found.key;
  const host = external ? `https://${domain(restlet ? 'RESTLET' : 'FORM')}` : '';
  return host + withParams(path, { ...own, ...params });
}

function task({ id, params = {} }) {
  const path = tasks[id];
  return path ? withParams(path, params) : refuse(`the page of the task ${String(id)} (N/url.resolveTaskLink)`);
}

Object.assign(exports, { domain, record, script, task, withParams });
