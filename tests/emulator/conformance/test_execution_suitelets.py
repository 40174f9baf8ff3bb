"""Suitelets: requests, responses, pages, who may open them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from lab import Lab

from emulator.ports import PageReply, Session

CLERK = Session(user=-5, role="SALES_CLERK", context="USERINTERFACE")
WIDGET = "define(['N/ui/serverWidget', 'N/ui/message', 'N/redirect', 'N/url'], (ui, message, redirect, url) => ({ onRequest(context) {"


def suitelet(lab: Lab, code: str, **settings: Any):
    return lab.script(
        "Suitelet", f"{WIDGET} const {{ request, response }} = context; {code} }} }}));", **settings
    )


def head(reply: PageReply, name: str) -> str | None:
    return next((v for n, v in reply.headers if n.lower() == name.lower()), None)


def text(reply: PageReply) -> str:
    return reply.body.decode()


@pytest.mark.shows(
    "N/http.ServerRequest.method",
    "N/http.ServerRequest.parameters",
    "N/http.ServerRequest.headers",
    "N/http.ServerResponse.write",
    "N/http.ServerResponse.setHeader",
)
@pytest.mark.rule("execution.suitelet_request")
def test_a_suitelet_answers_with_what_it_was_asked(lab: Lab) -> None:
    script = suitelet(
        lab,
        """response.setHeader({ name: 'Content-Type', value: 'application/json' });
        response.write(JSON.stringify({ method: request.method, q: request.parameters.q, h: request.headers['X-Lab'] }));""",
    )
    reply = lab.open(script, {"q": "ä b"}, headers={"X-Lab": "yes"})
    assert reply.status == 200
    assert head(reply, "Content-Type") == "application/json"
    assert json.loads(reply.body) == {"method": "GET", "q": "ä b", "h": "yes"}


@pytest.mark.shows("N/http.ServerRequest.body", "N/http.ServerResponse.writeLine")
def test_the_body_comes_as_it_was_sent(lab: Lab) -> None:
    script = suitelet(lab, "response.writeLine({ output: request.body + request.method });")
    reply = lab.open(script, method="POST", body='{"a":1}', headers={"Content-Type": "text/plain"})
    assert text(reply) == '{"a":1}POST\n'
    assert (head(reply, "Content-Type") or "").startswith("text/html")


@pytest.mark.shows("N/http.ServerRequest.getLineCount", "N/http.ServerRequest.getSublistValue")
def test_lines_of_a_sublist_are_read_from_a_post(lab: Lab) -> None:
    script = suitelet(
        lab,
        """response.write(JSON.stringify([request.getLineCount({ group: 'custpage_items' }),
          request.getSublistValue({ group: 'custpage_items', name: 'qty', line: 1 }),
          request.getLineCount({ group: 'nothing' })]));""",
    )
    sent = {"custpage_itemsfields": "sku\x01qty", "custpage_itemsdata": "A\x011\x02B\x017"}
    assert json.loads(lab.open(script, sent, method="POST").body) == [2, "7", -1]


@pytest.mark.shows(
    "N/ui/serverWidget.createForm",
    "N/ui/serverWidget.Form.addField",
    "N/ui/serverWidget.Form.addSubmitButton",
    "N/ui/serverWidget.Form.addSublist",
    "N/ui/serverWidget.Sublist.addField",
    "N/ui/serverWidget.Sublist.setSublistValue",
    "N/ui/serverWidget.Field.addSelectOption",
    "N/ui/serverWidget.Field.updateDisplayType",
    "N/ui/serverWidget.FieldType",
    "N/ui/serverWidget.SublistType",
    "N/ui/serverWidget.FieldDisplayType",
    "N/ui/serverWidget.SublistDisplayType",
    "N/http.ServerResponse.writePage",
)
@pytest.mark.rule("execution.pages")
def test_a_form_is_a_page_with_its_fields_and_lines(lab: Lab) -> None:
    script = suitelet(
        lab,
        """const form = ui.createForm({ title: 'Pick & pack' });
        const kind = form.addField({ id: 'custpage_kind', label: 'Kind', type: ui.FieldType.SELECT });
        kind.addSelectOption({ value: 'a', text: 'Alpha' });
        kind.addSelectOption({ value: 'b', text: 'Beta', isSelected: true });
        form.addField({ id: 'custpage_hidden', label: 'H', type: 'text' })
          .updateDisplayType({ displayType: ui.FieldDisplayType.HIDDEN }).defaultValue = 'x<y';
        const list = form.addSublist({ id: 'custpage_lines', label: 'Lines', type: ui.SublistType.LIST });
        list.addField({ id: 'sku', label: 'SKU', type: ui.FieldType.TEXT });
        list.setSublistValue({ id: 'sku', line: 1, value: 'W-1' });
        const unseen = form.addSublist({ id: 'custpage_unseen', label: 'Unseen', type: ui.SublistType.LIST });
        unseen.displayType = ui.SublistDisplayType.HIDDEN;
        form.addSubmitButton({ label: 'Go' });
        response.writePage(form);""",
    )
    page = text(lab.open(script))
    assert "<h1>Pick &amp; pack</h1>" in page
    assert "<option value='b' selected>Beta</option>" in page
    assert "<input type='hidden' name='custpage_hidden' value='x&lt;y'>" in page
    assert "<td>W-1</td>" in page
    assert "custpage_unseen" not in page
    assert ">Go</button>" in page


@pytest.mark.rule("execution.positional")
def test_pages_are_made_with_plain_arguments_too(lab: Lab) -> None:
    script = suitelet(
        lab,
        """const form = ui.createForm('Plain');
        form.addSubmitButton('Find');
        const field = form.addField({ id: 'custpage_a', label: 'A', type: 'select' });
        form.getField('custpage_a').addSelectOption('1', 'One', true);
        field.updateDisplayType('normal');
        response.writePage(form);""",
    )
    page = text(lab.open(script))
    assert "<h1>Plain</h1>" in page
    assert ">Find</button>" in page
    assert "<option value='1' selected>One</option>" in page


@pytest.mark.shows(
    "N/ui/serverWidget.createList",
    "N/ui/serverWidget.List.addColumn",
    "N/ui/serverWidget.List.addRow",
    "N/ui/serverWidget.List.addRows",
)
def test_a_list_shows_its_rows_under_its_columns(lab: Lab) -> None:
    script = suitelet(
        lab,
        """const list = ui.createList({ title: 'Stock' });
        list.addColumn({ id: 'sku', type: ui.FieldType.TEXT, label: 'SKU' });
        list.addRow({ row: { sku: 'A' } });
        list.addRows({ rows: [{ sku: 'B', other: 1 }] });
        response.writePage({ pageObject: list });""",
    )
    assert re.findall(r"<td>(.)</td>", text(lab.open(script))) == ["A", "B"]


@pytest.mark.shows(
    "N/ui/serverWidget.createAssistant",
    "N/ui/serverWidget.Assistant.addStep",
    "N/ui/serverWidget.Assistant.getNextStep",
    "N/ui/serverWidget.Assistant.getLastStep",
    "N/ui/serverWidget.Assistant.getLastAction",
    "N/ui/serverWidget.AssistantStep.getValue",
)
def test_an_assistant_goes_from_step_to_step(lab: Lab) -> None:
    script = suitelet(
        lab,
        """const assistant = ui.createAssistant({ title: 'Set up' });
        assistant.addStep({ id: 'one', label: 'One' });
        assistant.addStep({ id: 'two', label: 'Two' });
        const next = assistant.getNextStep();
        const last = assistant.getLastStep();
        response.write(JSON.stringify([last && last.getValue({ id: 'name' }), assistant.getLastAction(), next && next.id]));""",
    )
    assert json.loads(lab.open(script).body) == [None, None, "one"]
    sent = {"_step": "one", "_action": "next", "name": "Ann"}
    assert json.loads(lab.open(script, sent, method="POST").body) == ["Ann", "next", "two"]
    assert json.loads(lab.open(script, {**sent, "_step": "two"}, method="POST").body)[2] is None


@pytest.mark.shows("N/http.ServerResponse.writeFile")
def test_a_file_is_sent_as_an_attachment(lab: Lab) -> None:
    script = lab.script(
        "Suitelet",
        """define(['N/file'], (file) => ({ onRequest: ({ response }) => response.writeFile({
          file: file.create({ name: 'out.csv', fileType: file.Type.CSV, contents: 'a,b' }) }) }));""",
    )
    reply = lab.open(script)
    assert text(reply) == "a,b"
    assert head(reply, "Content-Disposition") == 'attachment; filename="out.csv"'
    assert (head(reply, "Content-Type") or "").startswith("text/csv")


@pytest.mark.shows("N/http.ServerResponse.writeFile")
@pytest.mark.rule("file.binary_sent")
def test_a_binary_file_is_sent_as_bytes(lab: Lab) -> None:
    script = lab.script(
        "Suitelet",
        """define(['N/file'], (file) => ({ onRequest: ({ response }) => response.writeFile({ isInline: true,
          file: file.create({ name: 'dot.png', fileType: file.Type.PNGIMAGE, contents: 'iVBORw0KGgoA/w==' }) }) }));""",
    )
    reply = lab.open(script)
    assert reply.body == b"\x89PNG\r\n\x1a\n\x00\xff"
    assert head(reply, "Content-Type") == "image/png"


@pytest.mark.shows(
    "N/http.ServerResponse.addHeader",
    "N/http.ServerResponse.getHeader",
    "N/http.ServerResponse.headers",
    "N/http.ServerResponse.setCdnCacheable",
)
@pytest.mark.rule("execution.suitelet_headers")
def test_headers_are_kept_and_the_servers_own_refused(lab: Lab) -> None:
    script = suitelet(
        lab,
        """response.addHeader({ name: 'X-A', value: '1' });
        response.addHeader({ name: 'x-a', value: '2' });
        let refused = null;
        try { response.setHeader({ name: 'Content-Length', value: '3' }); } catch (error) { refused = error.name; }
        response.setCdnCacheable({ type: 'SHORT' });
        response.write(JSON.stringify([response.getHeader({ name: 'X-A' }), refused]));""",
    )
    reply = lab.open(script)
    assert json.loads(reply.body) == [["1", "2"], "SSS_INVALID_HEADER"]
    assert "max-age=300" in (head(reply, "Cache-Control") or "")


@pytest.mark.shows(
    "N/http.ServerResponse.sendRedirect",
    "N/redirect.toRecord",
    "N/redirect.toTaskLink",
    "N/redirect.redirect",
)
@pytest.mark.rule("execution.redirects")
@pytest.mark.parametrize(
    ("code", "place"),
    [
        (
            "response.sendRedirect({ type: 'RECORD', identifier: 'salesorder', id: 7, parameters: { a: 'b c' } });",
            r"^/app/accounting/transactions/salesord\.nl\?id=7&compid=\w+&a=b%20c$",
        ),
        (
            "redirect.toRecord({ type: 'customer', id: 5, isEditMode: true });",
            r"^/app/common/entity/custjob\.nl\?id=5&e=T&",
        ),
        (
            "redirect.redirect({ url: '/app/center/card.nl', parameters: { sc: -29 } });",
            r"^/app/center/card\.nl\?sc=-29$",
        ),
        (
            "redirect.toTaskLink({ id: 'LIST_CUSTJOB', parameters: { a: 1 } });",
            r"^/app/common/entity/custjoblist\.nl\?a=1$",
        ),
    ],
)
def test_a_redirect_is_where_the_answer_leads(lab: Lab, code: str, place: str) -> None:
    reply = lab.open(suitelet(lab, code))
    assert reply.status == 302
    assert re.match(place, head(reply, "Location") or "")


@pytest.mark.shows("N/redirect.toSuitelet")
def test_a_suitelets_address_leads_to_it(lab: Lab) -> None:
    aim = suitelet(lab, "response.write(request.parameters.x);")
    names = json.dumps([aim.scriptid, aim.deployments[0].scriptid])
    script = suitelet(
        lab,
        f"const [scriptId, deploymentId] = {names}; redirect.toSuitelet({{ scriptId, deploymentId, parameters: {{ x: 1 }} }});",
    )
    place = head(lab.open(script), "Location") or ""
    assert re.match(r"/app/site/hosting/scriptlet\.nl\?script=\d+&deploy=1&compid=\w+&x=1$", place)
    number = re.search(r"script=(\d+)", place)
    assert number is not None
    request = {"method": "GET", "url": "", "parameters": {"x": "1"}, "headers": {}, "body": ""}
    request |= {"clientIpAddress": "", "files": {}}
    assert lab.engine.suitelet(lab.admin, number[1], "1", request).body == b"1"


@pytest.mark.rule("execution.suitelet_audience")
def test_a_suitelet_opens_for_its_audience_only(lab: Lab) -> None:
    code = "response.write('in');"
    settings = {"all_roles": False, "roles": ("SALES_CLERK",)}
    lab.role("customrole_lab_online", {"ADMI_LOGIN_OAUTH": "FULL", "ADMI_LOGIN_OAUTH2": "FULL"})
    other = Session(user=-5, role="customrole_lab_online", context="USERINTERFACE")
    assert lab.open(suitelet(lab, code), session=other).body == b"in"
    assert lab.open(suitelet(lab, code, **settings), session=other).status == 403
    assert lab.open(suitelet(lab, code, status="TESTING"), session=other).status == 403
    assert lab.open(suitelet(lab, code, status="TESTING")).body == b"in"


@pytest.mark.shows("N/url.resolveScript")
@pytest.mark.rule("execution.suitelet_online")
def test_without_a_login_only_the_external_url_opens_it(lab: Lab) -> None:
    code = """response.write(JSON.stringify([request.parameters.x || null]));"""
    script = suitelet(lab, code, online=True, run_as="ADMINISTRATOR")
    closed = suitelet(lab, code)
    external = lab.run(
        "return input.map((id) => url.resolveScript({ scriptId: id[0], deploymentId: id[1], returnExternalUrl: true }))",
        [[s.scriptid, s.deployments[0].scriptid] for s in (script, closed)],
    )
    assert external[0].startswith("https://1234567-sb1.extforms.netsuite.com/app/site/hosting/")
    keys = [re.search(r"ns-at=(\w+)", address) for address in external]
    assert keys[0] is not None
    assert keys[1] is not None
    assert json.loads(lab.open(script, session=None, key=keys[0][1]).body) == [None]
    assert lab.open(script, session=None, key="wrong").status == 403
    assert lab.open(closed, session=None, key=keys[1][1]).status == 401


@pytest.mark.rule("execution.suitelet_error")
def test_what_a_suitelet_throws_is_a_page_with_its_code(lab: Lab) -> None:
    reply = lab.open(suitelet(lab, "throw new Error('no way');"))
    assert reply.status == lab.preferences.suitelet_error_status
    assert "no way" in text(reply)


@pytest.mark.rule("execution.run_as_role")
def test_a_suitelet_runs_in_the_role_of_its_deployment(lab: Lab) -> None:
    script = lab.script(
        "Suitelet",
        """define(['N/runtime'], (runtime) => ({ onRequest: ({ response }) =>
          response.write([runtime.getCurrentUser().roleId, runtime.executionContext, runtime.getCurrentScript().getRemainingUsage()].join()) }));""",
        run_as="SALES_CLERK",
    )
    assert text(lab.open(script)).lower() == "sales_clerk,suitelet,1000"


@pytest.mark.shows("N/http.ServerResponse.renderPdf")
@pytest.mark.rule("render.prints")
def test_mark_up_is_sent_as_a_pdf(lab: Lab) -> None:
    kind = '<!DOCTYPE pdf PUBLIC "-//big.faceless.org//report" "report-1.1.dtd">'
    xml = f"const xml = '<?xml version=\"1.0\"?>{kind}<pdf><body>Words</body></pdf>';"
    for given in ("{ xmlString: xml }", "xml"):
        script = suitelet(lab, f"{xml} response.renderPdf({given});")
        reply = lab.open(script)
        assert head(reply, "Content-Type") == "application/pdf"
        assert reply.body.startswith(b"%PDF") and b"Words" in reply.body
        assert lab.usage(script)[-1]["units"] == 10


@pytest.mark.shows("N/https.requestSuitelet")
@pytest.mark.rule("execution.request_suitelet")
def test_a_script_asks_a_suitelet_as_its_user_or_as_a_visitor(lab: Lab) -> None:
    aim = lab.script(
        "Suitelet",
        """define(['N/runtime'], (runtime) => ({ onRequest: ({ request, response }) =>
          response.write([request.method, request.parameters.a, request.body, runtime.getCurrentUser().id].join('|')) }));""",
        online=True,
        run_as="ADMINISTRATOR",
    )
    told = lab.run(
        """const [scriptId, deploymentId] = input;
        const start = runtime.getCurrentScript().getRemainingUsage();
        const inside = https.requestSuitelet({ scriptId, deploymentId, urlParams: { a: 1 } });
        const units = start - runtime.getCurrentScript().getRemainingUsage();
        const form = https.requestSuitelet({ scriptId, deploymentId, method: 'POST', body: { a: 2 } });
        const outside = https.requestSuitelet({ scriptId, deploymentId, external: true, method: 'POST', body: 'text' });
        return [inside.code, inside.body, form.body, outside.body, units];""",
        [aim.scriptid, aim.deployments[0].scriptid],
    )
    assert told == [200, "GET|1||-5", "POST|2||-5", "POST||text|-4", 10]


@pytest.mark.shows("N/http.ServerRequest.files")
@pytest.mark.rule("execution.suitelet_request")
def test_a_file_that_a_form_sends_is_a_file_object(lab: Lab) -> None:
    script = suitelet(
        lab,
        "response.write([request.files.up.name, request.files.up.fileType, request.files.up.getContents()].join());",
    )
    reply = lab.open(script, method="POST", files={"up": ("a.csv", "x;y")})
    assert text(reply) == "a.csv,CSV,x;y"


@pytest.mark.rule("execution.date_defaults")
def test_a_date_field_shows_a_date_as_its_user_writes_it(lab: Lab) -> None:
    script = suitelet(
        lab,
        """const form = ui.createForm({ title: 'When' });
        form.addField({ id: 'custpage_day', label: 'Day', type: ui.FieldType.DATE }).defaultValue = new Date(2026, 2, 9);
        response.writePage(form);""",
    )
    assert f"value='{lab.day('2026-03-09')}'" in text(lab.open(script))
