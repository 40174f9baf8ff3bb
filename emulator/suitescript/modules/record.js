'use strict';

/* N/record. */

const { call } = use('inside/bridge');
const { lazily, moduleOf } = use('inside/api');
const { blank } = use('inside/blanks');
const { need } = use('inside/errors');
const { metaOf } = use('inside/metas');
const { open } = use('inside/records');
const { idOf, toSubmit } = use('inside/values');

function opened(op, args, options, from, lent = false) {
  const { isDynamic: dynamic = false, defaultValues } = options;
  const data = call(op, { ...args, defaults: defaultValues ?? {} });
  return open(data, { dynamic, from, lent });
}

/** One side of an attachment. */
function end(options, member, key) {
  const { type, id } = need(need(options, member, key)[key], `${member}: ${key}`, 'type', 'id');
  return { type, id: idOf(id) };
}

exports.module = moduleOf(
  'N/record',
  {
    Type: lazily(() => Object.freeze(use('data/record_types').recordTypes)),

    create(options) {
      const { type } = need(options, 'record.create', 'type');
      const { isDynamic: dynamic = false, defaultValues } = options;
      return open(blank(type, defaultValues), { dynamic, from: 'make', lent: true, initialised: Boolean(defaultValues) });
    },

    load(options) {
      const { type, id } = need(options, 'record.load', 'type', 'id');
      return opened('record.load', { type, id: idOf(id) }, options, 'load', true);
    },

    copy(options) {
      const { type, id } = need(options, 'record.copy', 'type', 'id');
      return opened('record.copy', { type, id: idOf(id) }, options, 'copy');
    },

    transform(options) {
      const { fromType, fromId, toType } = need(options, 'record.transform', 'fromType', 'fromId', 'toType');
      return opened('record.transform', { fromType, fromId: idOf(fromId), toType }, options, 'make');
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

    attach(options) {
      const args = { record: end(options, 'record.attach', 'record'), to: end(options, 'record.attach', 'to') };
      call('record.attach', { ...args, attributes: options.attributes ?? {} });
    },

    detach(options) {
      const args = { record: end(options, 'record.detach', 'record'), from: end(options, 'record.detach', 'from') };
      call('record.detach', { ...args, attributes: options.attributes ?? {} });
    },
  },
  ['create', 'load', 'copy', 'transform', 'delete', 'submitFields', 'attach', 'detach'],
);
