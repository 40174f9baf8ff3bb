'use strict';

/*
 * Matrix fields: the prices of an item (help topic "Pricing Sublist").
 *
 * The sublists price, price1, price2, ... have a line for each price level and a column for each
 * quantity break. Column 0 of the matrix field `price` is the line field price_1_, and so on; the
 * header of a column is its quantity, kept in the body field <sublist>quantity<n>.
 */

const { fail, need } = use('inside/errors');
const { contentOf } = use('inside/record_body');
const { apiUsage, named } = use('inside/record_content');
const { dynamic, toWrite } = use('inside/record_current');
const { same } = use('inside/record_sublists');
const { Subrecords } = use('inside/record_subrecords');
const { toAccount, toScript } = use('inside/values');

const PRICES = /^price\d*$/;
const CELL = /^price_(\d+)_$/;

/** The options of a matrix member, `column` checked. */
function matrix(args, member, ...names) {
  const given = need(named(args, ...names), member, ...names.filter((name) => name !== 'value'));
  if (!PRICES.test(given.sublistId) || given.fieldId !== 'price') {
    fail('SSS_METHOD_IS_ONLY_ALLOWED_FOR_MATRIX_FIELD', `${member} is only allowed for a matrix field.`);
  }
  return given;
}

const cell = (column) => `price_${column + 1}_`;
const header = (sublistId, column) => `${sublistId}quantity${column + 1}`;

class Matrix extends Subrecords {
  getMatrixHeaderCount(...args) {
    const { sublistId } = matrix(args, 'getMatrixHeaderCount', 'sublistId', 'fieldId');
    const { data } = contentOf(this);
    const columns = contentOf(this)
      .lines(sublistId)
      .flatMap((row) => Object.keys(row.fields))
      .map((name) => Number(CELL.exec(name)?.[1] ?? 1));
    let count = Math.max(1, ...columns);
    while (data.fields[header(sublistId, count)] !== undefined) count += 1;
    return count;
  }

  getMatrixHeaderField(...args) {
    const { sublistId, column } = matrix(args, 'getMatrixHeaderField', 'sublistId', 'fieldId', 'column');
    return use('inside/record_fields').plainField(contentOf(this), header(sublistId, column), 'integer');
  }

  getMatrixHeaderValue(...args) {
    const { sublistId, column } = matrix(args, 'getMatrixHeaderValue', 'sublistId', 'fieldId', 'column');
    const held = contentOf(this).data.fields[header(sublistId, column)];
    return held === undefined && column === 0 ? 0 : toScript('integer', held);
  }

  setMatrixHeaderValue(...args) {
    const content = contentOf(this);
    const { sublistId, column, value } = matrix(args, 'setMatrixHeaderValue', 'sublistId', 'fieldId', 'column', 'value');
    content.write();
    const field = header(sublistId, column);
    content.store(content.data.fields, field, toAccount('integer', value, field));
    return this;
  }

  getMatrixSublistField(...args) {
    const { sublistId, column } = matrix(args, 'getMatrixSublistField', 'sublistId', 'fieldId', 'column', 'line');
    return use('inside/record_fields').fieldOf(contentOf(this), cell(column), sublistId);
  }

  getMatrixSublistValue(...args) {
    const content = contentOf(this);
    const { sublistId, line, column } = matrix(args, 'getMatrixSublistValue', 'sublistId', 'fieldId', 'line', 'column');
    return content.shown('currency', content.line(sublistId, line).fields[cell(column)]);
  }

  setMatrixSublistValue(...args) {
    const content = contentOf(this);
    const given = matrix(args, 'setMatrixSublistValue', 'sublistId', 'fieldId', 'line', 'column', 'value');
    const { sublistId, line, column, value } = given;
    if (content.dynamic) apiUsage('setMatrixSublistValue is for records in standard mode.');
    content.write();
    content.setLine(sublistId, content.lineToWrite(sublistId, line), cell(column), toAccount('currency', value, cell(column)));
    return this;
  }

  findMatrixSublistLineWithValue(...args) {
    const content = contentOf(this);
    const given = matrix(args, 'findMatrixSublistLineWithValue', 'sublistId', 'fieldId', 'value', 'column');
    const { sublistId, value, column } = given;
    return content.lines(sublistId).findIndex((row) => same('currency', row.fields[cell(column)], value, cell(column)));
  }

  getCurrentMatrixSublistValue(...args) {
    const content = dynamic(this, 'getCurrentMatrixSublistValue');
    const { sublistId, column } = matrix(args, 'getCurrentMatrixSublistValue', 'sublistId', 'fieldId', 'column');
    return content.shown('currency', content.selected(sublistId).row.fields[cell(column)]);
  }

  setCurrentMatrixSublistValue(...args) {
    const content = dynamic(this, 'setCurrentMatrixSublistValue');
    const given = matrix(args, 'setCurrentMatrixSublistValue', 'sublistId', 'fieldId', 'column', 'value');
    const { sublistId, column, value } = given;
    content.setLine(sublistId, toWrite(this, content, sublistId), cell(column), toAccount('currency', value, cell(column)));
    return this;
  }
}

exports.Matrix = Matrix;
