/**
 * Addresses of a record's body. Unless the record's own default is taken off first, NetSuite may
 * keep it, or write into an address that the entity shares (help topic "Address subrecords").
 * So an address that differs is removed and made anew, and one that is equal is not touched.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define([], () => {
  /** The select that holds the chosen entry of the entity's address book. */
  const LISTS = { shippingaddress: 'shipaddresslist', billingaddress: 'billaddresslist' };

  /**
   * @param {any} target
   * @param {string} field
   * @param {any} value
   * @param {(put: any, value: any) => void} write
   * @param {{dry: boolean}} notes
   * @param {{compare: (sub: any) => any, fill: (sub: any) => any, note: (field: string) => void}} by
   */
  const replace = (target, field, value, write, notes, by) => {
    const rec = target.owner;
    if (!target.fresh && rec.hasSubrecord({ fieldId: field }) && !differs(rec, field, value, write, by)) return;
    by.note(field);
    if (notes.dry) return;
    if (LISTS[field]) rec.setValue({ fieldId: LISTS[field], value: null });
    if (rec.hasSubrecord({ fieldId: field })) rec.removeSubrecord({ fieldId: field });
    const sub = rec.getSubrecord({ fieldId: field });
    write(by.fill(sub), value);
    sub.setValue({ fieldId: 'override', value: false });
  };

  const differs = (rec, field, value, write, by) => {
    const probe = by.compare(rec.getSubrecord({ fieldId: field }));
    write(probe, value);
    return probe.differs();
  };

  return { replace };
});
