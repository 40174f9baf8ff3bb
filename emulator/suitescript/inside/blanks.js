'use strict';

/*
 * New records. Those of most types begin alike: the account is asked for the first one, the next is like it, until
 * the account says that what they begin with has changed (bridge.js).
 */

const { call, charge } = use('inside/bridge');
const { metaOf } = use('inside/metas');
const { state } = use('inside/state');

/** An account whose new records come to have values is asked for each. */
const isBlank = (data) => [data.fields, data.subrecords].every((part) => !Object.keys(part).length);

/** RecordData of a new record, metered like any. */
exports.blank = function blank(type, defaults) {
  const seen = defaults ? undefined : state.blanks.get(type);
  if (seen && charge('record.create', seen.units)) {
    return { type: seen.type, id: null, version: null, fields: {}, sublists: seen.sublists, subrecords: {} };
  }
  const data = call('record.create', { type, defaults: defaults ?? {} });
  const { blankUnits } = metaOf(data.type);
  // By the type that a script names; the lists are lent to every record (record_content.js).
  if (blankUnits && isBlank(data)) state.blanks.set(type, { type: data.type, units: blankUnits, sublists: data.sublists });
  return data;
};
