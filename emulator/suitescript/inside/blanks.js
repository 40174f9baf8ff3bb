'use strict';

/*
 * New records. Those of most types begin alike: the account is asked for the first one, the next is like it, until
 * the account says that what they begin with has changed (bridge.js).
 */

const { call, charge } = use('inside/bridge');
const { metaOf } = use('inside/metas');
const { state } = use('inside/state');

const { parse, stringify } = JSON;

/** An account whose new records come to have values is asked for each. */
const isBlank = (data) => [data.fields, data.subrecords].every((part) => !Object.keys(part).length);

/**
 * The sublists that the account fills in every new record, as a prototype: a record has lines of its own once somebody
 * looks at a list, and gives back only those; of the others the account knows.
 */
function filled(sublists) {
  const shared = {};
  for (const [id, lines] of Object.entries(sublists)) {
    const text = stringify(lines);
    Object.defineProperty(shared, id, {
      enumerable: true,
      get() {
        return (this[id] = parse(text));
      },
      set(value) {
        Object.defineProperty(this, id, { value, configurable: true, enumerable: true, writable: true });
      },
    });
  }
  return shared;
}

/** RecordData of a new record, metered like any. */
exports.blank = function blank(type, defaults) {
  const seen = defaults ? undefined : state.blanks.get(type);
  if (seen && charge('record.create', seen.units)) {
    return { type: seen.type, id: null, version: null, fields: {}, sublists: Object.create(seen.sublists), subrecords: {} };
  }
  const data = call('record.create', { type, defaults: defaults ?? {} });
  const { blankUnits } = metaOf(data.type);
  if (blankUnits && isBlank(data)) {
    // By the type that a script names: the record's own type, the units of one and its lists.
    state.blanks.set(type, { type: data.type, units: blankUnits, sublists: filled(data.sublists) });
  }
  return data;
};
