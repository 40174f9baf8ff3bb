'use strict';

/* Expressions of FreeMarker templates: read into a tree (freemarker.apache.org, "Expressions"). */

const { fail } = use('inside/errors');
const { Expression, patternOf } = use('inside/expressions');

const OPERATOR = /\?\?|\.\.<|\.\.|==|!=|<=|>=|&&|\|\||[-+*/%()[\]{}.,:?!=<>]/u;
const TEXT = /r?"(?:[^"\\]|\\.)*"|r?'(?:[^'\\]|\\.)*'/u;
const NUMBER = /\d+(?:\.\d+)?/u;
const NAME = /[\p{L}_$@][\p{L}\p{N}_$@]*/u;
const PATTERN = patternOf(OPERATOR, TEXT, NUMBER, NAME);
const LEVELS = [
  ['||'], ['&&'], ['==', '=', '!=', '<', '<=', '>', '>=', 'lt', 'lte', 'gt', 'gte'], ['..', '..<'], ['+', '-'], ['*', '/', '%'],
];
const ESCAPES = { n: '\n', t: '\t', r: '\r' };

function wrong(text, why = 'syntax error') {
  fail('SSS_TEMPLATE_ERROR', `Template: ${why} in ${text}`);
}

function unquoted(string) {
  if (string[0] === 'r') return { kind: 'value', value: string.slice(2, -1) };
  const text = string.slice(1, -1).replace(/\\(.)/g, (_, letter) => ESCAPES[letter] ?? letter);
  if (!text.includes('${')) return { kind: 'value', value: text };
  const parts = text.split(/\$\{([^}]*)\}/);
  return { kind: 'text', parts: parts.map((part, index) => (index % 2 ? read(part) : { kind: 'value', value: part })) };
}

class Reader extends Expression {
  constructor(text) {
    super(text, { pattern: PATTERN, levels: LEVELS, wrong });
  }

  /** A range may be open: `5..`. */
  rightOf(op, level) {
    const open = (op === '..' || op === '..<') && (this.done() || this.peek(']'));
    return open ? null : this.binary(level + 1);
  }

  unary() {
    if (this.take('!')) return { kind: 'not', of: this.unary() };
    if (this.take('-')) return { kind: 'minus', of: this.unary() };
    if (this.take('+')) return this.unary();
    return this.postfix(this.primary());
  }

  primary() {
    const token = this.tokens[this.at];
    if (token === undefined) wrong(this.text);
    this.at += 1;
    if (token.number !== undefined) return { kind: 'value', value: token.number };
    if (token.quoted !== undefined) return unquoted(token.quoted);
    if (token.mark === '(') {
      const inner = this.binary();
      this.expect(')');
      return { kind: 'group', of: inner };
    }
    if (token.mark === '[') return { kind: 'list', items: this.several(']') };
    if (token.mark === '{') return this.hash();
    if (token.name === 'true' || token.name === 'false') return { kind: 'value', value: token.name === 'true' };
    if (token.mark === '.') return { kind: 'special', name: this.name() };
    return token.name === undefined ? wrong(this.text) : { kind: 'name', name: token.name };
  }

  several(end) {
    const items = [];
    while (!this.take(end)) {
      if (items.length) this.expect(',');
      items.push(this.binary());
    }
    return items;
  }

  hash() {
    const pairs = [];
    while (!this.take('}')) {
      if (pairs.length) this.expect(',');
      const key = this.primary();
      this.expect(':');
      pairs.push([key, this.binary()]);
    }
    return { kind: 'hash', pairs };
  }

  postfix(given) {
    let of = given;
    for (;;) {
      if (this.peek('.') && (this.tokens[this.at + 1]?.name !== undefined || this.peek('*', 1))) {
        this.at += 1;
        of = { kind: 'get', of, key: { kind: 'value', value: this.take('*') ? '*' : this.name() } };
      } else if (this.take('[')) {
        of = { kind: 'get', of, key: this.binary() };
        this.expect(']');
      } else if (this.take('??')) of = { kind: 'there', of };
      else if (this.take('?')) {
        const name = this.name();
        const dotted = name === 'string' && this.take('.'); // ?string.percent
        const args = () => (this.take('(') ? this.several(')') : []);
        of = { kind: 'builtin', of, name, args: dotted ? [{ kind: 'value', value: this.name() }] : args() };
      } else if (this.peek('!') && !this.peek('=', 1)) {
        this.at += 1;
        const token = this.tokens[this.at];
        const begins = token !== undefined && (token.mark === undefined || ['(', '[', '{'].includes(token.mark));
        of = { kind: 'default', of, other: begins ? this.unary() : null };
      } else return of;
    }
  }
}

/** An expression as a tree. */
function read(text) {
  const reader = new Reader(text);
  const tree = reader.binary();
  if (!reader.done()) wrong(text);
  return tree;
}

Object.assign(exports, { read, Reader, wrong });
