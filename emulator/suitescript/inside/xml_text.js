'use strict';

/* XML text to documents and back: well-formed XML 1.0 with namespaces, or an error that says where. */

const { fail } = use('inside/errors');
const { Node, TEXTS, XMLNS, XML } = use('inside/xml_nodes');
const { Attr, Element, Document } = use('inside/xml_documents');

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const NAME = /[\p{L}_:][\p{L}\p{N}_:.\-\u00B7]*/uy;
const SPACE = /[ \t\r\n]*/y;

class Scanner {
  constructor(text) {
    this.text = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
    this.at = 0;
  }

  wrong(message) {
    const before = this.text.slice(0, this.at).split('\n');
    fail('SSS_XML_DOM_EXCEPTION', `Error parsing XML, line ${before.length}, column ${before.at(-1).length + 1}: ${message}`);
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found?.[0] ?? null;
  }

  space() {
    return this.match(SPACE) !== '';
  }

  starts(word) {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  until(word, what) {
    const end = this.text.indexOf(word, this.at);
    if (end < 0) this.wrong(`${what} is not closed.`);
    const found = this.text.slice(this.at, end);
    this.at = end + word.length;
    return found;
  }

  name() {
    return this.match(NAME) ?? this.wrong('A name is expected.');
  }

  decoded(text) {
    return text.replace(/&([^;\s&<]*);?/g, (whole, entity) => {
      if (!whole.endsWith(';')) this.wrong('An ampersand must be written &amp;.');
      if (entity[0] === '#') return String.fromCodePoint(entity[1] === 'x' ? parseInt(entity.slice(2), 16) : Number(entity.slice(1)));
      return ENTITIES[entity] ?? this.wrong(`The entity ${entity} is not declared.`);
    });
  }
}

function attributes(scanner) {
  const found = new Map();
  for (;;) {
    const apart = scanner.space();
    if (/[/>?]/.test(scanner.text[scanner.at] ?? '>')) return found;
    if (!apart) scanner.wrong('Attributes are apart from each other.');
    const name = scanner.name();
    scanner.space();
    if (!scanner.starts('=')) scanner.wrong(`The attribute ${name} has no value.`);
    scanner.space();
    const quote = scanner.text[scanner.at];
    if (quote !== '"' && quote !== "'") scanner.wrong(`The value of ${name} is not in quotes.`);
    scanner.at += 1;
    const value = scanner.until(quote, `The value of ${name}`);
    if (value.includes('<')) scanner.wrong(`The value of ${name} contains <.`);
    if (found.has(name)) scanner.wrong(`The attribute ${name} occurs twice.`);
    found.set(name, scanner.decoded(value.replace(/[\t\n]/g, ' ')));
  }
}

/** An element with its attributes, in the namespaces that are declared where it stands. */
function opened(scanner, document, parent, name, found) {
  const declared = (prefix) => {
    const own = found.get(prefix ? `xmlns:${prefix}` : 'xmlns');
    if (own !== undefined) return own || null;
    return prefix === 'xml' ? XML : parent.namespaceOf(prefix);
  };
  const namespace = (qualified, isAttribute) => {
    if (qualified === 'xmlns' || qualified.startsWith('xmlns:')) return XMLNS;
    const at = qualified.indexOf(':');
    if (at < 0) return isAttribute ? null : declared(null);
    return declared(qualified.slice(0, at)) ?? scanner.wrong(`The prefix of ${qualified} is not declared.`);
  };
  const element = new Element(document, name, namespace(name, false));
  for (const [key, value] of found) element.put(new Attr(document, key, value, namespace(key, true)));
  return element;
}

function prologue(scanner) {
  if (!/^<\?xml[ \t\n]/.test(scanner.text)) return new Document();
  scanner.at = 5;
  const found = attributes(scanner);
  if (!scanner.starts('?>')) scanner.wrong('The XML declaration is not closed.');
  const [version, encoding] = [found.get('version') ?? '1.0', found.get('encoding') ?? null];
  return new Document({ version, encoding, standalone: found.get('standalone') === 'yes' });
}

function doctype(scanner, document) {
  scanner.space();
  const name = scanner.name();
  let depth = 0;
  while (scanner.at < scanner.text.length) {
    const letter = scanner.text[scanner.at];
    scanner.at += 1;
    if (letter === '[') depth += 1;
    if (letter === ']') depth -= 1;
    if (letter === '>' && depth === 0) return document.place(new Node(document, 'DOCUMENT_TYPE_NODE', name));
  }
  return scanner.wrong('The document type is not closed.');
}

/** A document from its text. */
function parse(text) {
  const scanner = new Scanner(text);
  const document = prologue(scanner);
  let parent = document;
  const add = (type, name, value) => parent.place(new Node(document, type, name, { value }));
  while (scanner.at < scanner.text.length) {
    if (scanner.starts('<!--')) add('COMMENT_NODE', '#comment', scanner.until('-->', 'A comment'));
    else if (scanner.starts('<![CDATA[')) {
      if (parent === document) scanner.wrong('Content is not allowed here.');
      add('CDATA_SECTION_NODE', '#cdata-section', scanner.until(']]>', 'A CDATA section'));
    } else if (scanner.starts('<!DOCTYPE')) doctype(scanner, document);
    else if (scanner.starts('<?')) {
      const target = scanner.name();
      if (target.toLowerCase() === 'xml') scanner.wrong('The XML declaration stands at the very beginning.');
      add('PROCESSING_INSTRUCTION_NODE', target, scanner.until('?>', 'A processing instruction').trim());
    } else if (scanner.starts('</')) {
      const name = scanner.name();
      scanner.space();
      if (!scanner.starts('>')) scanner.wrong(`The end tag of ${name} is not closed.`);
      if (parent.nodeName !== name) scanner.wrong(`The end tag ${name} does not match the start tag ${parent.nodeName}.`);
      parent = parent.parent;
    } else if (scanner.starts('<')) {
      const name = scanner.name();
      const element = opened(scanner, document, parent, name, attributes(scanner));
      if (parent === document && document.documentElement) scanner.wrong('There is more than one root element.');
      parent.place(element);
      if (scanner.starts('/>')) continue;
      if (!scanner.starts('>')) scanner.wrong(`The start tag of ${name} is not closed.`);
      parent = element;
    } else {
      const end = scanner.text.indexOf('<', scanner.at);
      const raw = scanner.text.slice(scanner.at, end < 0 ? undefined : end);
      if (parent !== document) add('TEXT_NODE', '#text', scanner.decoded(raw));
      else if (raw.trim()) scanner.wrong('Content is not allowed here.');
      scanner.at += raw.length;
    }
  }
  if (parent !== document) scanner.wrong(`The element ${parent.nodeName} is not closed.`);
  if (!document.documentElement) scanner.wrong('There is no root element.');
  return document;
}

const escaped = (text, pattern) =>
  text.replace(pattern, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;', '\t': '&#9;' })[letter]);

/** The text of a node and all below it. */
function serialize(node) {
  const inner = () => node.children.map(serialize).join('');
  switch (node.nodeType) {
    case 'DOCUMENT_NODE':
      return `<?xml version="${node.xmlVersion}" encoding="UTF-8"?>${inner()}`;
    case 'ELEMENT_NODE': {
      const attrs = Object.values(node.attributes).map(({ name, value }) => ` ${name}="${escaped(value, /[&<"\n\t]/g)}"`).join('');
      return node.children.length ? `<${node.nodeName}${attrs}>${inner()}</${node.nodeName}>` : `<${node.nodeName}${attrs}/>`;
    }
    case 'TEXT_NODE':
      return escaped(node.text, /[&<>]/g);
    case 'CDATA_SECTION_NODE':
      return `<![CDATA[${node.text}]]>`;
    case 'COMMENT_NODE':
      return `<!--${node.text}-->`;
    case 'PROCESSING_INSTRUCTION_NODE':
      return `<?${node.nodeName} ${node.text}?>`;
    case 'DOCUMENT_TYPE_NODE':
      return `<!DOCTYPE ${node.nodeName}>`;
    default:
      return TEXTS.has(node.nodeType) ? node.text : inner();
  }
}

Object.assign(exports, { parse, serialize });
