'use strict';

/* Lists (help topic "serverWidget.List"): rows of objects or of search results under columns. */

const { need } = use('inside/errors');
const { Button, FIELD_TYPES, named, newId, one } = use('inside/widgets');

class ListColumn {
  #facts;

  constructor(facts) {
    this.#facts = { ...facts, url: null, params: [] };
    this.label = facts.label;
  }

  addParamToURL(options) {
    const { param, value, dynamic = false } = need(options, 'ListColumn.addParamToURL', 'param', 'value');
    this.#facts.params.push({ param, value, dynamic });
    return this;
  }

  setURL(options) {
    const { url, dynamic = false } = need(options, 'ListColumn.setURL', 'url');
    this.#facts.url = { url, dynamic };
    return this;
  }

  facts() {
    return { ...this.#facts, label: this.label };
  }
}

/** A row as texts by column: of an object its properties, of a search result its columns by name. */
function cells(row) {
  if (typeof row.getValue !== 'function') return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, String(value ?? '')]));
  return Object.fromEntries(row.columns.map((column) => [column.name, String(row.getText(column) || row.getValue(column) || '')]));
}

class List {
  #columns = new Map();
  #rows = [];
  #buttons = new Map();
  #links = [];
  #hideNavBar;

  constructor({ title, hideNavBar = false }) {
    Object.assign(this, { title, style: 'NORMAL', clientScriptFileId: null, clientScriptModulePath: null });
    this.#hideNavBar = Boolean(hideNavBar);
  }

  addButton(options) {
    const { id, label, functionName } = need(options, 'List.addButton', 'id', 'label');
    const button = new Button({ id: newId(this.#buttons, id), label, functionName });
    this.#buttons.set(button.id, button);
    return button;
  }

  addColumn(options) {
    const { id, label, type, align = 'LEFT' } = need(options, 'List.addColumn', 'id', 'type', 'label');
    const facts = { id: newId(this.#columns, id), label, type: one('type', type, FIELD_TYPES).toLowerCase(), align };
    return this.#column(facts);
  }

  addEditColumn(options) {
    const { column, showView = false, showHrefCol = '', link = '', linkParam = '', linkParamName = '' } = options ?? {};
    need(options, 'List.addEditColumn', 'column');
    const edit = { column, showView, showHrefCol, link, linkParam, linkParamName };
    const id = `edit${this.#columns.size + 1}`;
    return this.#column({ id, label: 'Edit', type: 'url', align: 'LEFT', edit });
  }

  #column(facts) {
    const column = new ListColumn(facts);
    this.#columns.set(facts.id, column);
    return column;
  }

  addPageLink(options) {
    const { title, type, url } = need(options, 'List.addPageLink', 'type', 'title', 'url');
    this.#links.push({ title, type: one('type', type, new Set(['BREADCRUMB', 'CROSSLINK'])), url });
  }

  addRow(options) {
    this.#rows.push(cells(need(options, 'List.addRow', 'row').row));
  }

  addRows(options) {
    for (const row of need(options, 'List.addRows', 'rows').rows) this.#rows.push(cells(row));
  }

  facts() {
    const { title, style, clientScriptFileId, clientScriptModulePath } = this;
    return {
      kind: 'list', title, style, hideNavBar: this.#hideNavBar, clientScriptFileId, clientScriptModulePath,
      columns: [...this.#columns.values()].map((column) => column.facts()), rows: this.#rows,
      buttons: [...this.#buttons.values()].map((button) => button.facts()), links: this.#links,
    };
  }
}

named('List', List);
named('ListColumn', ListColumn);
Object.assign(exports, { List, ListColumn, cells });
