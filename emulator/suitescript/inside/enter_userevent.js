'use strict';

/* User events (help topic "User Event Script Type"): records are in standard mode. */

const { enumOf } = use('inside/api');
const { open } = use('inside/records');

const UserEventType = enumOf(
  [
    'APPROVE', 'CANCEL', 'CHANGEPASSWORD', 'COPY', 'CREATE', 'DELETE', 'DROPSHIP', 'EDIT', 'EDITFORECAST', 'EMAIL',
    'MARKCOMPLETE', 'ORDERITEMS', 'PACK', 'PAYBILLS', 'PRINT', 'QUICKVIEW', 'REASSIGN', 'REJECT', 'SHIP',
    'SPECIALORDER', 'TRANSFORM', 'VIEW', 'XEDIT',
  ],
  (key) => key.toLowerCase(),
);

let newRecord = null;

exports.run = (point, { event, newData, oldData, editable }) => {
  newRecord = open(newData, { readOnly: !editable, bound: true });
  const oldRecord = oldData ? open(oldData, { readOnly: true, bound: true, emptyIsNull: true }) : null;
  return point({ type: event, newRecord, oldRecord, UserEventType });
};

/** A beforeSubmit that changed newRecord hands it back. */
exports.finish = () => (newRecord && newRecord.changedData()) ?? null;
