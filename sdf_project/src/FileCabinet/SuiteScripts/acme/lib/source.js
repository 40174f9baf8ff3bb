/**
 * A record as payloads read it: values in one form, joined values, lines.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['./dates', './nothing'], (dates, nothing) => {
  /** Package sublists of the carriers that NetSuite integrates; their fields end in the carrier's name. */
  const PACKAGES = { package: '', packageups: 'ups', packagefedex: 'fedex', packageusps: 'usps' };

  /** Dates as calendar days; everything else as it is. @param {any} value */
  const plain = (value) => {
    if (value instanceof Date) return dates.dayOf(value);
    return nothing.isEmpty(value) ? undefined : value;
  };
  /** @param {any} value */
  const moment = (value) => (value instanceof Date ? value.toISOString() : plain(value));

  /**
   * @typedef {{[join: string]: {[id: string]: {[column: string]: any}}}} Joined rows of other records, by
   *   the field that points at them
   */

  /** @param {any} rec @param {Joined} joined */
  const of = (rec, joined) => {
    const value = (field) => (field === 'id' ? String(rec.id) : plain(rec.getValue({ fieldId: field })));
    return {
      value,
      instant: (field) => moment(rec.getValue({ fieldId: field })),
      text: (field) => plain(rec.getText({ fieldId: field })),
      joined: (base, column) => column_(joined, base, value(base), column),
      rows: (sublist) => rows(rec, sublist, joined)
    };
  };

  /** @param {Joined} joined @param {string} join @param {any} id @param {string} column */
  const column_ = (joined, join, id, column) => {
    const row = (joined[join] || {})[String(id)];
    return row ? plain(row[column]) : undefined;
  };

  /** The lines of a sublist; `package` is whichever package sublist the record has. */
  const rows = (rec, sublist, joined) => {
    const carrier = sublist === 'package' ? filled(rec) : null;
    const id = carrier === null ? sublist : carrier;
    const suffix = carrier === null ? '' : PACKAGES[carrier];
    const out = [];
    const count = Math.max(0, rec.getLineCount({ sublistId: id }));
    for (let line = 0; line < count; line++) {
      const where = (field) => ({ sublistId: id, fieldId: field + suffix, line: line });
      const value = (field) => plain(rec.getSublistValue(where(field)));
      out.push({
        value,
        instant: (field) => moment(rec.getSublistValue(where(field))),
        text: (field) => plain(rec.getSublistText(where(field))),
        joined: (base, column) => column_(joined, `${sublist}.${base}`, value(base), column)
      });
    }
    return out;
  };

  /** @param {any} rec */
  const filled = (rec) => {
    const known = rec.getSublists();
    return (
      Object.keys(PACKAGES).find((name) => known.indexOf(name) >= 0 && rec.getLineCount({ sublistId: name }) > 0) ||
      'package'
    );
  };

  /** What is left of a deleted record. @param {string} id @param {string} key */
  const deleted = (id, key) => ({
    value: (field) => (field === 'id' ? id : field === 'externalid' ? key || undefined : undefined),
    instant: () => undefined,
    text: () => undefined,
    joined: () => undefined,
    rows: () => []
  });

  return { of, deleted };
});
