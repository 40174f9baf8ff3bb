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
let form = null;

/** The form of the page, or a bare one where a script loads the record and there is no page. Saves need none of it. */
function beforeLoad(point, { event, request, forms }) {
  const { Form } = use('inside/forms');
  const { ServerRequest } = use('inside/http_server');
  form = new Form({}, newRecord);
  form.continueFrom(forms);
  const context = { type: event, newRecord, form, UserEventType };
  context.request = request ? new ServerRequest(request) : undefined;
  return point(context);
}

exports.run = (point, entry) => {
  const { event, newData, oldData, editable } = entry;
  newRecord = open(newData, { readOnly: !editable, bound: true, partial: PARTIAL.has(event) });
  if (entry.point === 'beforeLoad') return beforeLoad(point, entry);
  const oldRecord = oldData ? open(oldData, { readOnly: true, bound: true, emptyIsNull: true }) : null;
  return point({ type: event, newRecord, oldRecord, UserEventType });
};

/** A beforeSubmit that changed newRecord hands it back; a beforeLoad hands back the form, and a new record that it filled in. */
exports.finish = (entry) => {
  const changed = (newRecord && changedData(newRecord)) ?? null;
  return entry.point === 'beforeLoad' ? form && { form: form.facts(), changed } : changed;
};
