/**
 * A record as payloads read it: values in one form, joined values, subrecords, lines.
 *
 * A reader gets raw values of one place (a record, a line, a state that was kept at the save, rows
 * of a poll); `at` makes of it what the flows see.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['./dates', './nothing'], (dates, nothing) => {
  /** Package sublists of the carriers that NetSuite integrates; their fields end in the carrier's name. */
  const PACKAGES = { package: '', packageups: 'ups', packagefedex: 'fedex', packageusps: 'usps' };

  /**
   * @typedef {Object} Reader
   * @property {(field: string) => any} value
   * @property {(field: string) => any} text
   * @property {(field: string) => Reader | null} inside a subrecord
   * @property {(sublist: string) => Reader[]} rows
   */
  /**
   * @typedef {{[name: string]: any}} Joined what queries gave: rows of other records by the place and
   *   the field that points at them, and values of payload queries by their name
   */

  /** Dates as calendar days; everything else as it is. @param {any} value */
  const plain = (value) => {
    if (value instanceof Date) return dates.dayOf(value);
    return nothing.isEmpty(value) ? undefined : value;
  };
  /** @param {any} value */
  const moment = (value) => (value instanceof Date ? value.toISOString() : plain(value));
  /** @param {any} value */
  const hour = (value) => (value instanceof Date ? dates.timeOf(value) : plain(value));

  /**
   * @param {Reader} reader
   * @param {Joined} joined
   * @param {string} [path] sublists that lead here
   */
  const at = (reader, joined, path) => {
    const inner = (field) => reader.inside(field);
    /** The row that a field points at; a dotted one goes on from an earlier row. */
    const row = (base) => {
      const dot = base.lastIndexOf('.');
      const id = dot < 0 ? self.value(base) : self.joined(base.slice(0, dot), base.slice(dot + 1));
      return (joined[`${path || ''}:${base}`] || {})[String(id)];
    };
    const self = {
      value: (field) => plain(reader.value(field)),
      instant: (field) => moment(reader.value(field)),
      time: (field) => hour(reader.value(field)),
      text: (field) => plain(reader.text(field)),
      /** A field of a subrecord. @param {string} subrecord @param {string} field */
      inside: (subrecord, field) => {
        const found = inner(subrecord);
        return found ? plain(found.value(field)) : undefined;
      },
      /** Its display text. @param {string} subrecord @param {string} field */
      insideText: (subrecord, field) => {
        const found = inner(subrecord);
        return found ? plain(found.text(field)) : undefined;
      },
      /** @param {string} base @param {string} column */
      joined: (base, column) => {
        const found = row(base);
        return found ? plain(found[column]) : undefined;
      },
      /** A checkbox of another record, which queries give as T or F. @param {string} base @param {string} column */
      joinedFlag: (base, column) => {
        const found = self.joined(base, column);
        return found === undefined ? undefined : found === 'T' || found === true;
      },
      /** A multi-select of another record, whose ids queries give as one text. @param {string} base @param {string} column */
      joinedIds: (base, column) => {
        const found = self.joined(base, column);
        return nothing.isEmpty(found) ? undefined : String(found).split(/\s*,\s*/);
      },
      /** What a query of the flow gives for this place. @param {string} name */
      queried: (name) => {
        const found = joined[name];
        return found ? plain(found.values[String(found.key(self))]) : undefined;
      },
      /** Lines of a sublist, or of one in a subrecord (`inventorydetail.inventoryassignment`). @param {string} name */
      rows: (name) => {
        const dot = name.indexOf('.');
        const holder = dot < 0 ? reader : inner(name.slice(0, dot));
        const found = holder ? holder.rows(name.slice(dot + 1)) : [];
        return found.map((line) => at(line, joined, path ? `${path}/${name}` : name));
      }
    };
    return self;
  };

  /** @param {any} rec @returns {Reader} */
  const record = (rec) => ({
    value: (field) => (field === 'id' ? String(rec.id) : rec.getValue({ fieldId: field })),
    text: (field) => rec.getText({ fieldId: field }),
    inside: (field) => (rec.hasSubrecord({ fieldId: field }) ? record(rec.getSubrecord({ fieldId: field })) : null),
    rows: (sublist) => lines(rec, sublist)
  });

  /** The lines of a sublist; `package` is whichever package sublist the record has. @returns {Reader[]} */
  const lines = (rec, sublist) => {
    const id = sublist === 'package' ? filled(rec) : sublist;
    const suffix = sublist === 'package' ? PACKAGES[id] : '';
    const out = [];
    const count = Math.max(0, rec.getLineCount({ sublistId: id }));
    for (let line = 0; line < count; line++) {
      const where = (field) => ({ sublistId: id, fieldId: field + suffix, line: line });
      out.push({
        value: (field) => rec.getSublistValue(where(field)),
        text: (field) => rec.getSublistText(where(field)),
        inside: (field) =>
          rec.hasSublistSubrecord(where(field)) ? record(rec.getSublistSubrecord(where(field))) : null,
        rows: () => []
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

  /** What is left of a deleted record. @param {string} id @param {string} key @returns {Reader} */
  const deleted = (id, key) => ({
    value: (field) => (field === 'id' ? id : field === 'externalid' ? key : undefined),
    text: () => undefined,
    inside: () => null,
    rows: () => []
  });

  /** Rows of one key of a poll: the first one is the body. @param {any[]} found @param {string} at_ time of the poll @returns {Reader} */
  const polled = (found, at_) => {
    const line = (row) => ({
      value: (column) => (column === 'polled_at' ? at_ : row[column.toLowerCase()]),
      text: () => undefined,
      inside: () => null,
      rows: () => []
    });
    return { ...line(found[0]), rows: () => found.map(line) };
  };

  /**
   * @typedef {{value: string[], text: string[], inside: {[field: string]: Reads}, rows: {[sublist: string]: Reads}}} Reads
   *   what a flow reads in a place
   */
  const packed = (value) => (value instanceof Date ? { date: value.toISOString() } : value);
  const unpacked = (value) => (value && value.date ? new Date(value.date) : value);

  /** What a flow reads, as JSON that `kept` reads again. @param {Reader} reader @param {Reads} reads */
  const keep = (reader, reads) => {
    const out = { value: {}, text: {}, inside: {}, rows: {} };
    for (const field of reads.value) out.value[field] = packed(reader.value(field));
    for (const field of reads.text) out.text[field] = reader.text(field);
    for (const field of Object.keys(reads.inside)) {
      const found = reader.inside(field);
      if (found) out.inside[field] = keep(found, reads.inside[field]);
    }
    for (const sublist of Object.keys(reads.rows)) {
      out.rows[sublist] = reader.rows(sublist).map((line) => keep(line, reads.rows[sublist]));
    }
    return out;
  };
  /** @param {any} found what `keep` made @returns {Reader} */
  const kept = (found) => ({
    value: (field) => unpacked(found.value[field]),
    text: (field) => found.text[field],
    inside: (field) => (found.inside[field] ? kept(found.inside[field]) : null),
    rows: (sublist) => (found.rows[sublist] || []).map(kept)
  });

  return { at, record, deleted, polled, keep, kept };
});
