/**
 * Stands for another writer.
 *
 * @NApiVersion 2.1
 */
define(['N/record'], (record) => {
  const type = 'customrecord_run_plant';

  const others = (values, doc) => {
    if (doc.race !== 'create') return;
    const rec = record.create({ type: type });
    rec.setValue({ fieldId: 'externalid', value: 'R-' + doc.code });
    rec.setValue({ fieldId: 'name', value: 'by somebody else' });
    rec.save();
  };

  const meanwhile = (rec, doc) => {
    if (doc.race !== 'update' || !rec.id) return;
    const other = record.load({ type: type, id: rec.id });
    other.setValue({ fieldId: 'name', value: 'by somebody else' });
    other.save();
  };

  return { others, meanwhile };
});
