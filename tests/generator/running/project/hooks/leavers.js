/**
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/log'], (log) => ({
  left: (id, doc) => log.audit({ title: 'left', details: `${doc.id} ${id}` })
}));
