"""Script types beside RESTlets, user events and tasks; governance and time per type; parameters; who may run."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from lab import Lab

from emulator.errors import EmulatorError
from emulator.ports import Session
from emulator.scripts.governance import LIMITS
from emulator.scripts.schedule import due

CLERK = Session(user=-5, role="SALES_CLERK", context="USERINTERFACE")


def customer(lab: Lab, **fields: Any) -> int:
    draft = {
        "type": "customer",
        "id": None,
        "fields": {"companyname": f"Shop {uuid.uuid4()}", "subsidiary": "1", **fields},
    }
    return lab.engine.save(lab.admin, draft)


def comments(lab: Lab, number: int) -> Any:
    return lab.account.load(lab.admin, "customer", number)["fields"].get("comments")


@pytest.mark.rule("execution.mass_update")
def test_a_mass_update_runs_once_per_record(lab: Lab) -> None:
    script = lab.script(
        "MassUpdateScript",
        """define(['N/record', 'N/runtime', 'N/log'], (record, runtime, log) => ({ each: ({ id, type }) => {
          log.audit('each', [type, runtime.executionContext, runtime.getCurrentScript().getRemainingUsage()].join());
          const found = record.load({ type, id });
          if (found.getValue('comments') === 'bad') throw new Error('no');
          found.setValue('comments', 'done').save();
        } }));""",
        record="customer",
    )
    good, bad = customer(lab), customer(lab, comments="bad")
    told = lab.act(script, {"type": "customer", "ids": [bad, good]})
    assert (told["updated"], list(told["failed"])) == (1, [str(bad)]), told
    assert (comments(lab, good), comments(lab, bad)) == ("done", "bad")
    assert {details for _, details in lab.logged(script)} == {"customer,CUSTOMMASSUPDATE,1000"}


@pytest.mark.rule("execution.workflow_action")
def test_a_workflow_action_changes_the_record_it_is_given(lab: Lab) -> None:
    script = lab.script(
        "WorkflowActionScript",
        """define(['N/runtime'], (runtime) => ({ onAction: ({ newRecord, oldRecord, type, form }) => {
          newRecord.setValue('comments', [runtime.executionContext, type, oldRecord.id === newRecord.id, typeof form].join());
          return 'said';
        } }));""",
        record="customer",
    )
    made = customer(lab)
    assert lab.act(script, {"type": "customer", "id": made})["returned"] == "said"
    assert comments(lab, made) == "WORKFLOW,edit,true,undefined"


@pytest.mark.rule("execution.portlet")
def test_a_portlet_renders_its_rows(lab: Lab) -> None:
    script = lab.script(
        "Portlet",
        """define([], () => ({ render: ({ portlet, column }) => {
          portlet.title = 'Column ' + column;
          portlet.addColumn({ id: 'a', type: 'text', label: 'A' });
          portlet.addRow({ row: { a: 'x' } });
          portlet.addLine({ text: 'more', url: '/x' });
        } }));""",
    )
    portlet = lab.act(script, {"column": 2})["portlet"]
    assert (portlet["title"], portlet["rows"]) == ("Column 2", [{"a": "x"}])
    assert portlet["lines"] == [{"text": "more", "url": "/x", "align": None}]


@pytest.mark.rule("execution.installation")
@pytest.mark.parametrize(
    ("kind", "points", "options", "context"),
    [
        ("SDFInstallationScript", "run", {}, "SDFINSTALLATION"),
        (
            "BundleInstallationScript",
            "beforeUpdate",
            {"point": "beforeUpdate"},
            "BUNDLEINSTALLATION",
        ),
    ],
)
def test_installation_scripts_run_with_their_versions(
    lab: Lab, kind: str, points: str, options: dict[str, Any], context: str
) -> None:
    script = lab.script(
        kind,
        f"""define(['N/log', 'N/runtime'], (log, runtime) => ({{ {points}: (c) => log.audit('ran',
          [c.fromVersion, c.toVersion, runtime.executionContext, runtime.getCurrentScript().getRemainingUsage()].join()) }}));""",
    )
    lab.act(script, {**options, "versions": {"fromVersion": "1.0", "toVersion": "2.0"}})
    assert lab.logged(script) == [("ran", f"1.0,2.0,{context},10000")]


@pytest.mark.rule("execution.never_run")
@pytest.mark.parametrize(
    ("kind", "point"), [("ClientScript", "pageInit"), ("CustomGLPlugin", "customizeGlImpact")]
)
def test_what_never_runs_here_says_why(lab: Lab, kind: str, point: str) -> None:
    script = lab.script(kind, f"define([], () => ({{ {point}: () => 1 }}));")
    with pytest.raises(EmulatorError, match=script.scriptid):
        lab.act(script, {})


@pytest.mark.rule("execution.audience")
def test_other_types_have_audiences_too(lab: Lab) -> None:
    script = lab.script(
        "Portlet", "define([], () => ({ render: () => {} }));", all_roles=False, roles=("AP_CLERK",)
    )
    with lab.netsuite_error("INSUFFICIENT_PERMISSION"):
        lab.act(script, {}, session=CLERK)


@pytest.mark.rule("execution.units")
@pytest.mark.parametrize(
    ("kind", "stage", "units", "seconds"),
    [
        ("Restlet", None, 5_000, 300),
        ("UserEventScript", None, 1_000, 300),
        ("Suitelet", None, 1_000, 300),
        ("Portlet", None, 1_000, 300),
        ("MassUpdateScript", None, 1_000, 300),
        ("WorkflowActionScript", None, 1_000, 300),
        ("ScheduledScript", None, 10_000, 3_600),
        ("SDFInstallationScript", None, 10_000, 3_600),
        ("BundleInstallationScript", None, 10_000, 3_600),
        ("MapReduceScript", "getInputData", 10_000, 3_600),
        ("MapReduceScript", "map", 1_000, 300),
        ("MapReduceScript", "reduce", 5_000, 900),
        ("MapReduceScript", "summarize", 10_000, 3_600),
    ],
)
def test_units_and_seconds_are_the_documented_ones(
    kind: str, stage: str | None, units: int, seconds: float
) -> None:
    limit = LIMITS[kind, stage]
    assert (limit.units, limit.seconds) == (units, seconds)


@pytest.mark.rule("execution.units_enforced")
def test_a_suitelet_out_of_units_is_ended(lab: Lab) -> None:
    script = lab.script(
        "Suitelet",
        """define(['N/record'], (record) => ({ onRequest: ({ response }) => {
          try { for (;;) record.create({ type: 'customer' }); } catch (e) { response.write('caught'); }
        } }));""",
    )
    assert "SSS_USAGE_LIMIT_EXCEEDED" in lab.open(script).body.decode()
    (row,) = lab.usage(script)
    assert row["units"] == 1_000


# --- parameters ---------------------------------------------------------------------------------


@pytest.mark.shows("N/runtime.Script.getParameter")
@pytest.mark.rule("execution.parameter_types")
@pytest.mark.parametrize(
    ("kind", "held", "shown"),
    [
        ("TEXT", "a", "a"),
        ("SELECT", "12", "12"),
        ("MULTISELECT", "1|2", "1\u00052"),
        ("CHECKBOX", True, True),
        ("CHECKBOX", "F", False),
        ("INTEGER", "7", 7),
        ("CURRENCY", 1.5, 1.5),
        ("PERCENT", "12.5%", 12.5),
        ("DATE", "2026-11-24", "2026-11-24T08:00:00.000Z"),
        ("TEXT", None, None),
    ],
)
def test_a_parameter_has_the_type_of_its_field(lab: Lab, kind: str, held: Any, shown: Any) -> None:
    script = lab.restlet(
        "return [runtime.getCurrentScript().getParameter({ name: 'custscript_x' })]",
        params={"custscript_x": {"type": kind, "default": None}},
        values={"custscript_x": held},
    )
    assert lab.call(script, {}) == [shown]


@pytest.mark.rule("execution.parameter_sources")
def test_a_tasks_value_wins_over_the_deployments_and_that_over_the_default(lab: Lab) -> None:
    code = """define(['N/runtime', 'N/log'], (runtime, log) => ({ execute: () =>
      log.audit('p', runtime.getCurrentScript().getParameter('custscript_p')) }));"""
    params = {"custscript_p": {"type": "TEXT", "default": "default"}}
    plain = lab.script("ScheduledScript", code, params=params)
    given = lab.script("ScheduledScript", code, params=params, values={"custscript_p": "deployed"})
    lab.engine.submit_task(lab.admin, plain.scriptid, None, {})
    lab.engine.submit_task(lab.admin, given.scriptid, None, {})
    assert lab.engine.idle(20)
    lab.engine.submit_task(lab.admin, given.scriptid, None, {"custscript_p": "task"})
    assert lab.engine.idle(20)
    assert lab.logged(plain) == [("p", "default")]
    assert lab.logged(given) == [("p", "deployed"), ("p", "task")]


@pytest.mark.rule("execution.parameter_preferences")
def test_a_preference_is_the_users_then_the_companys(lab: Lab) -> None:
    code = "return runtime.getCurrentScript().getParameter('custscript_pref')"
    script = lab.restlet(
        code,
        params={"custscript_pref": {"type": "TEXT", "default": "default", "setting": "USER"}},
        values={"custscript_pref": "ignored"},
    )
    assert lab.call(script, {}) == "default"
    lab.account.set_script_preference("custscript_pref", "company")
    assert lab.call(script, {}) == "company"
    lab.account.set_script_preference("custscript_pref", "mine", lab.admin.user)
    assert lab.call(script, {}) == "mine"


# --- schedules ----------------------------------------------------------------------------------


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.rule("execution.recurrence")
@pytest.mark.parametrize(
    ("recurrence", "runs", "leaves"),
    [
        ({"kind": "single"}, "2026-03-02T10:00", "2026-03-03T10:00"),
        ({"kind": "daily", "everyxdays": "2"}, "2026-03-04T10:00", "2026-03-05T10:00"),
        ({"kind": "daily", "everyweekday": "T"}, "2026-03-06T10:00", "2026-03-07T10:00"),
        (
            {"kind": "weekly", "everyxweeks": "2", "monday": "T"},
            "2026-03-16T10:00",
            "2026-03-09T10:00",
        ),
        ({"kind": "monthly", "everyxmonths": "3"}, "2026-06-02T10:00", "2026-04-02T10:00"),
        (
            {
                "kind": "monthlydayofweek",
                "everyxmonths": "1",
                "dayofweek": "FRIDAY",
                "orderofweek": "LAST",
            },
            "2026-03-27T10:00",
            "2026-03-20T10:00",
        ),
        ({"kind": "yearly"}, "2027-03-02T10:00", "2026-04-02T10:00"),
        (
            {"kind": "yearlydayofweek", "dayofweek": "MONDAY", "orderofweek": "FIRST"},
            "2027-03-01T10:00",
            "2027-03-08T10:00",
        ),
        (
            {"kind": "daily", "everyxdays": "1", "repeat": "PT15M"},
            "2026-03-02T23:45",
            "2026-03-02T09:45",
        ),
    ],
)
def test_every_recurrence_is_due_on_its_days(
    recurrence: dict[str, str], runs: str, leaves: str
) -> None:
    full = {"startdate": "2026-03-02", "starttime": "10:00:00Z", **recurrence}
    second = dt.timedelta(seconds=1)
    assert due(full, moment(runs) - second, moment(runs))
    assert not due(full, moment(leaves) - second, moment(leaves))


@pytest.mark.rule("execution.never_twice")
def test_a_deployment_has_one_unfinished_task(lab: Lab) -> None:
    script = lab.script("ScheduledScript", "define([], () => ({ execute: () => {} }));")
    told = lab.run(
        """const options = { taskType: task.TaskType.SCHEDULED_SCRIPT, scriptId: input[0], deploymentId: input[1] };
        try { for (let i = 0; i < 50; i += 1) task.create(options).submit(); } catch (e) { return e.name; }""",
        [script.scriptid, script.deployments[0].scriptid],
    )
    assert lab.engine.idle(20)
    assert told in ("FAILED_TO_SUBMIT_JOB_REQUEST_1", None)


# --- seen by scripts ----------------------------------------------------------------------------


@pytest.mark.shows(
    "N/url.resolveRecord",
    "N/url.resolveDomain",
    "N/url.format",
    "N/url.resolveTaskLink",
    "N/url.HostType",
)
@pytest.mark.rule("execution.urls")
def test_urls_are_those_of_the_accounts_pages(lab: Lab) -> None:
    told = lab.run(
        """return {
          record: url.resolveRecord({ recordType: 'customer', recordId: 5, isEditMode: true }),
          fresh: url.resolveRecord({ recordType: record.Type.SALES_ORDER }),
          domains: ['APPLICATION', 'RESTLET', 'SUITETALK', 'FORM'].map((key) => url.resolveDomain({ hostType: url.HostType[key] })),
          other: url.resolveDomain({ hostType: url.HostType.APPLICATION, accountId: '99' }),
          format: url.format({ domain: 'https://a.example/x', params: { q: 'a b', n: 1 } }),
          task: url.resolveTaskLink({ id: 'LIST_CUSTJOB' }),
        };"""
    )
    assert told["record"] == "/app/common/entity/custjob.nl?id=5&e=T&compid=1234567_SB1"
    assert told["fresh"] == "/app/accounting/transactions/salesord.nl?compid=1234567_SB1"
    assert told["domains"] == [
        "1234567-sb1.app.netsuite.com",
        "1234567-sb1.restlets.api.netsuite.com",
        "1234567-sb1.suitetalk.api.netsuite.com",
        "1234567-sb1.extforms.netsuite.com",
    ]
    assert told["other"] == "99.app.netsuite.com"
    assert told["format"] == "https://a.example/x?q=a%20b&n=1"
    assert told["task"] == "/app/common/entity/custjoblist.nl"


@pytest.mark.rule("execution.urls")
def test_an_unknown_script_has_no_url(lab: Lab) -> None:
    with lab.refused("SSS_INVALID_SCRIPT_ID_1"):
        lab.run("return url.resolveScript({ scriptId: 'customscript_no', deploymentId: '1' })")


@pytest.mark.shows(
    "N/ui/dialog.alert", "N/portlet.refresh", "N/workflow.initiate", "N/ui/message.Message.show"
)
@pytest.mark.rule("execution.client_only")
@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("dialog.alert({ title: 'x' })", "N/ui/dialog.alert"),
        ("portlet.refresh()", "N/portlet.refresh"),
        ("message.create({ type: message.Type.ERROR, message: 'x' }).show()", "Message.show"),
        (
            "workflow.initiate({ recordType: 'customer', recordId: 1, workflowId: 'customworkflow_x' })",
            "customworkflow_x",
        ),
    ],
)
def test_what_needs_a_browser_or_a_workflow_is_refused_by_name(
    lab: Lab, code: str, word: str
) -> None:
    with lab.refused("EMULATOR_UNSUPPORTED", word):
        lab.run(code)


@pytest.mark.shows(
    "N/ui/serverWidget.Form.addTab",
    "N/ui/serverWidget.Sublist.setSublistValue",
    "N/ui/serverWidget.Form.addSublist",
)
@pytest.mark.rule("execution.widget_errors")
@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("form.addField({ id: 'custpage_a', label: 'A' })", "SSS_MISSING_REQD_ARGUMENT"),
        ("form.addField({ id: 'custpage_a', label: 'A', type: 'colour' })", "SSS_INVALID_TYPE_ARG"),
        (
            "form.addField({ id: 'Has Blank', label: 'A', type: 'text' })",
            "SSS_INVALID_UI_ELEMENT_ID",
        ),
        (
            "form.addTab({ id: 'custpage_t', label: 'A' }); form.addTab({ id: 'custpage_t', label: 'B' })",
            "SSS_DUPLICATE_UI_ELEMENT_ID",
        ),
        (
            "form.addSublist({ id: 'custpage_s', label: 'S', type: 'list' }).setSublistValue({ id: 'no', line: 0, value: '1' })",
            "SSS_INVALID_UI_ELEMENT_ID",
        ),
    ],
)
def test_a_wrong_part_of_a_page_is_refused(lab: Lab, code: str, name: str) -> None:
    with lab.refused(name):
        lab.run(f"const form = serverWidget.createForm({{ title: 'x' }}); {code}")


@pytest.mark.shows(
    "N/ui/serverWidget.Field.getSelectOptions", "N/ui/serverWidget.Field.addSelectOption"
)
@pytest.mark.rule("execution.select_options")
def test_options_are_a_fields_own_or_its_sources(lab: Lab) -> None:
    told = lab.run(
        """const form = serverWidget.createForm({ title: 'x' });
        const own = form.addField({ id: 'custpage_a', label: 'A', type: 'select' });
        own.addSelectOption({ value: '1', text: 'Red' });
        own.addSelectOption({ value: '2', text: 'Blue' });
        const sourced = form.addField({ id: 'custpage_b', label: 'B', type: 'select', source: 'currency' });
        return [own.getSelectOptions({ filter: 'bl', filteroperator: 'startswith' }), sourced.getSelectOptions().length > 1];"""
    )
    assert told == [[{"value": "2", "text": "Blue"}], True]
