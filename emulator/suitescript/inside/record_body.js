'use strict';

/* Body fields of a record object, and its hold on its content. */

const { need } = use('inside/errors');
const { named } = use('inside/record_content');
const { toAccount } = use('inside/values');

// Scripts write one standard field as the SOAP schema spells it.
const SPELLED = { statusRef: 'statusref' };

let contentOf;

class Body {
  #content;

  static {
    contentOf = (record) => record.#content;
  }

  constructor(content) {
    this.#content = content;
  }

  /** All the type's fields; on an inline edit only those that were written. */
  getFields() {
    const { data, meta, partial } = this.#content;
    if (partial) return Object.keys(data.fields);
    return [...new Set([...Object.keys(meta.fields), ...Object.keys(data.fields)])];
  }

  getValue(...args) {
    const content = this.#content;
    const given = need(named(args, 'fieldId'), 'getValue', 'fieldId').fieldId;
    const fieldId = SPELLED[given] ?? given;
    content.needsValue(fieldId);
    const { fields } = content.data;
    if (fieldId === 'id') return content.id === null ? '' : String(content.id);
    const type = content.meta.fields[fieldId];
    if (type === undefined && !(fieldId in fields)) return undefined;
    return content.shown(type, fields[fieldId]);
  }

  setValue(...args) {
    const content = this.#content;
    const given = need(named(args, 'fieldId', 'value'), 'setValue', 'fieldId');
    const { fieldId, value } = given;
    if (value === undefined) need(given, 'setValue', 'value');
    content.write();
    content.putBody(fieldId, toAccount(content.meta.fields[fieldId], value, fieldId), given);
    content.tell(fieldId, 'value');
    return this;
  }

  getText(...args) {
    const content = this.#content;
    const { fieldId } = need(named(args, 'fieldId'), 'getText', 'fieldId');
    content.needsText(fieldId);
    return content.text(content.meta.fields[fieldId], content.data.fields[fieldId], fieldId);
  }

  setText(...args) {
    const content = this.#content;
    const given = need(named(args, 'fieldId', 'text'), 'setText', 'fieldId');
    const { fieldId, text } = given;
    if (text === undefined) need(given, 'setText', 'text');
    content.write();
    content.putBody(fieldId, content.fromText(content.meta.fields[fieldId], text, fieldId), given);
    content.tell(fieldId, 'text');
    return this;
  }

  getField(...args) {
    const content = this.#content;
    const { fieldId } = need(named(args, 'fieldId'), 'getField', 'fieldId');
    return use('inside/record_fields').fieldOf(content, fieldId);
  }
}

Object.assign(exports, { Body, contentOf });
