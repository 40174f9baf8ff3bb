"""beforeLoad and the forms it works on, and where user events fire."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from lab import Lab

from emulator.ports import Script, Session

CLERK = Session(user=-5, role="SALES_CLERK", context="USERINTERFACE")
Watch = Callable[..., Script]


@pytest.fixture
def watch(lab: Lab) -> Iterator[Watch]:
    """Deploys user events for one test."""
    made: list[Script] = []

    def deploy(code: str, **settings: Any) -> Script:
        body = (
            "define(['N/ui/serverWidget', 'N/ui/message', 'N/url', 'N/log', 'N/redirect', 'N/runtime', 'N/record', 'N/error'],"
            f" (serverWidget, message, url, log, redirect, runtime, record, error) => ({{ {code} }}));"
        )
        script = lab.script("UserEventScript", body, **{"record": "customer", **settings})
        made.append(script)
        return script

    yield deploy
    for script in made:
        lab.disable(script)


def customer(lab: Lab, **fields: Any) -> int:
    draft = {
        "type": "customer",
        "id": None,
        "fields": {"companyname": f"Shop {uuid.uuid4()}", "subsidiary": "1", **fields},
    }
    return lab.engine.save(lab.admin, draft)


@pytest.mark.shows(
    "N/ui/serverWidget.Form.addButton",
    "N/ui/serverWidget.Form.addField",
    "N/ui/serverWidget.Form.addPageInitMessage",
    "N/ui/message.create",
    "N/ui/message.Type",
    "N/url.resolveScript",
)
@pytest.mark.rule("execution.before_load")
def test_before_load_puts_things_on_the_records_page(lab: Lab, watch: Watch) -> None:
    target = lab.restlet("return 1")
    watch(
        f"""beforeLoad: ({{ form, type, newRecord, request }}) => {{
          const link = url.resolveScript({{ scriptId: '{target.scriptid}', deploymentId: '{target.deployments[0].scriptid}' }});
          form.addButton({{ id: 'custpage_send', label: 'Send ' + type, functionName: `go('${{link}}')` }});
          form.addField({{ id: 'custpage_note', label: 'Note', type: serverWidget.FieldType.TEXT }}).defaultValue = newRecord.getValue('comments');
          const told = message.create({{ type: message.Type.WARNING, title: 'T', message: request.parameters.why }});
          form.addPageInitMessage({{ message: told }});
          form.clientScriptModulePath = './client.js';
        }}"""
    )
    made = customer(lab, comments="as kept")
    form = lab.page("view", "customer", made, parameters={"why": "because"})["form"]
    (button,) = form["buttons"]
    assert (button["id"], button["label"]) == ("custpage_send", "Send view")
    assert "/app/site/hosting/restlet.nl?script=" in button["functionName"]
    assert [(f["id"], f["value"]) for f in form["fields"]] == [("custpage_note", "as kept")]
    assert form["messages"][0]["message"] == "because"
    assert form["messages"][0]["type"] == "WARNING"
    assert form["clientScriptModulePath"] == "./client.js"


@pytest.mark.shows(
    "N/ui/serverWidget.Form.getField",
    "N/ui/serverWidget.Form.getSublist",
    "N/ui/serverWidget.Form.insertField",
    "N/ui/serverWidget.Form.removeButton",
    "N/ui/serverWidget.Form.getButton",
    "N/ui/serverWidget.Field.isMandatory",
    "N/ui/serverWidget.Field.updateDisplayType",
    "N/ui/serverWidget.Button.isDisabled",
)
@pytest.mark.rule("execution.record_form")
def test_the_form_has_the_records_own_fields_and_buttons(lab: Lab, watch: Watch) -> None:
    watch(
        """beforeLoad: ({ form }) => {
          form.getField({ id: 'comments' }).updateDisplayType({ displayType: serverWidget.FieldDisplayType.INLINE });
          form.getField({ id: 'email' }).isMandatory = true;
          const added = form.addField({ id: 'custpage_a', label: 'A', type: 'checkbox' });
          form.insertField({ field: added, nextfield: 'email' });
          form.getButton({ id: 'edit' }).isDisabled = true;
          form.removeButton('delete');
          log.audit('none', [form.getField({ id: 'nothing' }), form.getSublist({ id: 'nothing' })].join());
        }"""
    )
    form = lab.page("edit", "customer", customer(lab, email="a@b.example"))["form"]
    fields = {field["id"]: field for field in form["fields"]}
    assert list(fields) == ["comments", "custpage_a", "email"]
    assert fields["comments"]["displayType"] == "INLINE"
    assert (fields["email"]["value"], fields["email"]["isMandatory"]) == ("a@b.example", True)
    assert form["buttons"][0]["isDisabled"] is True
    assert form["removedButtons"] == ["delete"]


@pytest.mark.shows(
    "N/ui/serverWidget.Form.addTab",
    "N/ui/serverWidget.Form.addSubtab",
    "N/ui/serverWidget.Form.addFieldGroup",
    "N/ui/serverWidget.Form.getTabs",
    "N/ui/serverWidget.Form.updateDefaultValues",
    "N/ui/serverWidget.Form.addSublist",
    "N/ui/serverWidget.Sublist.lineCount",
    "N/ui/serverWidget.Sublist.getSublistValue",
)
@pytest.mark.rule("execution.one_form")
def test_several_scripts_work_on_one_form(lab: Lab, watch: Watch) -> None:
    first = """beforeLoad: ({ form }) => {
      form.addTab({ id: 'custpage_tab', label: 'Tab' });
      form.addSubtab({ id: 'custpage_sub', label: 'Sub', tab: 'custpage_tab' });
      form.addFieldGroup({ id: 'custpage_group', label: 'Group', tab: 'custpage_tab' });
      form.addField({ id: 'custpage_x', label: 'X', type: 'text', container: 'custpage_group' });
      const list = form.addSublist({ id: 'custpage_list', label: 'L', type: 'list', tab: 'custpage_tab' });
      list.addField({ id: 'a', label: 'A', type: 'text' });
      list.setSublistValue({ id: 'a', line: 0, value: '1' });
    }"""
    second = """beforeLoad: ({ form }) => {
      const list = form.getSublist({ id: 'custpage_list' });
      form.updateDefaultValues({ custpage_x: [list.lineCount, list.getSublistValue({ id: 'a', line: 0 }), form.getTabs().length].join() });
    }"""
    names = sorted([f"one_{uuid.uuid4().hex[:8]}", f"two_{uuid.uuid4().hex[:8]}"])
    watch(first, name=names[0])
    watch(second, name=names[1])
    form = lab.page("view", "customer", customer(lab))["form"]
    assert [(f["id"], f["value"], f["container"]) for f in form["fields"]] == [
        ("custpage_x", "1,1,2", "custpage_group")
    ]
    assert form["subtabs"][0]["tab"] == "custpage_tab"


@pytest.mark.rule("execution.before_load_changes")
def test_what_before_load_sets_stays_on_a_new_record_only(lab: Lab, watch: Watch) -> None:
    made = customer(lab, comments="old")
    watch("beforeLoad: ({ newRecord }) => newRecord.setValue('comments', 'filled in')")
    assert lab.page("create", "customer")["record"]["fields"]["comments"] == "filled in"
    assert lab.page("copy", "customer", made)["record"]["fields"]["comments"] == "filled in"
    assert lab.page("edit", "customer", made)["record"]["fields"]["comments"] == "old"


@pytest.mark.rule("execution.load_fires")
def test_a_script_that_loads_a_record_runs_before_load(lab: Lab, watch: Watch) -> None:
    made = customer(lab)
    script = watch(
        "beforeLoad: (c) => log.audit('load', JSON.stringify([c.type, typeof c.request, runtime.executionContext, Boolean(c.form)]))"
    )
    lab.run("return record.load({ type: 'customer', id: input }).id", made)
    told = [json.loads(details) for _, details in lab.logged(script)]
    assert told == [[lab.preferences.load_event, "undefined", "RESTLET", True]]


@pytest.mark.rule("execution.user_event_error")
def test_an_error_in_before_load_stops_the_page(lab: Lab, watch: Watch) -> None:
    made = customer(lab)
    watch("beforeLoad: () => { throw error.create({ name: 'NOT_TODAY', message: 'closed' }); }")
    with lab.netsuite_error("NOT_TODAY"):
        lab.page("view", "customer", made)
    told = lab.run(
        "try { record.load({ type: 'customer', id: input }); } catch (e) { return [e.type, e.name, e.eventType, e.recordId]; }",
        made,
    )
    assert told == ["error.UserEventError", "NOT_TODAY", "beforeLoad", str(made)]


@pytest.mark.rule("execution.event_points")
@pytest.mark.parametrize(
    ("event", "points"),
    [
        ("approve", ["before", "after"]),
        ("ship", ["before", "after"]),
        ("markcomplete", ["before"]),
        ("editforecast", ["before"]),
        ("dropship", ["after"]),
        ("paybills", ["after"]),
    ],
)
def test_an_event_reaches_the_entry_points_it_is_documented_for(
    lab: Lab, watch: Watch, event: str, points: list[str]
) -> None:
    made = customer(lab)
    script = watch(
        "beforeSubmit: (c) => log.audit('before', c.type), afterSubmit: (c) => log.audit('after', c.type)"
    )
    lab.engine.save(lab.admin, lab.account.load(lab.admin, "customer", made), event=event)
    assert lab.logged(script) == [(point, event) for point in points]


@pytest.mark.shows("N/redirect.toRecord")
@pytest.mark.rule("execution.redirects")
def test_a_redirect_after_a_save_is_told(lab: Lab, watch: Watch) -> None:
    script = watch(
        "afterSubmit: (c) => redirect.toRecord({ type: 'customer', id: c.newRecord.id })"
    )
    made = customer(lab)
    (row,) = lab.usage(script)
    assert row["redirect"].startswith(f"/app/common/entity/custjob.nl?id={made}&")


@pytest.mark.rule("execution.audience")
@pytest.mark.parametrize(
    ("settings", "runs"),
    [
        ({"all_roles": True}, True),
        ({"all_roles": False}, False),
        ({"all_roles": False, "roles": ("SALES_CLERK",)}, True),
        ({"all_roles": False, "roles": ("AP_CLERK",)}, False),
        ({"all_roles": False, "all_employees": True}, True),
        ({"all_roles": False, "employees": ("-5",)}, True),
        ({"all_roles": False, "employees": ("99",)}, False),
        ({"all_roles": True, "departments": ("999",)}, False),
        ({"all_roles": True, "status": "TESTING"}, False),
    ],
)
def test_a_user_event_runs_for_its_audience(
    lab: Lab, watch: Watch, settings: dict[str, Any], runs: bool
) -> None:
    script = watch("afterSubmit: () => log.audit('ran', '')", **settings)
    lab.engine.save(
        CLERK,
        {
            "type": "customer",
            "id": None,
            "fields": {"companyname": f"A {uuid.uuid4()}", "subsidiary": "1"},
        },
    )
    assert bool(lab.logged(script)) is runs


@pytest.mark.rule("execution.audience")
def test_all_roles_are_the_internal_ones(lab: Lab, watch: Watch) -> None:
    inside = watch("beforeLoad: () => log.audit('ran', '')", all_roles=True)
    named = watch("beforeLoad: () => log.audit('ran', '')", roles=("SHOPPER",))
    draft = lab.account.load(lab.admin, "customer", customer(lab))
    shopper = replace(CLERK, role="SHOPPER", context="WEBSTORE")
    lab.engine.open_form(shopper, "view", draft, {})
    assert (bool(lab.logged(inside)), bool(lab.logged(named))) == (False, True)


@pytest.mark.rule("execution.run_as_first_script")
def test_run_as_role_counts_for_people_not_for_scripts(lab: Lab, watch: Watch) -> None:
    made = customer(lab)
    script = watch(
        "afterSubmit: () => log.audit('role', runtime.getCurrentUser().roleId)",
        run_as="SALES_CLERK",
    )
    lab.engine.save(lab.admin, lab.account.load(lab.admin, "customer", made))
    lab.run("record.load({ type: 'customer', id: input }).save()", made)
    assert [details.lower() for _, details in lab.logged(script)] == [
        "sales_clerk",
        "administrator",
    ]


@pytest.mark.rule("execution.log_level")
@pytest.mark.parametrize(
    ("level", "written"),
    [("DEBUG", 4), ("AUDIT", 3), ("ERROR", 2), ("EMERGENCY", 1)],
)
def test_rows_below_the_log_level_are_not_written(lab: Lab, level: str, written: int) -> None:
    script = lab.restlet(
        "log.debug('a'); log.audit('b'); log.error('c'); log.emergency('d'); return runtime.getCurrentScript().logLevel",
        log_level=level,
    )
    assert lab.call(script) == level
    assert len(lab.logged(script)) == written
