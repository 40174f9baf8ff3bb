'use strict';

/* N/redirect: where the user goes when the script has ended. The host tells it in the reply and in the usage row. */

const { call } = use('inside/bridge');
const { moduleOf } = use('inside/api');
const { need } = use('inside/errors');
const { state } = use('inside/state');
const links = use('inside/links');

function go(address) {
  state.redirect = address;
}

const saved = (member, path) => (options) => {
  const { id } = need(options, `redirect.${member}`, 'id');
  call('redirect.savedSearch', {});
  go(links.withParams(path, { searchid: id }));
};

const searched = (member, path) => (options) => {
  const search = options?.search ?? options?.Search;
  if (!search) need({}, `redirect.${member}`, 'search');
  go(links.withParams(path, { searchtype: search.searchType, searchid: search.searchId || undefined }));
};

exports.module = moduleOf('N/redirect', {
  redirect(options) {
    const { url, parameters } = need(options, 'redirect.redirect', 'url');
    go(links.withParams(url, parameters));
  },

  toRecord(options) {
    const { type, id, isEditMode, parameters } = need(options, 'redirect.toRecord', 'type', 'id');
    go(links.record({ recordType: type, recordId: id, isEditMode, params: parameters }));
  },

  toRecordTransform(options) {
    const { fromId, fromType, toType, parameters } = need(options, 'redirect.toRecordTransform', 'fromId', 'fromType', 'toType');
    go(links.record({ recordType: toType, params: { transform: fromType, id: fromId, e: 'T', memdoc: 0, ...parameters } }));
  },

  toSavedSearch: saved('toSavedSearch', '/app/common/search/search.nl'),
  toSavedSearchResult: saved('toSavedSearchResult', '/app/common/search/searchresults.nl'),
  toSearch: searched('toSearch', '/app/common/search/search.nl'),
  toSearchResult: searched('toSearchResult', '/app/common/search/searchresults.nl'),

  toSuitelet(options) {
    const { scriptId, deploymentId, isExternal, parameters } = need(options, 'redirect.toSuitelet', 'scriptId', 'deploymentId');
    go(links.script({ scriptId, deploymentId, returnExternalUrl: isExternal, params: parameters }));
  },

  toTaskLink(options) {
    const { id, parameters } = need(options, 'redirect.toTaskLink', 'id');
    go(links.task({ id, params: parameters }));
  },
});
