'use strict';

/*
 * Record objects (help topic "record.Record").
 *
 *   Content ◄── Body ◄── Sublists ◄── CurrentLine ◄── Subrecords ◄── Matrix ◄── Record
 */

const { call } = use('inside/bridge');
const { complete } = use('inside/api');
const { fail, need } = use('inside/errors');
const { metaOf } = use('inside/metas');
const { contentOf } = use('inside/record_body');
const { apiUsage, Content, named } = use('inside/record_content');
const { Matrix } = use('inside/record_matrix');
const { state } = use('inside/state');

/** A held value as JSON.stringify(record) shows it: text, always. */
function plain(content, type, held) {
  if (held === null) return '';
  if (Array.isArray(held)) return held.join('\u0005');
  if (typeof held === 'boolean') return held ? 'T' : 'F';
  if (type === 'currency') return held.toFixed(2);
  return type === 'select' ? held : content.text(type, held);
}

function plainFields(content, types, fields) {
  return Object.fromEntries(Object.entries(fields).map(([name, held]) => [name, plain(content, types[name], held)]));
}

function save(content, options) {
  if (content.owner) apiUsage('A subrecord is saved with its record.');
  if (content.bound) apiUsage('The record is being saved by the platform.');
  const { enableSourcing = false, ignoreMandatoryFields = false } = options ?? {};
  if (typeof enableSourcing !== 'boolean' || typeof ignoreMandatoryFields !== 'boolean') {
    fail('SSS_INVALID_TYPE_ARG', 'save: enableSourcing and ignoreMandatoryFields are booleans.');
  }
  // In dynamic mode everything was sourced when it was set.
  return call(content.meta.kind === 'configuration' ? 'config.save' : 'record.save', {
    draft: content.data, sourcing: !content.dynamic && enableSourcing, ignoreMandatory: ignoreMandatoryFields,
  });
}

/** The account keeps services by how they are traded; scripts know one type of them (record.Type.SERVICE_ITEM). */
const shownType = (type) => type?.replace(/^(noninventory|service|othercharge)(sale|purchase|resale)item$/, '$1item');

class Record extends Matrix {
  get id() {
    return contentOf(this).id;
  }

  get type() {
    return shownType(contentOf(this).type);
  }

  get isDynamic() {
    return contentOf(this).dynamic;
  }

  get isNew() {
    return this.id === null;
  }

  get isReadOnly() {
    return contentOf(this).readOnly;
  }

  /** Returns the internal id. Sourcing is off by default in standard mode, always on in dynamic mode. */
  get save() {
    const content = contentOf(this);
    return Object.assign((options) => save(content, options), { promise: async (options) => save(content, options) });
  }

  // ---- macros: SuiteTax has them, and this account does not have SuiteTax

  getMacros() {
    return {};
  }

  getMacro(...args) {
    const { id } = need(named(args, 'id'), 'getMacro', 'id');
    return fail('SSS_INVALID_MACRO_ID', `There is no macro ${id} on ${this.type}.`);
  }

  get executeMacro() {
    const run = (...args) => this.getMacro(...args);
    return Object.assign(run, { promise: async (...args) => run(...args) });
  }

  toJSON() {
    const content = contentOf(this);
    const { data, meta } = content;
    const sublists = {};
    for (const name of content.held()) {
      const lines = data.sublists[name];
      const types = meta.sublists[name]?.fields ?? {};
      sublists[name] = Object.fromEntries(
        lines.map((row, index) => [`line ${index + 1}`, plainFields(content, types, row.fields)]),
      );
    }
    const { id, type, isDynamic } = this;
    return { id: id === null ? undefined : String(id), type, isDynamic, fields: plainFields(content, meta.fields, data.fields), sublists };
  }

  toString() {
    return 'record.Record';
  }
}

complete('N/record', 'Record', Record);

/**
 * A record object over data of the account.
 *
 * @param {object} data RecordData
 * @param {object} [options] as Content takes them, and `initialised`: default values were given
 */
exports.open = function open(data, { initialised = false, ...options } = {}) {
  const content = new Content(data, { ...options, meta: metaOf(data.type) });
  if (initialised) content.sourceAll();
  return new Record(content);
};

/** A new record that an event brings has the texts of its fields, unlike one that the script has made. */
exports.ofEvent = () => (state.request.account.switches.event_texts ? { from: 'load' } : {});

/** For the platform: the data of a record that a beforeSubmit has changed, null where it has not. */
exports.changedData = function changedData(record) {
  const { changed, data } = contentOf(record);
  return changed ? data : null;
};
