'use strict';

/* Subrecords of a record object: addresses, inventory details. */

const { fail, need } = use('inside/errors');
const { metaOf } = use('inside/metas');
const { contentOf } = use('inside/record_body');
const { Content, named } = use('inside/record_content');
const { CurrentLine, dynamic, toWrite } = use('inside/record_current');

/** The subrecord in `holder`, made where there is none and the record can be written. */
function opened(record, holder, kinds, fieldId) {
  const content = contentOf(record);
  const kind = kinds?.[fieldId];
  if (kind === undefined) fail('FIELD_1_IS_NOT_A_SUBRECORD_FIELD', `Field ${fieldId} is not a subrecord field.`);
  if (!holder[fieldId]) {
    if (content.readOnly) return null;
    holder[fieldId] = { fields: {}, sublists: {} };
    content.touch();
  }
  const { dynamic: isDynamic, readOnly, emptyIsNull } = content;
  return new record.constructor(
    new Content(holder[fieldId], { meta: metaOf(kind), dynamic: isDynamic, readOnly, owner: content, bound: true, emptyIsNull }),
  );
}

class Subrecords extends CurrentLine {
  hasSubrecord(...args) {
    const { fieldId } = need(named(args, 'fieldId'), 'hasSubrecord', 'fieldId');
    return Boolean(contentOf(this).data.subrecords[fieldId]);
  }

  getSubrecord(...args) {
    const { data, meta } = contentOf(this);
    const { fieldId } = need(named(args, 'fieldId'), 'getSubrecord', 'fieldId');
    return opened(this, data.subrecords, meta.subrecords, fieldId);
  }

  removeSubrecord(...args) {
    const content = contentOf(this);
    const { fieldId } = need(named(args, 'fieldId'), 'removeSubrecord', 'fieldId');
    content.write();
    delete content.data.subrecords[fieldId];
    return this;
  }

  hasSublistSubrecord(...args) {
    const given = named(args, 'sublistId', 'fieldId', 'line');
    const { sublistId, fieldId, line } = need(given, 'hasSublistSubrecord', 'sublistId', 'fieldId', 'line');
    return Boolean(contentOf(this).line(sublistId, line).subrecords?.[fieldId]);
  }

  getSublistSubrecord(...args) {
    const content = contentOf(this);
    const given = named(args, 'sublistId', 'fieldId', 'line');
    const { sublistId, fieldId, line } = need(given, 'getSublistSubrecord', 'sublistId', 'fieldId', 'line');
    const row = content.line(sublistId, line);
    return opened(this, (row.subrecords ??= {}), content.sublist(sublistId).subrecords, fieldId);
  }

  removeSublistSubrecord(...args) {
    const content = contentOf(this);
    const given = named(args, 'sublistId', 'fieldId', 'line');
    const { sublistId, fieldId, line } = need(given, 'removeSublistSubrecord', 'sublistId', 'fieldId', 'line');
    content.write();
    delete content.line(sublistId, line).subrecords?.[fieldId];
    return this;
  }

  hasCurrentSublistSubrecord(...args) {
    const content = dynamic(this, 'hasCurrentSublistSubrecord');
    const { sublistId, fieldId } = need(named(args, 'sublistId', 'fieldId'), 'hasCurrentSublistSubrecord', 'sublistId', 'fieldId');
    return Boolean(content.selected(sublistId).row.subrecords?.[fieldId]);
  }

  getCurrentSublistSubrecord(...args) {
    const content = dynamic(this, 'getCurrentSublistSubrecord');
    const { sublistId, fieldId } = need(named(args, 'sublistId', 'fieldId'), 'getCurrentSublistSubrecord', 'sublistId', 'fieldId');
    const { row } = content.selected(sublistId);
    return opened(this, (row.subrecords ??= {}), content.sublist(sublistId).subrecords, fieldId);
  }

  removeCurrentSublistSubrecord(...args) {
    const content = dynamic(this, 'removeCurrentSublistSubrecord');
    const given = named(args, 'sublistId', 'fieldId');
    const { sublistId, fieldId } = need(given, 'removeCurrentSublistSubrecord', 'sublistId', 'fieldId');
    delete toWrite(this, content, sublistId).subrecords?.[fieldId];
    return this;
  }
}

exports.Subrecords = Subrecords;
