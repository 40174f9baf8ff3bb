/**
 * Every kind of hook once.
 *
 * @NApiVersion 2.1
 */
define(['N/log'], (log) => {
  const before = (doc) => ({ ...doc, seen: true });
  const after = (values) => {
    values.memo = values.memo || 'empty';
  };
  const saving = (rec, doc) => {
    if (doc.seen) rec.setValue({ fieldId: 'message', value: 'by hook' });
  };
  const saved = (id) => {
    log.debug({ title: 'saved', details: id });
  };

  return { before, after, saving, saved };
});
