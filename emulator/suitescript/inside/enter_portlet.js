'use strict';

/* Portlets (help topic "render(params)"): a list, a form, links or HTML on a dashboard. */

const { fail, need } = use('inside/errors');
const { Form } = use('inside/forms');
const { List } = use('inside/lists');

let portlet = null;

/** One object for every kind of portlet; its members are those of the kind (help topic "Portlet Object"). */
class Portlet {
  #form = new Form({});
  #list = new List({ title: '' });
  #lines = [];
  #submit = null;

  constructor() {
    Object.assign(this, { title: '', html: '', clientScriptFileId: null, clientScriptModulePath: null });
  }

  addColumn(options) {
    return this.#list.addColumn(options);
  }

  addEditColumn(options) {
    return this.#list.addEditColumn(options);
  }

  addRow(options) {
    return this.#list.addRow(options);
  }

  addRows(options) {
    return this.#list.addRows(options);
  }

  addField(options) {
    return this.#form.addField(options);
  }

  addLine(options) {
    const { text, url = null, align = null } = need(options, 'Portlet.addLine', 'text');
    const line = { text: String(text), url, align };
    this.#lines.push(line);
    return line;
  }

  setSubmitButton(options) {
    const { url, label = 'Save', target = null } = need(options, 'Portlet.setSubmitButton', 'url');
    this.#submit = { url, label, target };
    return this.#submit;
  }

  toString() {
    return 'portlet.Portlet';
  }

  facts() {
    const { title, html, clientScriptFileId, clientScriptModulePath } = this;
    const { columns, rows } = this.#list.facts();
    const { fields } = this.#form.facts();
    return {
      kind: 'portlet', title, html, clientScriptFileId, clientScriptModulePath, columns, rows, fields,
      lines: this.#lines, submit: this.#submit,
    };
  }
}

exports.run = (point, { column, entity }) => {
  portlet = new Portlet();
  if (![1, 2, 3].includes(column)) fail('SSS_INVALID_TYPE_ARG', 'column is 1 (left), 2 (centre) or 3 (right).');
  // Both are told as text (section_4407951965).
  return point({ portlet, column: String(column), entity: entity === null || entity === undefined ? '' : String(entity) });
};

exports.finish = () => portlet.facts();
