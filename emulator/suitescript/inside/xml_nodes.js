'use strict';

/* The document object model of N/xml (help topic "N/xml Module"; W3C DOM Level 3). */

const { complete, enumOf } = use('inside/api');
const { fail } = use('inside/errors');

const NodeType = enumOf([
  'ATTRIBUTE_NODE', 'CDATA_SECTION_NODE', 'COMMENT_NODE', 'DOCUMENT_FRAGMENT_NODE', 'DOCUMENT_NODE', 'DOCUMENT_TYPE_NODE',
  'ELEMENT_NODE', 'ENTITY_NODE', 'ENTITY_REFERENCE_NODE', 'NOTATION_NODE', 'PROCESSING_INSTRUCTION_NODE', 'TEXT_NODE',
]);
const NAME = /^[\p{L}_:][\p{L}\p{N}_:.\-\u00B7]*$/u;
const XMLNS = 'http://www.w3.org/2000/xmlns/';
const XML = 'http://www.w3.org/XML/1998/namespace';
const TEXTS = new Set(['TEXT_NODE', 'CDATA_SECTION_NODE', 'COMMENT_NODE', 'PROCESSING_INSTRUCTION_NODE']);
const PARENTS = new Set(['DOCUMENT_NODE', 'DOCUMENT_FRAGMENT_NODE', 'ELEMENT_NODE']);

function wrong(message) {
  fail('SSS_XML_DOM_EXCEPTION', message);
}

/** An option by name, or the argument itself where it was given alone. */
function option(given, name) {
  const named = given !== null && typeof given === 'object' && !(given instanceof Node);
  const value = named ? given[name] : given;
  if (value === undefined) fail('SSS_MISSING_REQD_ARGUMENT', `Missing a required argument: ${name}`);
  return value;
}

function checked(name) {
  if (!NAME.test(String(name))) wrong(`INVALID_CHARACTER_ERR: ${String(name)} is no XML name.`);
  return String(name);
}

function nodeOf(value, name) {
  const node = option(value, name);
  if (!(node instanceof Node)) wrong(`${name} is no node.`);
  return node;
}

class Node {
  constructor(document, nodeType, nodeName, { value = null, namespaceURI = null } = {}) {
    Object.defineProperties(this, {
      document: { value: document, writable: true },
      nodeType: { value: nodeType, enumerable: true },
      nodeName: { value: nodeName, enumerable: true },
      namespaceURI: { value: namespaceURI, enumerable: true },
      parent: { value: null, writable: true },
      children: { value: [] },
      text: { value, writable: true },
    });
  }

  get ownerDocument() {
    return this.nodeType === 'DOCUMENT_NODE' ? null : this.document;
  }

  get parentNode() {
    return this.nodeType === 'ATTRIBUTE_NODE' ? null : this.parent;
  }

  get childNodes() {
    return [...this.children];
  }

  get firstChild() {
    return this.children[0] ?? null;
  }

  get lastChild() {
    return this.children.at(-1) ?? null;
  }

  get nextSibling() {
    return this.parentNode?.children[this.parent.children.indexOf(this) + 1] ?? null;
  }

  get previousSibling() {
    return this.parentNode?.children[this.parent.children.indexOf(this) - 1] ?? null;
  }

  get attributes() {
    return null;
  }

  get baseURI() {
    return null;
  }

  get prefix() {
    const at = this.nodeName.indexOf(':');
    return at > 0 && this.namespaceURI !== null ? this.nodeName.slice(0, at) : null;
  }

  get localName() {
    return this.nodeName.slice(this.nodeName.indexOf(':') + 1);
  }

  get nodeValue() {
    return this.text;
  }

  set nodeValue(value) {
    if (this.text !== null) this.text = String(value);
  }

  get textContent() {
    if (this.nodeType === 'DOCUMENT_NODE') return null;
    if (this.text !== null) return this.text;
    return this.children
      .filter(({ nodeType }) => nodeType !== 'COMMENT_NODE' && nodeType !== 'PROCESSING_INSTRUCTION_NODE')
      .map((child) => child.textContent)
      .join('');
  }

  set textContent(value) {
    if (this.text !== null) {
      this.text = String(value);
      return;
    }
    this.children.splice(0).forEach((child) => { child.parent = null; });
    if (value !== null && value !== '') this.place(new Node(this.document, 'TEXT_NODE', '#text', { value: String(value) }));
  }

  /** Puts a node among the children, before another or at the end. */
  place(node, before = null) {
    if (!PARENTS.has(this.nodeType)) wrong('HIERARCHY_REQUEST_ERR: this node has no children.');
    for (let above = this; above; above = above.parent) if (above === node) wrong('HIERARCHY_REQUEST_ERR: a node cannot be in itself.');
    if (node.nodeType === 'ATTRIBUTE_NODE' || node.nodeType === 'DOCUMENT_NODE') wrong('HIERARCHY_REQUEST_ERR: no child.');
    if (node.document !== this.document) wrong('WRONG_DOCUMENT_ERR: the node belongs to another document.');
    if (node.nodeType === 'DOCUMENT_FRAGMENT_NODE') {
      node.childNodes.forEach((child) => this.place(child, before));
      return;
    }
    if (this.nodeType === 'DOCUMENT_NODE' && node.nodeType === 'ELEMENT_NODE' && this.documentElement && this.documentElement !== node) {
      wrong('HIERARCHY_REQUEST_ERR: a document has one root element.');
    }
    node.detach();
    const at = before ? this.children.indexOf(before) : this.children.length;
    if (at < 0) wrong('NOT_FOUND_ERR: the reference is no child.');
    this.children.splice(at, 0, node);
    node.parent = this;
  }

  detach() {
    if (this.parent && this.nodeType !== 'ATTRIBUTE_NODE') this.parent.children.splice(this.parent.children.indexOf(this), 1);
    this.parent = null;
  }

  appendChild(options) {
    const child = nodeOf(options, 'newChild');
    this.place(child);
    return child;
  }

  insertBefore(options) {
    const child = nodeOf(options, 'newChild');
    this.place(child, options.refChild ?? null);
    return child;
  }

  removeChild(options) {
    const child = nodeOf(options, 'oldChild');
    if (child.parent !== this) wrong('NOT_FOUND_ERR: no child of this node.');
    child.detach();
    return child;
  }

  replaceChild(options) {
    const old = nodeOf(options, 'oldChild');
    if (old.parent !== this) wrong('NOT_FOUND_ERR: no child of this node.');
    this.place(nodeOf(options, 'newChild'), old);
    old.detach();
    return old;
  }

  /** A copy in a document, with what lies below on request. */
  copyInto(document, deep) {
    const copy = this.shallow(document);
    if (deep) this.children.forEach((child) => copy.place(child.copyInto(copy.nodeType === 'DOCUMENT_NODE' ? copy : document, true)));
    return copy;
  }

  shallow(document) {
    return new Node(document, this.nodeType, this.nodeName, { value: this.text, namespaceURI: this.namespaceURI });
  }

  cloneNode(options) {
    return this.copyInto(this.document, typeof options === 'boolean' ? options : options?.deep === true);
  }

  hasAttributes() {
    return Object.keys(this.attributes ?? {}).length > 0;
  }

  hasChildNodes() {
    return this.children.length > 0;
  }

  isSameNode(options) {
    return nodeOf(options, 'other') === this;
  }

  isEqualNode(options) {
    const other = nodeOf(options, 'other');
    const same = this.nodeType === other.nodeType && this.nodeName === other.nodeName && this.namespaceURI === other.namespaceURI
      && this.text === other.text && this.children.length === other.children.length;
    if (!same) return false;
    const [mine, theirs] = [this.attributes ?? {}, other.attributes ?? {}];
    return Object.keys(mine).length === Object.keys(theirs).length
      && Object.entries(mine).every(([name, { value }]) => theirs[name]?.value === value)
      && this.children.every((child, index) => child.isEqualNode(other.children[index]));
  }

  path() {
    const path = [];
    for (let node = this; node; node = node.parent) path.unshift(node);
    return path;
  }

  /** The bits of DOM Level 3: 1 disconnected, 2 preceding, 4 following, 8 contains, 16 contained by. */
  compareDocumentPosition(options) {
    const other = nodeOf(options, 'other');
    if (other === this) return 0;
    const [mine, theirs] = [this.path(), other.path()];
    if (mine[0] !== theirs[0]) return 1 + 32 + 2;
    if (theirs.includes(this)) return 16 + 4;
    if (mine.includes(other)) return 8 + 2;
    let at = 0;
    while (mine[at] === theirs[at]) at += 1;
    const siblings = mine[at - 1].children;
    return siblings.indexOf(theirs[at]) < siblings.indexOf(mine[at]) ? 2 : 4;
  }

  /** The namespace of a prefix (null for the default one) at this node. */
  namespaceOf(prefix) {
    if (prefix === 'xml') return XML;
    for (let node = this; node; node = node.parent) {
      const own = node.attributes?.[prefix ? `xmlns:${prefix}` : 'xmlns'];
      if (own) return own.value || null;
      if (node.namespaceURI !== null && node.prefix === prefix && node.nodeType === 'ELEMENT_NODE') return node.namespaceURI;
    }
    return null;
  }

  lookupNamespaceURI(options) {
    return this.namespaceOf(option(options, 'prefix') || null);
  }

  lookupPrefix(options) {
    const uri = option(options, 'namespaceURI');
    for (let node = this; node; node = node.parent) {
      if (node.namespaceURI === uri && node.prefix) return node.prefix;
      const found = Object.values(node.attributes ?? {}).find(({ name, value }) => name.startsWith('xmlns:') && value === uri);
      if (found) return found.localName;
    }
    return null;
  }

  isDefaultNamespace(options) {
    return this.namespaceOf(null) === option(options, 'namespaceURI');
  }

  normalize() {
    for (const child of this.childNodes) {
      const before = child.previousSibling;
      if (child.nodeType === 'TEXT_NODE' && child.text === '') child.detach();
      else if (child.nodeType === 'TEXT_NODE' && before?.nodeType === 'TEXT_NODE') {
        before.text += child.text;
        child.detach();
      } else child.normalize();
    }
  }

  /** Elements below, in document order. */
  elements() {
    return this.children.flatMap((child) => (child.nodeType === 'ELEMENT_NODE' ? [child, ...child.elements()] : []));
  }

  getElementsByTagName(options) {
    const name = option(options, 'tagName');
    return this.elements().filter(({ nodeName }) => name === '*' || nodeName === name);
  }

  getElementsByTagNameNS(options) {
    const { namespaceURI, localName } = options;
    return this.elements().filter((node) =>
      (namespaceURI === '*' || node.namespaceURI === (namespaceURI || null)) && (localName === '*' || node.localName === localName));
  }

  toJSON() {
    const { nodeType, nodeName, nodeValue } = this;
    return { type: 'xml.Node', nodeType, nodeName, nodeValue };
  }

  toString() {
    return 'xml.Node';
  }
}

for (const name of ['getElementsByTagName', 'getElementsByTagNameNS']) Object.defineProperty(Node.prototype, name, { enumerable: false });
complete('N/xml', 'Node', Node);

Object.assign(exports, { Node, NodeType, TEXTS, XMLNS, XML, wrong, option, checked, nodeOf });
