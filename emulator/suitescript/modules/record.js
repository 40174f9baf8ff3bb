'use strict';

/* N/record. */

const { call } = use('inside/bridge');
const { moduleOf } = use('inside/api');
const { need, SuiteScriptError } = use('inside/errors');
const { metaOf } = use('inside/metas');
const { open } = use('inside/records');
const { toSubmit } = use('inside/values');
const { recordTypes } = use('data/record_types');

function idOf(value) {
  const id = typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value;
  if (!Number.isInteger(id)) throw new SuiteScriptError('SSS_INVALID_TYPE_ARG', `You have entered an invalid type argument: id ${String(value)}`);
  return id;
}

function opened(op, args, options) {
  const data = call(op, args);
  return open(data, { dynamic: options.isDynamic ?? false });
}

exports.module = moduleOf(
  'N/record',
  {
    Type: Object.freeze(recordTypes),

    create(options) {
      const { type, defaultValues = {} } = need(options, 'record.create', 'type');
      return opened('record.create', { type, defaults: defaultValues }, options);
    },

    load(options) {
      const { type, id } = need(options, 'record.load', 'type', 'id');
      return opened('record.load', { type, id: idOf(id) }, options);
    },

    copy(options) {
      const { type, id, defaultValues = {} } = need(options, 'record.copy', 'type', 'id');
      return opened('record.copy', { type, id: idOf(id), defaults: defaultValues }, options);
    },

    transform(options) {
      const { fromType, fromId, toType, defaultValues = {} } = need(options, 'record.transform', 'fromType', 'fromId', 'toType');
      return opened('record.transform', { fromType, fromId: idOf(fromId), toType, defaults: defaultValues }, options);
    },

    delete(options) {
      const { type, id } = need(options, 'record.delete', 'type', 'id');
      return call('record.delete', { type, id: idOf(id) });
    },

    /**
     * Sourcing is on by default here, off in Record.save. The help topic "record.submitFields(options)" writes
     * `enablesourcing`, everything else `enableSourcing`: both are taken.
     */
    submitFields(options) {
      const { type, id, values } = need(options, 'record.submitFields', 'type', 'id', 'values');
      const { enableSourcing, enablesourcing, ignoreMandatoryFields = false } = options.options ?? {};
      const { fields } = metaOf(type);
      const held = {};
      for (const [field, value] of Object.entries(values)) held[field] = toSubmit(fields[field], value, field);
      return call('record.submitFields', {
        type, id: idOf(id), values: held, sourcing: enableSourcing ?? enablesourcing ?? true, ignoreMandatory: ignoreMandatoryFields,
      });
    },
  },
  ['create', 'load', 'copy', 'transform', 'delete'],
);
