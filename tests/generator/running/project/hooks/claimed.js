/**
 * @NApiVersion 2.1
 */
define([], () => {
  const before = (doc, ctx) => ({ ...doc, depot: ctx.vars.depot });
  const saving = (rec, doc) => {
    rec.setValue({ fieldId: 'message', value: 'from ' + doc.depot });
  };
  const saved = (id, doc) => {
    if (doc.note === 'boom') throw new Error('after the save');
  };

  return { before, saving, saved };
});
