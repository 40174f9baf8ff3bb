'use strict';

/* Record metadata, fetched once per worker and deploy. */

const { call } = use('inside/bridge');
const { parse, stringify } = JSON;

const metas = new Map();

/** {type, kind, fields: {id: type}, sublists: {id: {fields, subrecords}}, subrecords: {field: kind}} */
exports.metaOf = function metaOf(type) {
  let meta = metas.get(type);
  if (meta) return meta;
  const kept = host.meta(type);
  if (kept) {
    meta = parse(kept);
  } else {
    meta = call('record.meta', { type });
    host.keepMeta(type, stringify(meta));
  }
  metas.set(type, meta);
  return meta;
};
