'use strict';

/* N/recordContext (help topic "recordContext.getContext(options)"): which countries a record belongs to. */

const { call } = use('inside/bridge');
const { moduleOf } = use('inside/api');
const { fail, need } = use('inside/errors');
const { idOf } = use('inside/values');

const ContextType = Object.freeze({ LOCALIZATION: 'localization' });

exports.module = moduleOf('N/recordContext', {
  ContextType,

  /** The record by type and id, or as an object that has been saved. */
  getContext(options) {
    const { record, recordType, recordId, contextTypes = [ContextType.LOCALIZATION] } = options ?? {};
    if (record && (recordType || recordId)) {
      fail('MUTUALLY_EXCLUSIVE_ARGUMENTS', 'recordContext.getContext: record excludes recordType and recordId.');
    }
    const unknown = contextTypes.find((type) => type !== ContextType.LOCALIZATION);
    if (unknown !== undefined) fail('UNKNOWN_CONTEXT_TYPE', `Unknown context type: ${String(unknown)}`);
    const given = record ? { recordType: record.type, recordId: record.id } : { recordType, recordId };
    need(given, 'recordContext.getContext', 'recordType', 'recordId');
    return { localization: call('record.countries', { type: given.recordType, id: idOf(given.recordId) }) };
  },
});
