/**
 * Writing a record: one typed setter per kind of field. Each compares with what is there, in the
 * field type's canonical form, and sets only what differs; what was set is noted, so that a record
 * without a change is not saved.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['./address', './dates', './lines', './nothing', './numbers'], (address, dates, lines, nothing, numbers) => {
  /**
   * @typedef {{changes: string[], dry: boolean, isNew: boolean, named: boolean, position: any,
   *   submit: {[field: string]: any} | null, rewritten: {[field: string]: string} | null,
   *   found: {[field: string]: string}, unsettled: string[]}} Notes
   *   `dry` notes what differs and sets nothing; `isNew`: the record has not been saved yet; `named`:
   *   the document named a line that NetSuite made; `submit` collects body values for submitFields
   *   instead of setting them; `rewritten`, `found`, `unsettled`: see upsert
   * @typedef {{path: string, fresh: boolean, whole?: boolean, get: (field: string) => any,
   *   set: (field: string, value: any) => void, getText: (field: string) => any,
   *   setText: (field: string, text: string) => void, has: (field: string) => boolean,
   *   sub: (field: string) => any, owner: any,
   *   dynamic?: boolean}} Target
   *   `fresh`: nothing is there yet; `whole`: a value that the document does not name is empty; `has`: whether
   *   a subrecord is there, which `sub` makes where there is none;
   *   `owner`: the record or subrecord whose sublists `lines` writes
   * @typedef {{on?: 'create' | 'update', keep?: boolean, places?: number, add?: boolean}} Rule
   */

  const day = (value) => (value instanceof Date ? dates.dayOf(value) : String(value));
  const second = (value) => Math.floor(new Date(value).getTime() / 1000);

  /** The ids of a multi-select, each once: a document may name one twice. @param {any} value @returns {string[]} */
  const distinct = (value) => {
    const ids = nothing.list(value).map(String);
    return ids.filter((one, i) => ids.indexOf(one) === i);
  };

  /** A value of the record or of the document in its one comparable form; '' is empty. */
  const CANONICAL = {
    text: (value) => String(value).replace(/\r\n?/g, '\n').trim(),
    // A record holds a double: of more digits it keeps no more.
    number: (value, rule) => numbers.atPlaces(Number(value), rule.places === undefined ? 10 : rule.places),
    rate: (value, rule) =>
      numbers.rate(isNaN(Number(value)) ? value : Number(value), rule.places === undefined ? 10 : rule.places),
    boolean: (value) => (value === true || value === 'T' || value === 'true' ? 'T' : 'F'),
    date: day,
    datetime: (value) => String(second(value)),
    time: (value) => (value instanceof Date ? dates.timeOf(value) : String(value)),
    select: (value) => String(value),
    multiselect: (value) => distinct(value).sort().join('|')
  };
  /** @param {keyof typeof CANONICAL} kind @param {any} value @param {Rule} rule */
  const canonical = (kind, value, rule) => {
    if (nothing.isEmpty(value)) return kind === 'boolean' ? 'F' : '';
    return CANONICAL[kind](value, rule);
  };

  /** Enough to recognise a text that was seen before. @param {string} text */
  const shortHash = (text) => {
    let hash = 0x811c9dc5;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return (hash >>> 0).toString(36);
  };

  /** What a setter of N/record takes. */
  const GIVEN = {
    number: (value) => Number(value),
    rate: (value) => numbers.ofRate(value),
    date: (value) => dates.toDate(value),
    datetime: (value) => new Date(value),
    time: (value) => dates.toTime(value),
    multiselect: (value) => distinct(value)
  };
  const EMPTY = { boolean: false, multiselect: [] };
  const given = (kind, value) => {
    if (nothing.isEmpty(value)) return kind in EMPTY ? EMPTY[kind] : '';
    return GIVEN[kind] ? GIVEN[kind](value) : value;
  };

  /** @param {any} rec a record or subrecord @param {string} path @param {boolean} fresh @param {Notes} notes @returns {Target} */
  const body = (rec, path, fresh, notes) => ({
    path,
    fresh,
    owner: rec,
    get: (field) => rec.getValue({ fieldId: field }),
    set: (field, value) => {
      if (notes.submit) notes.submit[field] = Array.isArray(value) ? value.join('\u0005') : value;
      else rec.setValue({ fieldId: field, value: value });
    },
    getText: (field) => rec.getText({ fieldId: field }),
    setText: (field, text) => rec.setText({ fieldId: field, text: text }),
    has: (field) => rec.hasSubrecord({ fieldId: field }),
    sub: (field) => rec.getSubrecord({ fieldId: field })
  });

  /**
   * Whether what was read for a subrecord says anything. A document may have no part of it, as an
   * order has no lots for goods that are not numbered: such a subrecord is neither made nor emptied.
   * @param {any} value @param {boolean} there whether it is there: an empty list says that it has no lines
   */
  const says = (value, there) => {
    const { lines = {}, subrecords = {}, ...fields } = value;
    return (
      Object.keys(fields).some((name) => fields[name] !== undefined) ||
      Object.keys(lines).some((name) => lines[name] !== undefined && (there || lines[name].length > 0)) ||
      Object.keys(subrecords).some((name) => subrecords[name] !== undefined && says(subrecords[name], there))
    );
  };

  /** @param {Target} target @param {Notes} notes */
  const writer = (target, notes) => {
    /** @param {string} field */
    const note = (field) => notes.changes.push(target.path + field);
    /** @param {string} field */
    const locate = (field) => {
      notes.position.field = target.path + field;
      notes.position.spec = notes.position.specs[target.path + field] || null;
    };
    /** Whether the rule lets the field be written now. @param {any} value @param {Rule} rule */
    const applies = (value, rule) => {
      if (value === undefined && !target.whole) return false;
      // A line that a transform has made is there already, and is new all the same.
      const created = target.fresh || notes.isNew;
      return !(rule.on === 'create' && !created) && !(rule.on === 'update' && created);
    };

    /** @param {keyof typeof CANONICAL} kind */
    const put =
      (kind) =>
      (/** @type {string} */ field, /** @type {any} */ value, /** @type {Rule} */ rule = {}) => {
        if (!applies(value, rule)) return;
        locate(field);
        if (target.fresh && !notes.dry) {
          if (nothing.isEmpty(value)) return;
          target.set(field, given(kind, value));
          note(field);
          return;
        }
        const now = target.get(field);
        if (rule.keep && !nothing.isEmpty(now)) return;
        const wanted = rule.add ? nothing.list(now).concat(nothing.list(value)) : value;
        if (canonical(kind, now, rule) === canonical(kind, wanted, rule)) return;
        if (notes.rewritten && target.path === '') {
          notes.found[field] = shortHash(canonical(kind, now, rule));
          if (notes.rewritten[field] === notes.found[field]) {
            notes.unsettled.push(field);
            return;
          }
        }
        note(field);
        if (!notes.dry) target.set(field, given(kind, wanted));
      };

    /** A select by its display text. @param {string} field @param {any} value @param {Rule} [rule] */
    const choice = (field, value, rule = {}) => {
      if (!applies(value, rule)) return;
      locate(field);
      const now = target.fresh ? '' : String(target.getText(field) || '');
      if ((rule.keep && now !== '') || now === String(value === null || value === undefined ? '' : value)) return;
      note(field);
      if (notes.dry) return;
      if (nothing.isEmpty(value)) target.set(field, '');
      else target.setText(field, String(value));
    };

    /** A subrecord that is changed in place. @param {string} field @param {any} value @param {(put: any, value: any) => void} write */
    const subrecord = (field, value, write) => {
      if (value === undefined) return;
      const there = target.has(field);
      if (!says(value, there)) return;
      locate(field);
      if (notes.dry && !there) {
        note(field);
        return;
      }
      const sub = body(target.sub(field), `${target.path}${field}.`, target.fresh, { ...notes, submit: null });
      write(writer(sub, notes), value);
    };

    return {
      text: put('text'),
      number: put('number'),
      rate: put('rate'),
      boolean: put('boolean'),
      date: put('date'),
      datetime: put('datetime'),
      time: put('time'),
      select: put('select'),
      multiselect: put('multiselect'),
      choice,
      subrecord,
      /** An address of the body. @param {string} field @param {any} value @param {(put: any, value: any) => void} write */
      address: (field, value, write) => {
        if (value === undefined || !says(value, true)) return;
        locate(field);
        address.replace(target, field, value, write, notes, {
          compare: (sub) =>
            writer(
              { ...body(sub, `${target.path}${field}.`, false, notes), whole: true },
              { ...notes, changes: [], dry: true }
            ),
          fill: (sub) => writer(body(sub, `${target.path}${field}.`, true, notes), notes),
          note: note
        });
      },
      /** @param {string} sublist @param {any[] | undefined} wanted @param {any} rule @param {(put: any, line: any) => void} write */
      lines: (sublist, wanted, rule, write) => {
        locate(sublist);
        if (wanted === undefined && !lines.mustMatch(rule, notes)) return;
        lines.write({
          rec: target.owner,
          path: target.path,
          parentFresh: target.fresh,
          sublist,
          wanted,
          rule,
          write,
          notes,
          writer
        });
      },
      /** Whether a dry run found a difference. */
      differs: () => notes.changes.length > 0,
      /**
       * An existing item line keeps its old amount unless quantity, price level, rate and amount are
       * set together. A line without a change in quantity or rate is left alone.
       * @param {{priced: boolean, places: number, price?: any, amount?: any}} rule `priced`: the sublist has
       *   price levels; `price`, `amount`: what the document gives of them
       */
      reprice: (rule) => {
        const touched = (field) => notes.changes.indexOf(target.path + field) >= 0;
        if (target.fresh || notes.dry || !(touched('quantity') || touched('rate'))) return;
        const quantity = target.get('quantity');
        const rate = target.get('rate');
        if (nothing.isEmpty(quantity) || !numbers.isNumeric(rate)) return;
        const level = nothing.isEmpty(rule.price) ? '-1' : String(rule.price);
        if (target.dynamic && level !== '-1') return; // the level prices at once, and a rate would end it
        if (rule.priced) target.set('price', level);
        target.set('rate', rate);
        if (!nothing.isEmpty(rule.amount)) return;
        target.set('amount', Number(numbers.atPlaces(numbers.multiply(rate, quantity), rule.places)));
      }
    };
  };

  /**
   * A writer for a record.
   * @param {any} rec
   * @param {{isNew: boolean, filled?: boolean, position: any, fields?: boolean, rewritten?: any}} options
   *   `filled`: it is new and has values already, those of the record that it is made from; `fields`: body
   *   values are collected for submitFields
   */
  const open = (rec, options) => {
    /** @type {Notes} */
    const notes = {
      changes: [],
      dry: false,
      isNew: options.isNew,
      named: false,
      position: options.position,
      submit: options.fields ? {} : null,
      rewritten: options.rewritten || null,
      found: {},
      unsettled: []
    };
    const fresh = options.isNew && !options.filled;
    return { put: writer(body(rec, '', fresh, notes), notes), notes: notes };
  };

  return { open };
});
