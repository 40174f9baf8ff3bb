"""N/render: what templates make of records and data, and what printed files say."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from lab import Lab

from emulator.account.installed import Asset, Package


def template(lab: Lab, text: str, data: Any = None) -> str:
    code = """const renderer = render.create(); renderer.templateContent = input.text;
      renderer.addCustomDataSource({ format: render.DataSource.OBJECT, alias: 'd', data: input.data ?? {} });
      return [renderer.renderAsString()];"""
    return lab.run(code, {"text": text, "data": data})[0]


@pytest.mark.shows(
    "N/render.create",
    "N/render.TemplateRenderer.renderAsString",
    "N/render.TemplateRenderer.addCustomDataSource",
)
@pytest.mark.rule("render.templates", "render.sources")
@pytest.mark.parametrize(
    ("text", "data", "expected"),
    [
        ("Hi ${d.name}!", {"name": "Ada"}, "Hi Ada!"),
        ("${d.none!'-'} ${(d.a.b)!'x'} ${d.name!}", {"name": "n"}, "- x n"),
        ("<#if d.a?has_content>yes<#else>no</#if>", {"a": ""}, "no"),
        ("<#if d.n?number gt 3 && d.n?number < 9>in<#elseif d.n == '3'>three</#if>", {"n": 5}, "in"),
        ("<#if (d.n?number > 3)>big</#if>", {"n": 4}, "big"),
        ("<#list d.rows as r>${r_index}:${r.a}<#if r_has_next>, </#if></#list>", {"rows": [{"a": "x"}, {"a": "y"}]}, "0:x, 1:y"),
        ("<#list d.rows as r>${r}<#sep>; </#list>", {"rows": ["x", "y"]}, "x; y"),
        ("<#list d.rows as r>${r?counter}<#else>none</#list>", {"rows": []}, "none"),
        ("<#assign t = 0><#list d.rows as r><#assign t = t + r?number></#list>${t}", {"rows": [1, 2, 3]}, "6"),
        ("<#assign x>in ${d.a}</#assign>[${x}]", {"a": "b"}, "[in b]"),
        ("${d.a?upper_case} ${d.a?length} ${d.a?html} ${d.a?replace('<', '-')}", {"a": "<a"}, "<A 2 &lt;a -a"),
        ("${1234.5} ${1234.5?c} ${1234.5?string('#,##0.00')} ${0.5?string.percent}", {}, "1,234.5 1234.5 1,234.50 50%"),
        ("<#switch d.a><#case 'x'>one<#break><#default>other</#switch>", {"a": "x"}, "one"),
        ("<#-- note --><#noparse>${x}</#noparse>", {}, "${x}"),
        ("${d.rows?join('/')} ${d.rows?size} ${d.rows[0]} ${d.rows?sort?first}", {"rows": ["b", "a"]}, "b/a 2 b a"),
        ("<#list 1..3 as i>${i}</#list>", {}, "123"),
        ("${'a' + 'b'} ${\"n: ${d.n}\"} ${(1 + 2) * 3}", {"n": 1}, "ab n: 1 9"),
        ("${d.t?boolean?string('j', 'n')} ${(d.n?number == 1)?then('one', 'more')}", {"t": True, "n": 1}, "j one"),
        ("<p>\n<#if true>\n  x\n</#if>\n</p>", {}, "<p>\n  x\n</p>"),
    ],
)  # fmt: skip
def test_templates(lab: Lab, text: str, data: Any, expected: str) -> None:
    assert template(lab, text, data) == expected


@pytest.mark.rule("render.templates")
@pytest.mark.shows("N/render.TemplateRenderer.renderAsString")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("${d.none}", "SSS_TEMPLATE_ERROR"), ("<#if true>", "SSS_TEMPLATE_ERROR"), ("${a b}", "SSS_TEMPLATE_ERROR"),
        ("<#macro m></#macro>", "EMULATOR_UNSUPPORTED"), ("${d?nonsense}", "EMULATOR_UNSUPPORTED"),
    ],
)  # fmt: skip
def test_what_templates_cannot_do_is_an_error(lab: Lab, text: str, code: str) -> None:
    with lab.refused(code):
        template(lab, text)


@pytest.mark.rule("render.sources")
@pytest.mark.shows("N/render.DataSource", "N/render.TemplateRenderer.addCustomDataSource")
def test_data_sources_of_each_format(lab: Lab) -> None:
    code = """const text = '<book id="7"><title>T</title><chapter>One</chapter><chapter>Two</chapter></book>';
      const renderer = render.create();
      renderer.templateContent = '${A.book.title} ${A.book.chapter[1]} ${B.book.@id} <#list B.book.chapter as c>${c};</#list> ${C.x.y} ${C.n}';
      renderer.addCustomDataSource({ format: render.DataSource.XML_DOC, alias: 'A', data: xml.Parser.fromString({ text }) });
      renderer.addCustomDataSource({ format: render.DataSource.XML_STRING, alias: 'B', data: text });
      renderer.addCustomDataSource({ format: render.DataSource.JSON, alias: 'C', data: '{"x":{"y":"z"},"n":1234}' });
      return [renderer.renderAsString()];"""
    assert lab.run(code) == ["T Two 7 One;Two; z 1234"]


@pytest.fixture(scope="module")
def order(lab: Lab) -> dict[str, int]:
    customer, item = lab.account.seed(
        [
            {"type": "customer", "fields": {"entityid": "Printed Ltd", "companyname": "Printed Ltd", "subsidiary": "1", "email": "p@example.com"}},
            {"type": "noninventorysaleitem", "fields": {"itemid": "PRINT-1"}},
        ]
    )  # fmt: skip
    (number,) = lab.account.seed(
        [
            {
                "type": "salesorder",
                "fields": {"entity": str(customer), "memo": "Gate <3>", "trandate": "2026-03-05"},
                "sublists": {"item": [{"item": str(item), "quantity": 2, "rate": 1250.5, "amount": 2501}]},
            }
        ]
    )  # fmt: skip
    (mail,) = lab.account.seed(
        [{"type": "emailtemplate", "fields": {"name": "Mail", "subject": "Order ${transaction.tranid}",
          "content": "<p>Dear ${entity.companyname?html}, ${transaction.memo?html}</p>"}}]
    )  # fmt: skip
    return {"customer": customer, "order": number, "mail": mail}


@pytest.mark.shows("N/render.TemplateRenderer.addRecord")
@pytest.mark.rule("render.sources")
def test_a_template_sees_a_record_and_its_lines(lab: Lab, order: dict[str, int]) -> None:
    code = """const renderer = render.create();
      renderer.templateContent = "${record.entity} ${record.trandate} ${record.memo?xml} <#list record.item as line>${line.item} x ${line.quantity} = ${line.amount}</#list>";
      renderer.addRecord({ templateName: 'record', record: record.load({ type: 'salesorder', id: input.order }) });
      return [renderer.renderAsString()];"""
    (text,) = lab.run(code, order)
    assert "Printed Ltd" in text
    assert text.endswith(f"{lab.day('2026-03-05')} Gate &lt;3&gt; PRINT-1 x 2 = 2,501.00")


@pytest.mark.shows("N/render.TemplateRenderer.addSearchResults")
@pytest.mark.rule("render.sources")
def test_a_template_sees_search_results(lab: Lab, order: dict[str, int]) -> None:
    code = """const search = require('N/search'); const renderer = render.create();
      const searchResult = search.create({ type: 'customer', filters: [['internalid', 'anyof', input.customer]], columns: ['companyname', 'email'] })
        .run().getRange({ start: 0, end: 10 });
      renderer.templateContent = '<#list rows as row>${row.companyname} ${row.email} ${row.id}</#list>';
      renderer.addSearchResults({ templateName: 'rows', searchResult });
      return [renderer.renderAsString()];"""
    script = lab.script(
        "Restlet",
        "define(['N/search', 'N/render'], (search, render) => ({ post: (input) => { "
        + code.replace("const search = require('N/search'); ", "")
        + " } }));",
    )
    assert lab.call(script, order) == [f"Printed Ltd p@example.com {order['customer']}"]


@pytest.mark.shows("N/render.mergeEmail")
@pytest.mark.rule("render.merge")
def test_mail_is_merged_from_a_template_record(lab: Lab, order: dict[str, int]) -> None:
    code = """const merged = render.mergeEmail({ templateId: input.mail, transactionId: input.order,
        entity: { type: 'customer', id: input.customer } });
      const name = (act) => { try { act(); return null; } catch (error) { return error.name; } };
      return [merged.subject, merged.body, record.load({ type: 'salesorder', id: input.order }).getValue('tranid'),
        name(() => render.mergeEmail({})), name(() => render.mergeEmail({ templateId: 987654 })),
        name(() => render.mergeEmail({ templateId: input.mail, entity: 7 }))];"""
    subject, body, tranid, *errors = lab.run(code, order)
    assert (subject, body) == (f"Order {tranid}", "<p>Dear Printed Ltd, Gate &lt;3&gt;</p>")
    assert errors == ["MISSING_REQD_ARGUMENT", "RCRD_DSNT_EXIST", "WRONG_PARAMETER_TYPE"]


@pytest.mark.shows("N/render.PrintMode")
@pytest.mark.rule("render.prints")
@pytest.mark.parametrize(
    "member",
    [
        pytest.param(name, marks=pytest.mark.shows(f"N/render.{name}"))
        for name in ("transaction", "packingSlip", "pickingTicket")
    ],
)
def test_a_printed_order_says_what_was_ordered(
    lab: Lab, order: dict[str, int], member: str
) -> None:
    code = """const print = (printMode) => render[input.member]({ entityId: input.order, printMode });
      const pdf = print(render.PrintMode.PDF); const html = print('HTML');
      return [pdf.fileType, pdf.getContents(), html.fileType, html.getContents(), runtime.getCurrentScript().getRemainingUsage()];"""
    kind, data, other, page, left = lab.run(code, {**order, "member": member})
    assert (kind, other, left) == ("PDF", "HTMLDOC", 4980)
    pdf = base64.b64decode(data)
    assert pdf.startswith(b"%PDF-")
    for words in (b"PRINT-1", b"Printed Ltd"):
        assert words in pdf
        assert words.decode() in page
    assert "Gate &lt;3&gt;" in page


@pytest.mark.shows("N/render.statement", "N/render.bom")
@pytest.mark.rule("render.prints")
def test_a_statement_and_a_print_that_an_order_does_not_have(
    lab: Lab, order: dict[str, int]
) -> None:
    code = """const page = render.statement({ entityId: input.customer, printMode: 'HTML' }).getContents();
      let wrong; try { render.bom({ entityId: input.order }); } catch (error) { wrong = error.name; }
      return [page, wrong];"""
    page, wrong = lab.run(code, order)
    assert "Printed Ltd" in page
    assert "Amount due: 0.00" in page
    assert wrong == "WRONG_PARAMETER_TYPE"


@pytest.mark.shows(
    "N/render.xmlToPdf",
    "N/render.TemplateRenderer.renderAsPdf",
    "N/render.TemplateRenderer.setTemplateByScriptId",
)
@pytest.mark.rule("render.prints")
def test_mark_up_becomes_a_pdf_with_its_words(lab: Lab) -> None:
    content = "<pdf><head><style>p {}</style></head><body><p>No ${d.n}</p><table><tr><td>a</td><td>b</td></tr></table></body></pdf>"
    asset = Asset("advancedpdftemplate", "custtmpl_lab", {"title": "Lab"}, content)
    lab.account.install(Package(name="lab", assets=(asset,)))
    code = """const renderer = render.create(); renderer.setTemplateByScriptId({ scriptId: 'CUSTTMPL_LAB' });
      renderer.addCustomDataSource({ format: 'OBJECT', alias: 'd', data: { n: 7 } });
      let wrong; try { render.xmlToPdf({ xmlString: '<pdf>' }); } catch (error) { wrong = error.name; }
      return [renderer.renderAsPdf().getContents(), render.xmlToPdf({ xmlString: '<pdf><body>Words &amp; more</body></pdf>' }).getContents(), wrong];"""
    first, second, wrong = lab.run(code)
    assert b"No 7" in base64.b64decode(first)
    assert b"Words & more" in base64.b64decode(second)
    assert wrong == "SSS_XML_DOM_EXCEPTION"
