'use strict';

/* User events (help topic "User Event Script Type"): records are in standard mode. */

const { enumOf } = use('inside/api');
const { changedData, open } = use('inside/records');

const UserEventType = enumOf(
  [
    'APPROVE', 'CANCEL', 'CHANGEPASSWORD', 'COPY', 'CREATE', 'DELETE', 'DROPSHIP', 'EDIT', 'EDITFORECAST', 'EMAIL',
    'MARKCOMPLETE', 'ORDERITEMS', 'PACK', 'PAYBILLS', 'PRINT', 'QUICKVIEW', 'REASSIGN', 'REJECT', 'SHIP',
    'SPECIALORDER', 'TRANSFORM', 'VIEW', 'XEDIT',
  ],
  (key) => key.toLowerCase(),
);

/** Their newRecord is not the whole record: what is written, or nothing but its type and id. */
const PARTIAL = new Set(['xedit', 'delete']);

let newRecord = null;

exports.run = (point, { event, newData, oldData, editable }) => {
  newRecord = open(newData, { readOnly: !editable, bound: true, partial: PARTIAL.has(event) });
  const oldRecord = oldData ? open(oldData, { readOnly: true, bound: true, emptyIsNull: true }) : null;
  return point({ type: event, newRecord, oldRecord, UserEventType });
};

/** A beforeSubmit that changed newRecord hands it back. */
exports.finish = () => newRecord && changedData(newRecord);
