'use strict';

/* N/xml. */

const { moduleOf } = use('inside/api');
const { fail, refuse } = use('inside/errors');
const { Node, NodeType, option } = use('inside/xml_nodes');
const { Attr, Element, Document } = use('inside/xml_documents');
const { parse, serialize } = use('inside/xml_text');
const { select } = use('inside/xpath');

const MARKS = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

const Parser = Object.freeze({
  fromString: (options) => parse(String(option(options, 'text'))),
  toString(options) {
    if (options === undefined) return 'xml.Parser';
    const document = options instanceof Node ? options : options.document;
    if (!(document instanceof Node)) fail('SSS_MISSING_REQD_ARGUMENT', 'Parser.toString: Missing a required argument: document');
    return serialize(document);
  },
});

const XPath = Object.freeze({
  select(options, path) {
    const { node, xpath } = options instanceof Node ? { node: options, xpath: path } : (options ?? {});
    if (!(node instanceof Node)) fail('SSS_MISSING_REQD_ARGUMENT', 'XPath.select: Missing a required argument: node');
    if (!xpath) fail('SSS_MISSING_REQD_ARGUMENT', 'XPath.select: Missing a required argument: xpath');
    return select(node, xpath);
  },
});

exports.module = moduleOf('N/xml', {
  NodeType,
  Parser,
  XPath,
  get Node() {
    return Node;
  },
  get Document() {
    return Document;
  },
  get Element() {
    return Element;
  },
  get Attr() {
    return Attr;
  },
  escape: (options) => String(option(options, 'xmlText')).replace(/[&<>"']/g, (letter) => MARKS[letter]),
  validate: () => refuse('N/xml.validate (XML schemas)'),
});
