'use strict';

/* Record metadata, fetched once per worker and deploy. */

const { call } = use('inside/bridge');
const { stringify } = JSON;

/** {type, kind, fields: {id: type}, sublists: {id: {fields, subrecords}}, subrecords: {field: kind}}; frozen, and no script's to see. */
exports.metaOf = function metaOf(type) {
  return host.meta(type) ?? host.keepMeta(type, stringify(call('record.meta', { type })));
};
