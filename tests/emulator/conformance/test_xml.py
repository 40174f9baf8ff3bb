"""N/xml: reading, changing, writing and selecting."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab

ORDER = """<?xml version="1.0" encoding="UTF-8"?>
<!-- an order --><order id="7" xmlns:x="urn:x"><line no="1"><sku>A&amp;B</sku><qty>2</qty></line>
<line no="2"><sku><![CDATA[<C>]]></sku><qty>5</qty></line><x:note>Grüße &#8364;</x:note></order>"""


@pytest.mark.shows("N/xml.Parser", "N/xml.Parser.fromString", "N/xml.XPath", "N/xml.XPath.select")
@pytest.mark.rule("xml.xpath")
@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("/order/line/sku", ["A&B", "<C>"]),
        ("//qty[. > 2]", ["5"]),
        ("//line[@no='2']/qty", ["5"]),
        ("//line[last()]/sku | //line[1]/qty", ["2", "<C>"]),
        ("line[sku = 'A&B']/qty", ["2"]),
        ("//@no", ["1", "2"]),
        ("//x:note/text()", ["Grüße €"]),
        ("//*[local-name() = 'note']", ["Grüße €"]),
        ("//sku[contains(., 'B') or starts-with(., 'x')]", ["A&B"]),
        ("//qty[position() = 1 and not(../@no = 1)]", ["5"]),
        ("//line[count(*) = 2][sum(//qty) = 7]/@no", ["1", "2"]),
        ("//qty/ancestor::line/following-sibling::line/@no", ["2"]),
        ("//nothing", []),
        ("//comment()", [" an order "]),
    ],
)
def test_paths_select_nodes(lab: Lab, path: str, texts: list[str]) -> None:
    code = """const document = xml.Parser.fromString({ text: input.text });
      const node = input.path.startsWith('/') ? document : document.documentElement;
      return xml.XPath.select({ node, xpath: input.path }).map((found) => found.textContent);"""
    assert lab.run(code, {"text": ORDER, "path": path}) == texts


@pytest.mark.shows("N/xml.Parser.fromString")
@pytest.mark.rule("xml.well_formed")
@pytest.mark.parametrize(
    "text",
    ["", "text", "<a>", "<a></b>", "<a/><b/>", "<a b=1/>", "<a b='1' b='2'/>", "<a>&nbsp;</a>", "<a>A & B</a>",
     "<x:a/>", "<a b='<'/>", " <?xml version='1.0'?><a/>", "<a><!-- </a>", "<a/>text"],
)  # fmt: skip
def test_what_is_not_well_formed_is_refused(lab: Lab, text: str) -> None:
    with lab.refused("SSS_XML_DOM_EXCEPTION", "line 1"):
        lab.run("xml.Parser.fromString({ text: input });", text)


@pytest.mark.shows("N/xml.NodeType")
def test_nodes_say_of_which_type_they_are(lab: Lab) -> None:
    code = """const { documentElement: root } = xml.Parser.fromString({ text: '<a>t<b/><!--c--></a>' });
      const { NodeType } = xml; const is = (node, type) => node.nodeType === type;
      return [is(root, NodeType.ELEMENT_NODE), ...root.childNodes.map((node, n) =>
        is(node, [NodeType.TEXT_NODE, NodeType.ELEMENT_NODE, NodeType.COMMENT_NODE][n]))];"""
    assert lab.run(code) == [True] * 4


@pytest.mark.shows("N/xml.Parser.toString", "N/xml.escape")
@pytest.mark.rule("xml.escape", "xml.well_formed")
def test_a_document_is_written_as_it_was_read(lab: Lab) -> None:
    code = """const written = xml.Parser.toString({ document: xml.Parser.fromString({ text: input }) });
      return [written, xml.Parser.toString({ document: xml.Parser.fromString({ text: written }) }) === written,
        xml.escape({ xmlText: `<a b="c" d='e'>&` }), xml.escape('<')];"""
    written, again, escaped, short = lab.run(code, ORDER)
    body = ORDER.partition("?>\n")[2].replace("&#8364;", "€")
    assert written == f'<?xml version="1.0" encoding="UTF-8"?>{body}'
    assert again is True
    assert (escaped, short) == ("&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;", "&lt;")


MEMBERS: dict[str, tuple[str, Any]] = {
    "Document.createElement": ("root.appendChild({ newChild: doc.createElement({ tagName: 'n' }) }).nodeName", "n"),
    "Document.createElementNS": ("doc.createElementNS({ namespaceURI: 'urn:y', qualifiedName: 'y:n' }).prefix", "y"),
    "Document.createTextNode": ("root.appendChild(doc.createTextNode({ data: 't' })) && root.textContent", "12t"),
    "Document.createCDATASection": ("text(doc.createCDATASection({ data: '<' }))", "<![CDATA[<]]>"),
    "Document.createComment": ("text(doc.createComment({ data: 'c' }))", "<!--c-->"),
    "Document.createProcessingInstruction": ("text(doc.createProcessingInstruction({ target: 'p', data: 'q' }))", "<?p q?>"),
    "Document.createAttribute": ("root.setAttributeNode({ newAttr: doc.createAttribute({ name: 'z', value: '9' }) }) ?? root.getAttribute({ name: 'z' })", "9"),
    "Document.createAttributeNS": ("doc.createAttributeNS({ namespaceURI: 'urn:y', qualifiedName: 'y:z', value: '9' }).localName", "z"),
    "Document.createDocumentFragment": ("(() => { const f = doc.createDocumentFragment(); f.appendChild(doc.createElement('a')); f.appendChild(doc.createElement('b')); root.appendChild(f); return root.childNodes.length; })()", 4),
    "Document.getElementById": ("doc.getElementById({ elementId: 'two' }).textContent", "2"),
    "Document.getElementsByTagName": ("doc.getElementsByTagName({ tagName: 'i' }).length", 2),
    "Document.getElementsByTagNameNS": ("doc.getElementsByTagNameNS({ namespaceURI: '*', localName: 'i' }).length", 2),
    "Document.importNode": ("root.appendChild(doc.importNode({ importedNode: other.documentElement, deep: true })).textContent", "o"),
    "Document.adoptNode": ("root.appendChild(doc.adoptNode({ source: other.documentElement })).ownerDocument === doc", True),
    "Element.getAttribute": ("[root.getAttribute({ name: 'k' }), root.getAttribute({ name: 'none' })]", ["v", ""]),
    "Element.getAttributeNS": ("(root.setAttributeNS({ namespaceURI: 'urn:y', qualifiedName: 'y:k', value: 'n' }), root.getAttributeNS({ namespaceURI: 'urn:y', localName: 'k' }))", "n"),
    "Element.getAttributeNode": ("root.getAttributeNode({ name: 'k' }).ownerElement === root", True),
    "Element.getAttributeNodeNS": ("root.getAttributeNodeNS({ namespaceURI: '', localName: 'k' }).value", "v"),
    "Element.hasAttribute": ("[root.hasAttribute({ name: 'k' }), root.hasAttribute({ name: 'none' })]", [True, False]),
    "Element.hasAttributeNS": ("root.hasAttributeNS({ namespaceURI: 'urn:y', localName: 'k' })", False),
    "Element.setAttribute": ("(root.setAttribute({ name: 'k', value: '<' }), text(root).slice(0, 12))", '<r k="&lt;">'),
    "Element.setAttributeNS": ("(root.setAttributeNS({ namespaceURI: 'urn:y', qualifiedName: 'y:k', value: 'n' }), root.hasAttributeNS({ namespaceURI: 'urn:y', localName: 'k' }))", True),
    "Element.setAttributeNode": ("(root.setAttributeNode({ newAttr: doc.createAttribute({ name: 'k', value: '2' }) }).value)", "v"),
    "Element.setAttributeNodeNS": ("(root.setAttributeNodeNS({ newAttr: doc.createAttributeNS({ namespaceURI: 'u', qualifiedName: 'p:q', value: '2' }) }), root.getAttribute('p:q'))", "2"),
    "Element.removeAttribute": ("(root.removeAttribute({ name: 'k' }), root.hasAttributes())", False),
    "Element.removeAttributeNS": ("(root.removeAttributeNS({ namespaceURI: '', localName: 'k' }), root.hasAttributes())", False),
    "Element.removeAttributeNode": ("(root.removeAttributeNode({ oldAttr: root.getAttributeNode('k') }), root.hasAttributes())", False),
    "Element.getElementsByTagName": ("root.getElementsByTagName({ tagName: '*' }).length", 2),
    "Element.getElementsByTagNameNS": ("root.getElementsByTagNameNS({ namespaceURI: '', localName: 'i' }).length", 2),
    "Node.appendChild": ("(root.appendChild({ newChild: first }), root.textContent)", "21"),
    "Node.insertBefore": ("(root.insertBefore({ newChild: root.lastChild, refChild: first }), root.textContent)", "21"),
    "Node.removeChild": ("(root.removeChild({ oldChild: first }), root.textContent)", "2"),
    "Node.replaceChild": ("(root.replaceChild({ newChild: doc.createElement('e'), oldChild: first }), root.firstChild.nodeName)", "e"),
    "Node.cloneNode": ("[root.cloneNode({ deep: true }).childNodes.length, root.cloneNode({ deep: false }).hasChildNodes(), root.cloneNode(true).isEqualNode({ other: root })]", [2, False, True]),
    "Node.compareDocumentPosition": ("[root.compareDocumentPosition({ other: first }), first.compareDocumentPosition({ other: root.lastChild })]", [20, 4]),
    "Node.hasAttributes": ("[root.hasAttributes(), first.hasAttributes()]", [True, False]),
    "Node.hasChildNodes": ("first.firstChild.hasChildNodes()", False),
    "Node.isDefaultNamespace": ("xml.Parser.fromString({ text: '<a xmlns=\"urn:d\"/>' }).documentElement.isDefaultNamespace({ namespaceURI: 'urn:d' })", True),
    "Node.isEqualNode": ("first.isEqualNode({ other: root.lastChild })", False),
    "Node.isSameNode": ("first.isSameNode({ other: root.firstChild })", True),
    "Node.lookupNamespaceURI": ("first.lookupNamespaceURI({ prefix: 'x' }) ", None),
    "Node.lookupPrefix": ("xml.Parser.fromString({ text: '<a xmlns:d=\"urn:d\"/>' }).documentElement.lookupPrefix({ namespaceURI: 'urn:d' })", "d"),
    "Node.normalize": ("(first.appendChild(doc.createTextNode('b')), first.normalize(), first.childNodes.length)", 1),
}  # fmt: skip


@pytest.mark.rule("xml.dom")
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.shows(f"N/xml.{name}")) for name in MEMBERS],
)
def test_each_member_of_the_dom(lab: Lab, name: str) -> None:
    expression, expected = MEMBERS[name]
    code = f"""
      const doc = xml.Parser.fromString({{ text: '<r k="v"><i>1</i><i id="two">2</i></r>' }});
      const other = xml.Parser.fromString({{ text: '<o>o</o>' }}); const root = doc.documentElement; const first = root.firstChild;
      const text = (node) => xml.Parser.toString({{ document: node }});
      return [{expression}];"""
    assert lab.run(code) == [expected]


@pytest.mark.rule("xml.dom")
@pytest.mark.shows("N/xml.Node.appendChild")
def test_changes_that_the_dom_forbids(lab: Lab) -> None:
    code = """
      const doc = xml.Parser.fromString({ text: '<r><i/></r>' }); const root = doc.documentElement;
      const other = xml.Parser.fromString({ text: '<o/>' }).documentElement;
      return [() => root.firstChild.appendChild(root), () => root.appendChild(other), () => doc.appendChild(doc.createElement('x')),
        () => doc.createElement({ tagName: '1 x' }), () => root.removeChild(other), () => xml.XPath.select({ node: doc, xpath: '//[' })]
        .map((act) => { try { act(); return null; } catch (error) { return error.name; } });"""
    assert set(lab.run(code)) == {"SSS_XML_DOM_EXCEPTION"}
