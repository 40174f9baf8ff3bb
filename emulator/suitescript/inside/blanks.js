'use strict';

/* New records. Most types start empty: the account is asked for the first one, the next is like it. */

const { call, charge } = use('inside/bridge');
const { metaOf } = use('inside/metas');

/** An account whose new records come to have values is asked for each. */
const isEmpty = (data) => [data.fields, data.sublists, data.subrecords].every((part) => !Object.keys(part).length);

const known = new Map(); // by the type that a script names: the record's own type, and the units of one

/** RecordData of a new record, metered like any. */
function blank(type, defaults) {
  const seen = defaults ? undefined : known.get(type);
  if (seen && charge('record.create', seen.units)) {
    return { type: seen.type, id: null, version: null, fields: {}, sublists: {}, subrecords: {} };
  }
  const data = call('record.create', { type, defaults: defaults ?? {} });
  const { blankUnits } = metaOf(data.type);
  if (blankUnits && isEmpty(data)) known.set(type, { type: data.type, units: blankUnits });
  return data;
}

/** What may be made is asked anew: the account's features may have changed. */
const forget = () => known.clear();

Object.assign(exports, { blank, forget });
