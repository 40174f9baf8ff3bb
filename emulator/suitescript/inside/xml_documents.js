'use strict';

/* Documents, elements and attributes of N/xml. */

const { complete } = use('inside/api');
const { Node, XMLNS, wrong, option, checked, nodeOf } = use('inside/xml_nodes');

class Attr extends Node {
  constructor(document, name, value, namespaceURI = null) {
    super(document, 'ATTRIBUTE_NODE', name, { value: String(value), namespaceURI });
  }

  get name() {
    return this.nodeName;
  }

  get value() {
    return this.text;
  }

  set value(value) {
    this.text = String(value);
  }

  get specified() {
    return true;
  }

  get ownerElement() {
    return this.parent;
  }

  shallow(document) {
    return new Attr(document, this.nodeName, this.text, this.namespaceURI);
  }

  toString() {
    return 'xml.Attr';
  }
}

class Element extends Node {
  #attributes = new Map();

  constructor(document, name, namespaceURI = null) {
    super(document, 'ELEMENT_NODE', name, { namespaceURI });
  }

  get tagName() {
    return this.nodeName;
  }

  get attributes() {
    return Object.fromEntries(this.#attributes);
  }

  #ns({ namespaceURI, localName }) {
    const fits = (attr) => attr.namespaceURI === (namespaceURI || null) && attr.localName === localName;
    return [...this.#attributes.values()].find(fits) ?? null;
  }

  put(attr) {
    if (attr.parent && attr.parent !== this) wrong('INUSE_ATTRIBUTE_ERR: the attribute is another element\'s.');
    const old = this.#attributes.get(attr.nodeName) ?? null;
    if (old) old.parent = null;
    this.#attributes.set(attr.nodeName, attr);
    attr.parent = this;
    return old;
  }

  #drop(attr) {
    if (!attr) return null;
    this.#attributes.delete(attr.nodeName);
    attr.parent = null;
    return attr;
  }

  getAttribute(options) {
    return this.#attributes.get(option(options, 'name'))?.value ?? '';
  }

  getAttributeNS(options) {
    return this.#ns(options)?.value ?? '';
  }

  getAttributeNode(options) {
    return this.#attributes.get(option(options, 'name')) ?? null;
  }

  getAttributeNodeNS(options) {
    return this.#ns(options);
  }

  hasAttribute(options) {
    return this.#attributes.has(option(options, 'name'));
  }

  hasAttributeNS(options) {
    return this.#ns(options) !== null;
  }

  setAttribute({ name, value }) {
    this.put(new Attr(this.document, checked(name), value, name === 'xmlns' || name.startsWith('xmlns:') ? XMLNS : null));
  }

  setAttributeNS({ namespaceURI, qualifiedName, value }) {
    this.put(new Attr(this.document, checked(qualifiedName), value, namespaceURI || null));
  }

  setAttributeNode(options) {
    return this.put(nodeOf(options, 'newAttr'));
  }

  setAttributeNodeNS(options) {
    return this.put(nodeOf(options, 'newAttr'));
  }

  removeAttribute(options) {
    this.#drop(this.#attributes.get(option(options, 'name')));
  }

  removeAttributeNS(options) {
    this.#drop(this.#ns(options));
  }

  removeAttributeNode(options) {
    const attr = nodeOf(options, 'oldAttr');
    if (attr.parent !== this) wrong('NOT_FOUND_ERR: no attribute of this element.');
    return this.#drop(attr);
  }

  shallow(document) {
    const copy = new Element(document, this.nodeName, this.namespaceURI);
    for (const attr of this.#attributes.values()) copy.put(attr.shallow(document));
    return copy;
  }

  toString() {
    return 'xml.Element';
  }
}

class Document extends Node {
  constructor(facts = {}) {
    super(null, 'DOCUMENT_NODE', '#document');
    this.document = this;
    const { version = '1.0', encoding = null, standalone = false } = facts;
    Object.defineProperties(this, {
      xmlVersion: { value: version, writable: true },
      xmlEncoding: { value: encoding, writable: true },
      xmlStandalone: { value: standalone, writable: true },
    });
  }

  get documentElement() {
    return this.children.find(({ nodeType }) => nodeType === 'ELEMENT_NODE') ?? null;
  }

  get doctype() {
    return this.children.find(({ nodeType }) => nodeType === 'DOCUMENT_TYPE_NODE') ?? null;
  }

  get documentURI() {
    return null;
  }

  get inputEncoding() {
    return this.xmlEncoding;
  }

  shallow() {
    return new Document({ version: this.xmlVersion, encoding: this.xmlEncoding, standalone: this.xmlStandalone });
  }

  createElement(options) {
    return new Element(this, checked(option(options, 'tagName')));
  }

  createElementNS({ namespaceURI, qualifiedName }) {
    return new Element(this, checked(qualifiedName), namespaceURI || null);
  }

  createAttribute(options) {
    return new Attr(this, checked(option(options, 'name')), options.value ?? '');
  }

  createAttributeNS({ namespaceURI, qualifiedName, value = '' }) {
    return new Attr(this, checked(qualifiedName), value, namespaceURI || null);
  }

  createTextNode(options) {
    return new Node(this, 'TEXT_NODE', '#text', { value: String(option(options, 'data')) });
  }

  createCDATASection(options) {
    return new Node(this, 'CDATA_SECTION_NODE', '#cdata-section', { value: String(option(options, 'data')) });
  }

  createComment(options) {
    return new Node(this, 'COMMENT_NODE', '#comment', { value: String(option(options, 'data')) });
  }

  createProcessingInstruction({ target, data = '' }) {
    return new Node(this, 'PROCESSING_INSTRUCTION_NODE', checked(target), { value: String(data) });
  }

  createDocumentFragment() {
    return new Node(this, 'DOCUMENT_FRAGMENT_NODE', '#document-fragment');
  }

  /** By an attribute called id or xml:id: there is no schema that says which attributes are ids. */
  getElementById(options) {
    const id = option(options, 'elementId');
    return this.elements().find((node) => node.getAttribute('id') === id || node.getAttribute('xml:id') === id) ?? null;
  }

  importNode(options) {
    return nodeOf(options, 'importedNode').copyInto(this, options.deep === true);
  }

  adoptNode(options) {
    const node = nodeOf(options, 'source');
    node.detach();
    const move = (one) => {
      one.document = this;
      Object.values(one.attributes ?? {}).forEach(move);
      one.children.forEach(move);
    };
    move(node);
    return node;
  }

  toString() {
    return 'xml.Document';
  }
}

for (const [name, type] of Object.entries({ Element, Document })) complete('N/xml', name, type);

Object.assign(exports, { Attr, Element, Document });
