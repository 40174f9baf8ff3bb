/**
 * Reading a document: `at(field, spec line)` says which field is being computed, so that a fault
 * names it; what follows checks the value and brings it into the field type's own form.
 *
 * Forms: text as it is; numbers as decimal text; days `2026-03-01`; times ISO text in UTC; booleans;
 * selects as internal ids or references. undefined leaves a field alone, null clears it.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['./dates', './lookup', './nothing', './numbers', './reply', './values'], (
  dates,
  lookup,
  nothing,
  numbers,
  reply,
  values
) => {
  const TRUE = ['true', 't', '1'];
  const FALSE = ['false', 'f', '0'];

  /**
   * @typedef {{required?: boolean, clear?: boolean, refuse?: boolean, length?: number, places?: number,
   *   format?: string, timezone?: string, trueValues?: string[]}} Rule
   *   `clear` and `refuse` are set where the document names the value at all, be it empty
   * @typedef {ReturnType<typeof reader>} Reader
   */

  /** @param {any} document the document itself: creating a reference may need it */
  const reader = (document) => {
    /** @type {{field: string | null, spec: string | null, specs: {[field: string]: string}}} */
    const position = { field: null, spec: null, specs: {} };
    /** @type {any[]} */
    const references = [];

    /** @param {Rule} [rule] */
    const nothingThere = (rule) => {
      if (rule && (rule.required || rule.refuse)) throw reply.fault('REQUIRED_EMPTY', `${position.field} is empty`);
      return rule && rule.clear ? null : undefined;
    };
    /** @param {any} value @param {Rule | undefined} rule @param {(value: any) => any} convert */
    const convert = (value, rule, convert) => (nothing.isEmpty(value) ? nothingThere(rule) : convert(value));

    /** @param {any} value @param {Rule} [rule] */
    const text = (value, rule) =>
      convert(value, rule, (one) => {
        const out = values.asText(one);
        if (rule && rule.length && out.length > rule.length) {
          throw reply.fault('BAD_VALUE', `${position.field} takes ${rule.length} characters, found ${out.length}`);
        }
        return out;
      });
    /** @param {any} value @param {Rule} [rule] */
    const number = (value, rule) =>
      convert(value, rule, (one) =>
        rule && rule.places !== undefined ? numbers.atPlaces(one, rule.places) : numbers.shortest(one)
      );
    /** @param {any} value @param {Rule} [rule] */
    const rate = (value, rule) => convert(value, rule, (one) => numbers.rate(one, rule && rule.places));
    /** @param {any} value @param {Rule} [rule] */
    const integer = (value, rule) => convert(value, rule, (one) => numbers.whole(one, rule && rule.places));
    /** @param {any} value @param {Rule} [rule] */
    const boolean = (value, rule) =>
      convert(value, rule, (one) => {
        const word = values.asText(one).trim();
        if (rule && rule.trueValues && rule.trueValues.indexOf(word) >= 0) return true;
        if (TRUE.indexOf(word.toLowerCase()) >= 0) return true;
        if (FALSE.indexOf(word.toLowerCase()) >= 0 || (rule && rule.trueValues)) return false;
        throw reply.fault('BAD_VALUE', `'${word}' is neither true nor false`);
      });
    /** @param {any} value @param {Rule} [rule] */
    const date = (value, rule) => convert(value, rule, (one) => dates.day(one, rule));
    /** @param {any} value @param {Rule} [rule] */
    const datetime = (value, rule) => convert(value, rule, (one) => dates.instant(one, rule));
    /** @param {any} value @param {Rule} [rule] */
    const time = (value, rule) => convert(value, rule, (one) => dates.timeOf(dates.toTime(values.asText(one))));
    /** An internal id that is known already, or a select's own code. @param {any} value @param {Rule} [rule] */
    const id = (value, rule) => convert(value, rule, (one) => values.asText(one));
    /** @param {any} value @param {Rule} [rule] */
    const ids = (value, rule) => convert(value, rule, (one) => nothing.list(one).map(values.asText));

    /** @param {any} value */
    const keyText = (value) => values.asText(value).trim();
    /** Blanks alone are no key: behind a prefix they would name a record. @param {any} value */
    const noKey = (value) => nothing.isEmpty(value) || (typeof value === 'string' && value.trim() === '');

    /**
     * A reference by one key.
     * @param {any} table one of the flow's LOOKUPS
     * @param {any} value
     * @param {any} rule
     * @param {any} [place] where a reference that is created reads its values
     */
    const ref = (table, value, rule, place) => {
      if (noKey(value)) return nothing.isEmpty(rule.fallback) ? nothingThere(rule) : rule.fallback;
      const key = (rule.prefix || '') + keyText(value);
      return note(lookup.reference(table, [key], rule, position.field, position.spec, place));
    };
    /** References of a multi-select. @param {any} table @param {any} value @param {any} rule */
    const refs = (table, value, rule) => {
      const keys = nothing.list(value).filter((one) => !noKey(one));
      return convert(keys, rule, (many) => many.map((one) => ref(table, one, rule)));
    };
    /** A reference by several keys; a key may be another reference. @param {any} table @param {any[]} parts @param {any} rule */
    const refBy = (table, parts, rule) => {
      if (parts.some(noKey)) return nothing.isEmpty(rule.fallback) ? nothingThere(rule) : rule.fallback;
      const keys = parts.map((part) => (lookup.isReference(part) ? part : keyText(part)));
      return note(lookup.reference(table, keys, rule, position.field, position.spec, null));
    };
    const note = (reference) => {
      references.push(reference);
      return reference;
    };

    const as = { text, number, rate, integer, boolean, date, datetime, time, id, ids, ref, refs, refBy };

    /** @param {string} field @param {string} spec file and line */
    const at = (field, spec) => {
      position.field = field;
      position.spec = spec;
      position.specs[field] = spec;
      return as;
    };
    const done = () => {
      position.field = null;
      position.spec = null;
    };

    return { at, done, position, references, document };
  };

  return { reader };
});
