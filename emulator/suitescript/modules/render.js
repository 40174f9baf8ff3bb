'use strict';

/*
 * N/render, as far as text goes: templates are rendered, mail is merged, and printed forms are PDF or HTML files
 * that hold the same words in a plain layout.
 */

const { call } = use('inside/bridge');
const { moduleOf, enumOf, complete } = use('inside/api');
const { fail, refuse } = use('inside/errors');
const { loadedFile } = use('inside/files');
const { render } = use('inside/freemarker');
const { recordModel, resultModel, jsonModel, xmlModel } = use('inside/render_models');
const { open } = use('inside/records');
const { parse } = use('inside/xml_text');

const PrintMode = enumOf(['DEFAULT', 'HTML', 'PDF']);
const DataSource = enumOf(['JSON', 'OBJECT', 'XML_DOC', 'XML_STRING']);
const BLOCKS = new Set(['p', 'div', 'tr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'li', 'table', 'body', 'pdf', 'br', 'pdfset']);
const SILENT = new Set(['style', 'head', 'macrolist', 'script', 'link', 'meta']);

function need(options, ...names) {
  for (const name of names) {
    if (options?.[name] === undefined || options[name] === null || options[name] === '') {
      fail('MISSING_REQD_ARGUMENT', `Missing a required argument: ${name}`);
    }
  }
  return options;
}

/** The words of a document, a line for each block, cells apart by tabs. */
function linesOf(document) {
  const lines = [''];
  const walk = (node) => {
    if (node.nodeType === 'TEXT_NODE' || node.nodeType === 'CDATA_SECTION_NODE') {
      lines.push(`${lines.pop()}${node.nodeValue.replace(/\s+/g, ' ')}`);
    }
    if (SILENT.has(node.nodeName)) return;
    if (BLOCKS.has(node.nodeName)) lines.push('');
    node.childNodes.forEach(walk);
    if (node.nodeName === 'td' || node.nodeName === 'th') lines.push(`${lines.pop()}   `);
    if (BLOCKS.has(node.nodeName)) lines.push('');
  };
  walk(document.documentElement);
  return lines.map((line) => line.trim()).filter(Boolean);
}

function pdf(name, lines) {
  return loadedFile({ name, type: 'PDF', text: call('render.pdf', { lines }) });
}

const pdfOf = (xmlString) => pdf('Document.pdf', linesOf(parse(xmlString)));

class TemplateRenderer {
  #model = {};

  constructor() {
    this.templateContent = '';
  }

  setTemplateById(options) {
    this.templateContent = call('render.template', { id: Number(need(options, 'id').id), scriptId: null });
  }

  setTemplateByScriptId(options) {
    this.templateContent = call('render.template', { id: null, scriptId: String(need(options, 'scriptId').scriptId).toLowerCase() });
  }

  addRecord(options) {
    const { templateName, record } = need(options, 'templateName', 'record');
    this.#model[templateName] = recordModel(record);
  }

  addSearchResults(options) {
    const { templateName, searchResult } = need(options, 'templateName', 'searchResult');
    if (!Array.isArray(searchResult)) fail('WRONG_PARAMETER_TYPE', 'addSearchResults: searchResult is no list of results.');
    this.#model[templateName] = searchResult.map(resultModel);
  }

  addCustomDataSource(options) {
    const { format, alias, data } = need(options, 'format', 'alias', 'data');
    if (!Object.hasOwn(DataSource, format)) fail('WRONG_PARAMETER_TYPE', `addCustomDataSource: unknown format ${String(format)}`);
    if (format === 'JSON') this.#model[alias] = jsonModel(JSON.parse(data));
    else this.#model[alias] = format === 'OBJECT' ? jsonModel(JSON.parse(JSON.stringify(data))) : xmlModel(data);
  }

  renderAsString() {
    return render(this.templateContent, this.#model);
  }

  renderAsPdf() {
    return pdfOf(this.renderAsString());
  }

  renderToResponse(options) {
    const response = options?.response ?? options;
    need({ response }, 'response').response.write({ output: this.renderAsString() });
  }

  renderPdfToResponse(options) {
    const response = options?.response ?? options;
    need({ response }, 'response').response.writeFile({ file: this.renderAsPdf(), isInline: true });
  }

  toString() {
    return 'render.TemplateRenderer';
  }
}

complete('N/render', 'TemplateRenderer', TemplateRenderer);

class EmailMergeResult {
  constructor(subject, body) {
    Object.assign(this, { subject, body });
    Object.freeze(this);
  }

  toJSON() {
    return { ...this };
  }

  toString() {
    return 'render.EmailMergeResult';
  }
}

const loadedRecord = (type, id) => open(call('render.record', { type, id: Number(id) }));

/** Subject and body of an e-mail template, filled in from the records that are given. */
function mergeEmail(options) {
  const { templateId, entity, recipient, customRecord, transactionId, supportCaseId } = need(options, 'templateId');
  const model = {};
  const add = (ref, ...names) => {
    if (ref === undefined || ref === null) return;
    if (typeof ref !== 'object' || !ref.type || !ref.id) fail('WRONG_PARAMETER_TYPE', 'mergeEmail: a record is {type, id}.');
    const found = recordModel(loadedRecord(String(ref.type), ref.id));
    for (const name of names) model[name] = found;
  };
  add(entity, 'entity', String(entity?.type));
  add(recipient, 'recipient', ...(entity ? [] : [String(recipient?.type)]));
  add(customRecord, 'customRecord', 'customrecord', String(customRecord?.type));
  if (transactionId !== undefined && transactionId !== null) add({ type: 'transaction', id: transactionId }, 'transaction');
  if (supportCaseId !== undefined && supportCaseId !== null) refuse('mergeEmail with a support case');
  const template = call('render.email', { id: Number(templateId) });
  return new EmailMergeResult(render(template.subject, model), render(template.content, model));
}

const HEADS = ['tranid', 'trandate', 'entity', 'status', 'memo', 'shipaddress', 'billaddress', 'subtotal', 'taxtotal', 'total'];
const COLUMNS = ['item', 'description', 'quantity', 'units', 'location', 'rate', 'amount'];
const LABELS = { tranid: 'Number', trandate: 'Date', entity: 'Name', shipaddress: 'Ship to', billaddress: 'Bill to', taxtotal: 'Tax' };
const labelled = (name) => LABELS[name] ?? name[0].toUpperCase() + name.slice(1);
const escaped = (text) => text.replace(/[&<>]/g, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[letter]);

/** Lines as an HTML file. */
function page(name, lines) {
  const body = lines.map((line) => `<p>${escaped(line)}</p>`).join('');
  return loadedFile({ name, type: 'HTMLDOC', text: `<html><body>${body}</body></html>` });
}

/** A plain print of a record's head and item lines as a PDF or, in print mode HTML, as a page. */
function printed(title, member, id, mode, columns = COLUMNS) {
  if (!Number.isInteger(Number(id))) fail('WRONG_PARAMETER_TYPE', `${member}: entityId is no number.`);
  if (mode !== undefined && mode !== null && !Object.hasOwn(PrintMode, mode)) {
    fail('WRONG_PARAMETER_TYPE', `${member}: unknown print mode ${String(mode)}`);
  }
  const record = open(call('render.print', { member, id: Number(id) }));
  const read = (of, name) => render(`\${(of.${name})!}`, { of });
  const model = recordModel(record);
  const heads = HEADS.map((name) => [labelled(name), read(model, name)]).filter(([, text]) => text !== '');
  const rows = (model.get('item') ?? []).map((row) => columns.map((name) => read(row, name)).filter(Boolean).join('   '));
  const lines = [title || record.type, ...heads.map(([label, text]) => `${label}: ${text}`), ...rows];
  const name = `${(title || record.type).replaceAll(' ', '')}_${read(model, 'tranid') || id}`;
  if (mode !== 'HTML') return pdf(`${name}.pdf`, lines);
  return page(`${name}.html`, lines);
}

function printer(title, member, columns) {
  return (options) => {
    const { entityId, printMode } = need(options, 'entityId');
    return printed(title, `render.${member}`, entityId, printMode, columns);
  };
}

function statement(options) {
  const { entityId, printMode } = need(options, 'entityId');
  if (!Number.isInteger(Number(entityId))) fail('WRONG_PARAMETER_TYPE', 'render.statement: entityId is no number.');
  const { startDate = null, statementDate = null, openTransactionsOnly = false } = options;
  const lines = call('render.statement', { id: Number(entityId), startDate, statementDate, openOnly: openTransactionsOnly === true });
  if (printMode !== 'HTML') return pdf(`Statement_${entityId}.pdf`, lines);
  return page(`Statement_${entityId}.html`, lines);
}

exports.module = moduleOf('N/render', {
  PrintMode,
  DataSource,
  create: () => new TemplateRenderer(),
  mergeEmail,
  xmlToPdf(options) {
    const { xmlString } = need(typeof options === 'string' ? { xmlString: options } : options, 'xmlString');
    call('render.charge', { member: 'render.xmlToPdf' });
    return pdfOf(String(xmlString));
  },
  transaction: printer('', 'transaction'),
  packingSlip: printer('Packing Slip', 'packingSlip', ['item', 'description', 'quantity', 'units']),
  pickingTicket: printer('Picking Ticket', 'pickingTicket', ['item', 'description', 'quantity', 'units', 'location']),
  bom: printer('Bill of Materials', 'bom', ['item', 'description', 'quantity', 'units']),
  statement,
});
