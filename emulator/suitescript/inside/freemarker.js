'use strict';

/* FreeMarker templates: text, interpolations and the usual directives. What is not here is refused by name. */

const { refuse } = use('inside/errors');
const { read, Reader, wrong: malformed } = use('inside/freemarker_expressions');
const { Hybrid, BUILT_IN, write, itemsOf, empty, wrong } = use('inside/freemarker_values');

const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/.source;
const COMMENT = /<#--[\s\S]*?-->/.source;
const VERBATIM = /<#noparse>([\s\S]*?)<\/#noparse>/.source;
const VALUE = `\\$\\{((?:[^{}"']|${QUOTED}|\\{[^}]*\\})*)\\}`;
const DIRECTIVE = `<(\\/?)#([a-z_]+)((?:[^>"'(]|\\((?:[^()]|\\([^()]*\\))*\\)|${QUOTED})*?)(\\/?)>`;
const PIECE = new RegExp([COMMENT, VERBATIM, VALUE, DIRECTIVE].join('|'), 'g');
const ENDS = new Set(['if', 'list', 'switch', 'compress', 'escape', 'noescape', 'assign', 'local', 'global', 'attempt', 'items', 'sep']);
const COMPARED = {
  '==': (a, b) => a === b, '=': (a, b) => a === b, '!=': (a, b) => a !== b,
  '<': (a, b) => a < b, lt: (a, b) => a < b, '<=': (a, b) => a <= b,
  lte: (a, b) => a <= b, '>': (a, b) => a > b, gt: (a, b) => a > b, '>=': (a, b) => a >= b, gte: (a, b) => a >= b,
};
const COUNTED = { '-': (a, b) => a - b, '*': (a, b) => a * b, '/': (a, b) => a / b, '%': (a, b) => a % b };

/** The text as a tree of {kind, ...}. */
function parse(text) {
  const root = { kind: 'root', parts: [] };
  const open = [root];
  let at = 0;
  const top = () => open.at(-1);
  const add = (part) => top().parts.push(part);
  for (const match of text.matchAll(PIECE)) {
    const [whole, raw, expression, closing, name, rest, alone] = match;
    let plain = text.slice(at, match.index);
    at = match.index + whole.length;
    if (name !== undefined && /(^|\n)[ \t]*$/.test(plain) && /^[ \t]*\n/.test(text.slice(at))) {
      plain = plain.replace(/[ \t]*$/, '');
      at += /^[ \t]*\n/.exec(text.slice(at))[0].length;
    }
    if (plain) add({ kind: 'plain', text: plain });
    if (raw !== undefined) add({ kind: 'plain', text: raw });
    else if (expression !== undefined) add({ kind: 'write', of: read(expression), text: expression });
    else if (name !== undefined && closing) close(open, name);
    else if (name !== undefined) begin(open, name, alone && /^(if|list|elseif)$/.test(name) ? `${rest}/` : rest);
  }
  if (text.slice(at)) add({ kind: 'plain', text: text.slice(at) });
  if (open.length > 1) malformed(`<#${top().kind}>`, 'a directive is not closed');
  return root;
}

function close(open, name) {
  const found = open.findLastIndex(({ kind }) => kind === name);
  if (found < 1) malformed(`</#${name}>`);
  open.length = found;
}

function begin(open, name, rest) {
  const node = { kind: name, parts: [] };
  const within = (kind) => {
    const found = open.findLastIndex((one) => one.kind === kind);
    if (found < 1) malformed(`<#${name}>`);
    open.length = found + 1;
    return open[found];
  };
  if (name === 'else' || name === 'elseif') {
    const owner = open.findLast(({ kind }) => kind === 'if' || kind === 'list');
    const branch = { kind: 'branch', test: name === 'elseif' ? read(rest) : null, parts: [] };
    within(owner?.kind ?? 'if').branches.push(branch);
    open.push(branch);
  } else if (name === 'case' || name === 'default') {
    const branch = { kind: 'branch', test: name === 'case' ? read(rest) : null, parts: [] };
    within('switch').branches.push(branch);
    open.push(branch);
  } else if (name === 'if') {
    node.branches = [{ test: read(rest), parts: node.parts }];
    open.at(-1).parts.push(node);
    open.push(node);
  } else if (name === 'list') {
    const reader = new Reader(rest);
    Object.assign(node, { of: reader.binary(0), branches: [] });
    if (reader.take('as')) node.item = reader.name();
    if (reader.take(',')) node.second = reader.name();
    node.text = rest;
    open.at(-1).parts.push(node);
    open.push(node);
  } else if (name === 'switch') {
    Object.assign(node, { of: read(rest), branches: [] });
    open.at(-1).parts.push(node);
    open.push(node);
  } else if (name === 'assign' || name === 'local' || name === 'global') {
    const reader = new Reader(rest);
    node.sets = [];
    while (!reader.done()) {
      const key = reader.name();
      node.sets.push([key, reader.take('=') ? reader.binary(0) : null]);
      reader.take(',');
    }
    open.at(-1).parts.push(node);
    if (node.sets[0]?.[1] === null) open.push(node);
  } else if (name === 'break') open.at(-1).parts.push(node);
  else if (name === 'setting' || name === 'ftl' || name === 'flush') return;
  else if (ENDS.has(name) && name !== 'escape' && name !== 'items' && name !== 'attempt') {
    open.at(-1).parts.push(node);
    open.push(node);
  } else refuse(`the directive <#${name}> of templates`);
}

const BREAK = {};

class Run {
  constructor(model) {
    this.scopes = [model, {}];
  }

  lookup(name) {
    const scope = this.scopes.findLast((one) => Object.hasOwn(one, name));
    return scope?.[name];
  }

  get(of, key) {
    if (of === undefined || of === null) return wrong(`${String(key)} is asked of something null or missing.`);
    if (of instanceof Hybrid) return of.get(key);
    if (Array.isArray(key)) {
      const found = key.map((at) => of[at]);
      return Array.isArray(of) ? found.filter((item) => item !== undefined) : found.map((item) => item ?? '').join('');
    }
    if (typeof of === 'object') return Object.hasOwn(of, key) ? of[key] : undefined;
    return typeof of === 'string' && typeof key === 'number' ? of[key] : undefined;
  }

  /** The value, or undefined where any step of the way is missing. */
  attempt(tree) {
    const inner = tree.kind === 'group' ? tree.of : tree;
    if (inner.kind !== 'get' && tree.kind !== 'group') return this.value(inner);
    if (inner.kind === 'get') {
      const of = this.attempt(inner.of);
      return of === undefined || of === null ? undefined : this.get(of, this.value(inner.key));
    }
    return this.value(inner);
  }

  value(tree) {
    switch (tree.kind) {
      case 'value':
        return tree.value;
      case 'group':
        return this.value(tree.of);
      case 'text':
        return tree.parts.map((part) => write(this.value(part), 'an interpolation')).join('');
      case 'name':
        return this.lookup(tree.name);
      case 'special':
        return tree.name === 'now' ? Object.assign(new Date(), { withTime: true }) : refuse(`the variable .${tree.name} of templates`);
      case 'list':
        return tree.items.map((item) => this.value(item));
      case 'hash':
        return Object.fromEntries(tree.pairs.map(([key, item]) => [this.value(key), this.value(item)]));
      case 'get':
        return this.get(this.value(tree.of), this.value(tree.key));
      case 'there':
        return (this.attempt(tree.of) ?? undefined) !== undefined;
      case 'default': {
        const found = this.attempt(tree.of);
        return found === undefined || found === null ? (tree.other ? this.value(tree.other) : '') : found;
      }
      case 'not':
        return !this.truth(this.value(tree.of));
      case 'minus':
        return -this.value(tree.of);
      case 'builtin':
        return this.builtin(tree);
      default:
        return this.binary(tree);
    }
  }

  builtin({ of, name, args }) {
    if (name === 'has_content') return !empty(this.attempt(of));
    if (name === 'exists') return this.attempt(of) !== undefined;
    if (name === 'if_exists') return this.attempt(of) ?? '';
    if (name === 'default') return this.attempt(of) ?? this.value(args[0]);
    if (['index', 'counter', 'has_next', 'is_first', 'is_last', 'item_parity', 'is_odd_item', 'is_even_item'].includes(name)) {
      const loop = this.lookup(`${of.name} loop`);
      if (!loop) return wrong(`${of.name} is no loop variable.`);
      const { at, size } = loop;
      return { index: at, counter: at + 1, has_next: at < size - 1, is_first: at === 0, is_last: at === size - 1,
        item_parity: at % 2 ? 'even' : 'odd', is_odd_item: at % 2 === 0, is_even_item: at % 2 === 1 }[name];
    }
    const value = this.value(of);
    if (name === 'then') return this.value(args[this.truth(value) ? 0 : 1]);
    if (!Object.hasOwn(BUILT_IN, name)) return refuse(`the built-in ?${name} of templates`);
    return BUILT_IN[name](value, ...args.map((arg) => this.value(arg)));
  }

  binary({ op, left, right }) {
    if (op === '&&') return this.truth(this.value(left)) && this.truth(this.value(right));
    if (op === '||') return this.truth(this.value(left)) || this.truth(this.value(right));
    const [a, b] = [this.value(left), right === null ? undefined : this.value(right)];
    if (op in COMPARED) return COMPARED[op](this.plain(a), this.plain(b));
    if (op === '..' || op === '..<') {
      const end = right === null ? a + 10000 : op === '..' ? b + 1 : b;
      return Array.from({ length: Math.max(end - a, 0) }, (_, at) => a + at);
    }
    if (op !== '+') return COUNTED[op](this.number(a), this.number(b));
    if (typeof a === 'number' && typeof b === 'number') return a + b;
    if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
    return write(a, 'the left side of +') + write(b, 'the right side of +');
  }

  number(value) {
    return typeof value === 'number' ? value : wrong(`${write(value, 'an operand')} is no number; ?number makes it one.`);
  }

  plain(value) {
    if (value === undefined || value === null) return wrong('a compared value is null or missing.');
    if (value instanceof Hybrid) return value.text;
    return value instanceof Date ? value.getTime() : value;
  }

  truth(value) {
    return typeof value === 'boolean' ? value : wrong('a condition is neither true nor false.');
  }

  render(parts) {
    return parts.map((part) => this.part(part)).join('');
  }

  inLoop(node, entries) {
    const out = [];
    for (const [at, [item, second]] of entries.entries()) {
      const scope = {};
      const size = entries.length;
      if (node.item) {
        const { item: name } = node;
        Object.assign(scope, { [name]: item, [`${name}_index`]: at, [`${name}_has_next`]: at < size - 1, [`${name} loop`]: { at, size } });
      }
      if (node.second) scope[node.second] = second;
      this.scopes.push(scope);
      this.last = at === entries.length - 1;
      try {
        out.push(this.render(node.parts));
      } catch (error) {
        if (error !== BREAK) throw error;
        break;
      } finally {
        this.scopes.pop();
      }
    }
    return out.join('');
  }

  part(node) {
    switch (node.kind) {
      case 'plain':
        return node.text;
      case 'write':
        return write(this.value(node.of), node.text);
      case 'if': {
        const branch = node.branches.find(({ test }) => test === null || this.truth(this.value(test)));
        return branch ? this.render(branch.parts) : '';
      }
      case 'list': {
        const of = this.value(node.of);
        if (of === undefined) return wrong(`${node.text.trim()} has evaluated to null or missing.`);
        const entries = node.second ? Object.entries(of) : itemsOf(of, node.text).map((item) => [item]);
        return entries.length ? this.inLoop(node, entries) : this.render(node.branches[0]?.parts ?? []);
      }
      case 'sep':
        return this.last ? '' : this.render(node.parts);
      case 'switch': {
        const value = this.plain(this.value(node.of));
        let from = node.branches.findIndex(({ test }) => test !== null && this.plain(this.value(test)) === value);
        if (from < 0) from = node.branches.findIndex(({ test }) => test === null);
        let out = '';
        try {
          for (const { parts } of from < 0 ? [] : node.branches.slice(from)) for (const part of parts) out += this.part(part);
        } catch (error) {
          if (error !== BREAK) throw error;
        }
        return out;
      }
      case 'break':
        throw BREAK;
      case 'compress':
        return this.render(node.parts).replace(/\s+/g, ' ').trim();
      case 'noescape':
        return this.render(node.parts);
      default: {
        for (const [name, of] of node.sets) this.scopes[1][name] = of === null ? this.render(node.parts) : this.value(of);
        return '';
      }
    }
  }
}

/** The text that a template makes of a model. */
exports.render = (text, model) => new Run(model).render(parse(text).parts);
