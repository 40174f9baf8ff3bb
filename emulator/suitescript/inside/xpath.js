'use strict';

/* XPath 1.0 over the nodes of N/xml: location paths with all axes but namespace, predicates, operators, core functions. */

const { fail } = use('inside/errors');
const { Expression, patternOf } = use('inside/expressions');

const SYMBOL = /\/\/|::|\.\.|!=|<=|>=|[/@.()[\],|+\-=<>*$]/u;
const QUOTED = /"[^"]*"|'[^']*'/u;
const DECIMAL = /\d+(?:\.\d*)?|\.\d+/u;
const NAMED = /[\p{L}_][\p{L}\p{N}_.-]*(?::(?!:)(?:[\p{L}_][\p{L}\p{N}_.-]*|\*))?/u;
const PATTERN = patternOf(SYMBOL, QUOTED, DECIMAL, NAMED);
const AXES = new Set([
  'ancestor', 'ancestor-or-self', 'attribute', 'child', 'descendant', 'descendant-or-self', 'following', 'following-sibling', 'parent',
  'preceding', 'preceding-sibling', 'self',
]);
const NODE_TYPES = new Set(['node', 'text', 'comment', 'processing-instruction']);
const LEVELS = [['or'], ['and'], ['=', '!='], ['<', '<=', '>', '>='], ['+', '-'], ['*', 'div', 'mod']];

function wrong(path) {
  fail('SSS_XML_DOM_EXCEPTION', `Invalid XPath expression: ${path}`);
}

class Parser extends Expression {
  constructor(path) {
    super(path, { pattern: PATTERN, levels: LEVELS, wrong });
  }

  whole() {
    const expression = this.binary();
    if (!this.done()) wrong(this.text);
    return expression;
  }

  unary() {
    if (this.take('-')) return { kind: 'negative', of: this.unary() };
    let left = this.pathExpression();
    while (this.take('|')) left = { kind: 'union', left, right: this.pathExpression() };
    return left;
  }

  pathExpression() {
    const token = this.tokens[this.at];
    if (token === undefined) wrong(this.text);
    const isCall = token.name !== undefined && this.peek('(', 1) && !NODE_TYPES.has(token.name);
    if (token.quoted === undefined && token.number === undefined && token.mark !== '(' && !isCall) return this.location();
    let primary;
    this.at += 1;
    if (token.quoted !== undefined) primary = { kind: 'value', value: token.quoted.slice(1, -1) };
    else if (token.number !== undefined) primary = { kind: 'value', value: token.number };
    else if (isCall) primary = this.call(token.name);
    else {
      primary = this.binary();
      this.expect(')');
    }
    const predicates = this.predicates();
    const steps = this.peek('/') || this.peek('//') ? this.steps() : [];
    return predicates.length || steps.length ? { kind: 'filtered', of: primary, predicates, steps } : primary;
  }

  call(name) {
    this.expect('(');
    const args = [];
    while (!this.take(')')) {
      if (args.length) this.expect(',');
      args.push(this.binary());
    }
    if (!Object.hasOwn(FUNCTIONS, name)) wrong(`${this.text} (there is no function ${name})`);
    return { kind: 'call', name, args };
  }

  location() {
    if (this.peek('/') && !this.begins(1)) {
      this.at += 1;
      return { kind: 'location', absolute: true, steps: [] };
    }
    const absolute = this.peek('/') || this.peek('//');
    return { kind: 'location', absolute, steps: absolute ? this.steps() : [this.step(), ...this.steps()] };
  }

  begins(ahead) {
    const token = this.tokens[this.at + ahead];
    return token !== undefined && (token.name !== undefined || ['.', '..', '@', '*'].includes(token.mark));
  }

  steps() {
    const found = [];
    for (;;) {
      if (this.take('//')) found.push({ axis: 'descendant-or-self', test: { type: 'node' }, predicates: [] }, this.step());
      else if (this.take('/')) found.push(this.step());
      else return found;
    }
  }

  step() {
    if (this.take('.')) return { axis: 'self', test: { type: 'node' }, predicates: [] };
    if (this.take('..')) return { axis: 'parent', test: { type: 'node' }, predicates: [] };
    let axis = 'child';
    if (this.take('@')) axis = 'attribute';
    else if (this.peek('::', 1)) {
      axis = this.tokens[this.at].name;
      if (!AXES.has(axis)) wrong(this.text);
      this.at += 2;
    }
    return { axis, test: this.test(), predicates: this.predicates() };
  }

  test() {
    if (this.take('*')) return { name: '*' };
    const name = this.name();
    if (!NODE_TYPES.has(name) || !this.take('(')) return { name };
    const target = this.tokens[this.at]?.quoted?.slice(1, -1);
    if (target !== undefined) this.at += 1;
    this.expect(')');
    return { type: name, target };
  }

  predicates() {
    const found = [];
    while (this.take('[')) {
      found.push(this.binary());
      this.expect(']');
    }
    return found;
  }
}

const textOf = (node) => (node.nodeType === 'DOCUMENT_NODE' ? (node.documentElement?.textContent ?? '') : (node.textContent ?? ''));
const string = (value) => {
  if (Array.isArray(value)) return value.length ? textOf(value[0]) : '';
  return String(value);
};
const number = (value) => {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  const text = string(value).trim();
  return text === '' ? NaN : Number(text);
};
const truth = (value) => (Array.isArray(value) ? value.length > 0 : Boolean(value));
const above = (node) => (node.parent ? [node.parent, ...above(node.parent)] : []);
const below = (node) => node.children.flatMap((child) => [child, ...below(child)]);
const siblings = (node) => node.parentNode?.children ?? [];
const after = (node) => siblings(node).slice(siblings(node).indexOf(node) + 1);
const before = (node) => siblings(node).slice(0, Math.max(siblings(node).indexOf(node), 0)).reverse();

const WALK = {
  self: (node) => [node],
  child: (node) => node.children,
  parent: (node) => (node.parent ? [node.parent] : []),
  attribute: (node) => Object.values(node.attributes ?? {}).filter(({ name }) => name !== 'xmlns' && !name.startsWith('xmlns:')),
  ancestor: above,
  'ancestor-or-self': (node) => [node, ...above(node)],
  descendant: below,
  'descendant-or-self': (node) => [node, ...below(node)],
  'following-sibling': after,
  'preceding-sibling': before,
  following: (node) => [node, ...above(node)].flatMap((one) => after(one).flatMap((next) => [next, ...below(next)])),
  preceding: (node) => [node, ...above(node)].flatMap((one) => before(one).flatMap((last) => [...below(last).reverse(), last])),
};

/** Whether a name test fits; a prefix is that of the document, nlapi stands for the default namespace. */
function named(node, name, axis, root) {
  if (node.nodeType !== (axis === 'attribute' ? 'ATTRIBUTE_NODE' : 'ELEMENT_NODE')) return false;
  if (name === '*') return true;
  const at = name.indexOf(':');
  if (at < 0) return node.namespaceURI === null && node.localName === name;
  const [prefix, local] = [name.slice(0, at), name.slice(at + 1)];
  if (local !== '*' && node.localName !== local) return false;
  if (prefix === 'nlapi') return node.namespaceURI === root.namespaceOf(null);
  return node.prefix === prefix || (node.namespaceURI !== null && node.namespaceURI === root.namespaceOf(prefix));
}

function fits(node, { name, type, target }, axis, root) {
  if (name !== undefined) return named(node, name, axis, root);
  if (type === 'node') return true;
  if (type === 'text') return node.nodeType === 'TEXT_NODE' || node.nodeType === 'CDATA_SECTION_NODE';
  if (type === 'comment') return node.nodeType === 'COMMENT_NODE';
  return node.nodeType === 'PROCESSING_INSTRUCTION_NODE' && (target === undefined || node.nodeName === target);
}

function filter(nodes, predicates, root) {
  return predicates.reduce(
    (kept, predicate) =>
      kept.filter((node, index) => {
        const value = evaluate(predicate, { node, position: index + 1, size: kept.length, root });
        return typeof value === 'number' ? value === index + 1 : truth(value);
      }),
    nodes,
  );
}

function walk(nodes, steps, root) {
  let found = nodes;
  for (const { axis, test, predicates } of steps) {
    found = [...new Set(found.flatMap((node) => filter(WALK[axis](node).filter((one) => fits(one, test, axis, root)), predicates, root)))];
  }
  return found;
}

const inOrder = (nodes) =>
  nodes.sort((a, b) => (a.parent === b.parent && a.nodeType === 'ATTRIBUTE_NODE' ? 0 : a.compareDocumentPosition(b) & 4 ? -1 : 1));

const COMPARE = {
  '=': (a, b) => a === b, '!=': (a, b) => a !== b,
  '<': (a, b) => a < b, '<=': (a, b) => a <= b, '>': (a, b) => a > b, '>=': (a, b) => a >= b,
};
const ARITHMETIC = { '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b, div: (a, b) => a / b, mod: (a, b) => a % b };

function compare(op, left, right) {
  if (Array.isArray(left) && typeof right !== 'boolean') return left.some((node) => compare(op, textOf(node), right));
  if (Array.isArray(right) && typeof left !== 'boolean') return right.some((node) => compare(op, left, textOf(node)));
  const equality = op === '=' || op === '!=';
  if (equality && (typeof left === 'boolean' || typeof right === 'boolean')) return COMPARE[op](truth(left), truth(right));
  if (equality && typeof left !== 'number' && typeof right !== 'number') return COMPARE[op](string(left), string(right));
  return COMPARE[op](number(left), number(right));
}

const FUNCTIONS = {
  position: ({ position }) => position,
  last: ({ size }) => size,
  count: (_, nodes) => nodes.length,
  not: (_, value) => !truth(value),
  true: () => true,
  false: () => false,
  boolean: (_, value) => truth(value),
  string: ({ node }, value = [node]) => string(value),
  number: ({ node }, value = [node]) => number(value),
  concat: (_, ...parts) => parts.map(string).join(''),
  contains: (_, a, b) => string(a).includes(string(b)),
  'starts-with': (_, a, b) => string(a).startsWith(string(b)),
  'substring-before': (_, a, b) => string(a).slice(0, Math.max(string(a).indexOf(string(b)), 0)),
  'substring-after': (_, a, b) => (string(a).includes(string(b)) ? string(a).slice(string(a).indexOf(string(b)) + string(b).length) : ''),
  substring: (_, a, from, length = Infinity) => [...string(a)].filter((letter, at) => {
    const start = Math.round(number(from));
    return at + 1 >= start && at + 1 < start + Math.round(number(length));
  }).join(''),
  'string-length': ({ node }, value = [node]) => [...string(value)].length,
  'normalize-space': ({ node }, value = [node]) => string(value).trim().replace(/\s+/g, ' '),
  translate: (_, a, from, to) => [...string(a)].map((letter) => {
    const at = [...string(from)].indexOf(letter);
    return at < 0 ? letter : ([...string(to)][at] ?? '');
  }).join(''),
  name: ({ node }, nodes = [node]) => nodes[0]?.nodeName ?? '',
  'local-name': ({ node }, nodes = [node]) => nodes[0]?.localName ?? '',
  'namespace-uri': ({ node }, nodes = [node]) => nodes[0]?.namespaceURI ?? '',
  sum: (_, nodes) => nodes.reduce((total, node) => total + number(textOf(node)), 0),
  floor: (_, value) => Math.floor(number(value)),
  ceiling: (_, value) => Math.ceil(number(value)),
  round: (_, value) => Math.round(number(value)),
};

function evaluate(expression, context) {
  const value = (part) => evaluate(part, context);
  const { root } = context;
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'negative':
      return -number(value(expression.of));
    case 'union':
      return inOrder([...new Set([...value(expression.left), ...value(expression.right)])]);
    case 'call':
      return FUNCTIONS[expression.name](context, ...expression.args.map(value));
    case 'filtered':
      return walk(filter(value(expression.of), expression.predicates, root), expression.steps, root);
    case 'location': {
      const start = expression.absolute ? (above(context.node).at(-1) ?? context.node) : context.node;
      return walk([start], expression.steps, root);
    }
    default: {
      const { op, left, right } = expression;
      if (op === 'and') return truth(value(left)) && truth(value(right));
      if (op === 'or') return truth(value(left)) || truth(value(right));
      return op in COMPARE ? compare(op, value(left), value(right)) : ARITHMETIC[op](number(value(left)), number(value(right)));
    }
  }
}

/** The nodes that a path selects from a node. */
function select(node, path) {
  const root = node.nodeType === 'DOCUMENT_NODE' ? (node.documentElement ?? node) : node;
  const found = evaluate(new Parser(String(path)).whole(), { node, position: 1, size: 1, root });
  if (!Array.isArray(found)) wrong(`${path} (it selects no nodes)`);
  return found;
}

Object.assign(exports, { select });
