'use strict';

/* Expressions of FreeMarker templates: read into a tree (freemarker.apache.org, "Expressions"). */

const { fail } = use('inside/errors');

const OPERATOR = /\?\?|\.\.<|\.\.|==|!=|<=|>=|&&|\|\||[-+*/%()[\]{}.,:?!=<>]/u;
const TEXT = /r?"(?:[^"\\]|\\.)*"|r?'(?:[^'\\]|\\.)*'/u;
const NUMBER = /\d+(?:\.\d+)?/u;
const NAME = /[\p{L}_$@][\p{L}\p{N}_$@]*/u;
const TOKEN = new RegExp(`\\s*(?:(${OPERATOR.source})|(${TEXT.source})|(${NUMBER.source})|(${NAME.source}))`, 'uy');
const LEVELS = [
  ['||'], ['&&'], ['==', '=', '!=', '<', '<=', '>', '>=', 'lt', 'lte', 'gt', 'gte'], ['..', '..<'], ['+', '-'], ['*', '/', '%'],
];
const ESCAPES = { n: '\n', t: '\t', r: '\r' };

function wrong(text, why = 'syntax error') {
  fail('SSS_TEMPLATE_ERROR', `Template: ${why} in ${text}`);
}

function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (!match) wrong(text);
    const [, mark, string, number, name] = match;
    found.push(mark ? { mark } : string ? { string } : number ? { number: Number(number) } : { name });
  }
  return found;
}

function unquoted(string) {
  if (string[0] === 'r') return { kind: 'value', value: string.slice(2, -1) };
  const text = string.slice(1, -1).replace(/\\(.)/g, (_, letter) => ESCAPES[letter] ?? letter);
  if (!text.includes('${')) return { kind: 'value', value: text };
  const parts = text.split(/\$\{([^}]*)\}/);
  return { kind: 'text', parts: parts.map((part, index) => (index % 2 ? read(part) : { kind: 'value', value: part })) };
}

class Reader {
  constructor(text) {
    this.text = text;
    this.tokens = tokens(text);
    this.at = 0;
  }

  peek(word, ahead = 0) {
    const token = this.tokens[this.at + ahead];
    return token !== undefined && (token.mark === word || token.name === word);
  }

  take(word) {
    if (!this.peek(word)) return false;
    this.at += 1;
    return true;
  }

  expect(word) {
    if (!this.take(word)) wrong(this.text);
  }

  done() {
    return this.at >= this.tokens.length;
  }

  name() {
    const { name } = this.tokens[this.at] ?? {};
    if (name === undefined) wrong(this.text);
    this.at += 1;
    return name;
  }

  binary(level) {
    if (level === LEVELS.length) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const op = LEVELS[level].find((one) => this.peek(one));
      if (!op) return left;
      this.at += 1;
      const open = (op === '..' || op === '..<') && (this.done() || this.peek(']'));
      left = { kind: 'binary', op, left, right: open ? null : this.binary(level + 1) };
    }
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
    if (token.string !== undefined) return unquoted(token.string);
    if (token.mark === '(') {
      const inner = this.binary(0);
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
      items.push(this.binary(0));
    }
    return items;
  }

  hash() {
    const pairs = [];
    while (!this.take('}')) {
      if (pairs.length) this.expect(',');
      const key = this.primary();
      this.expect(':');
      pairs.push([key, this.binary(0)]);
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
        of = { kind: 'get', of, key: this.binary(0) };
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
  const tree = reader.binary(0);
  if (!reader.done()) wrong(text);
  return tree;
}

Object.assign(exports, { read, Reader, wrong });
