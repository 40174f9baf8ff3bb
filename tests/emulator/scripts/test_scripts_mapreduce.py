"""Map/reduce and scheduled scripts: stages, errors, retries, the queue, schedules."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from emulator.ports import Session
from emulator.scripts.schedule import due

ADMIN = Session(6, "ADMINISTRATOR", "USERINTERFACE")
USE = "['N/record', 'N/log', 'N/query', 'N/runtime', 'N/task', 'N/file', 'N/cache'], (record, log, query, runtime, task, file, cache)"
TELL = """
  const list = (container) => { const all = []; container.iterator().each((...row) => { all.push(row); return true; }); return all; };
  const summarize = (s) => log.audit('summary', JSON.stringify({
    output: list(s.output), mapErrors: list(s.mapSummary.errors).map(([key, e, no]) => [key, JSON.parse(e).name, JSON.parse(e).message, no]),
    reduceErrors: list(s.reduceSummary.errors).map(([key, e]) => [key, JSON.parse(e).name]), keys: list(s.mapSummary.keys),
    input: s.inputSummary.error, usage: s.usage, mapUsage: s.mapSummary.usage, restarted: s.isRestarted, dated: s.dateCreated instanceof Date,
  }));
"""


def run(
    lab,
    body: str,
    *,
    params: dict[str, Any] | None = None,
    session: Session = ADMIN,
    **settings: Any,
):
    """Deploy, submit, wait; the script and what summarize saw."""
    script = lab.script("MapReduceScript", f"define({USE} => {{ {TELL} {body} }});", **settings)
    lab.engine.submit_task(session, script.scriptid, None, params or {})
    assert lab.engine.idle(20)
    told = [json.loads(details) for title, details in lab.logged(script) if title == "summary"]
    return script, told[-1] if told else None


def test_map_shuffle_and_reduce_bring_values_together_by_key(lab) -> None:
    _, summary = run(
        lab,
        """return { summarize,
          getInputData: () => ['a b', 'b c', 'b'],
          map: (c) => c.value.split(' ').forEach((word) => c.write({ key: word, value: { from: c.key } })),
          reduce: (c) => c.write(c.key, c.values.map((v) => JSON.parse(v).from).sort().join('')) };""",
    )
    assert sorted(summary["output"]) == [["a", "0"], ["b", "012"], ["c", "1"]]
    assert (summary["mapErrors"], summary["input"], summary["restarted"], summary["dated"]) == (
        [],
        None,
        False,
        True,
    )


@pytest.mark.parametrize(
    ("returned", "pairs"),
    [
        ("['x', 7, { a: 1 }]", [["0", "x"], ["1", "7"], ["2", '{"a":1}']]),
        ("({ k: 'v', n: [1] })", [["k", "v"], ["n", "[1]"]]),
        ("null", []),
        (
            "({ type: 'suiteql', query: 'SELECT id FROM subsidiary WHERE id = ?', params: [1] })",
            [["0", '{"values":[1]}']],
        ),
        (
            "query.runSuiteQL({ query: 'SELECT id FROM subsidiary WHERE id = 1' })",
            [["0", '{"types":["INTEGER"],"values":[1]}']],
        ),
        ("file.load({ id: '/SuiteScripts/lab_in/two.txt' })", [["0", "erste"], ["1", "zweite"]]),
        (
            "({ type: 'file', id: '/SuiteScripts/lab_in/two.txt' })",
            [["0", "erste"], ["1", "zweite"]],
        ),
    ],
)
def test_input_comes_in_every_form(lab, returned, pairs) -> None:
    lab.account.files.write("/SuiteScripts/lab_in/two.txt", "erste\nzweite\n")
    _, summary = run(
        lab,
        f"return {{ summarize, getInputData: () => {returned}, map: (c) => c.write(c.key, c.value) }};",
    )
    assert sorted(summary["output"]) == pairs


def test_reduce_alone_takes_the_input(lab) -> None:
    _, summary = run(
        lab,
        "return { summarize, getInputData: () => ({ a: 1, b: 2 }), reduce: (c) => c.write(c.key, c.values.length) };",
    )
    assert summary["output"] == [["a", "1"], ["b", "1"]]


def test_one_keys_error_is_reported_and_the_others_go_on(lab) -> None:
    script, summary = run(
        lab,
        """return { summarize, getInputData: () => [1, 2, 3],
          map: (c) => { if (c.value === '2') throw { name: 'BAD_TWO', message: 'no twos' }; c.write(c.key, c.value); } };""",
    )
    assert summary["output"] == [["0", "1"], ["2", "3"]]
    assert summary["mapErrors"] == [["1", "BAD_TWO", "no twos", 1]]
    assert sorted(summary["keys"]) == [
        ["0", 1, "COMPLETE"],
        ["1", 1, "FAILED"],
        ["2", 1, "COMPLETE"],
    ]
    assert [row["stage"] for row in lab.usage(script)].count("map") == 3


def test_retry_count_runs_a_failed_key_again(lab) -> None:
    _, summary = run(
        lab,
        """return { config: { retryCount: 2 }, summarize, getInputData: () => ['x'],
          map: (c) => { if (c.executionNo < 3) throw new Error('not yet'); c.write(String(c.isRestarted), c.executionNo); } };""",
    )
    assert summary["output"] == [["true", "3"]]
    assert [row[3] for row in summary["mapErrors"]] == [1, 2]


def test_exit_on_error_goes_to_summarize(lab) -> None:
    script, summary = run(
        lab,
        """return { config: { exitOnError: true }, summarize, getInputData: () => [1, 2, 3, 4, 5, 6],
          map: (c) => { throw new Error('stop'); }, reduce: () => {} };""",
        concurrency=1,
    )
    stages = [row["stage"] for row in lab.usage(script)]
    assert stages.count("map") < 6
    assert (stages.count("reduce"), stages[-1]) == (0, "summarize")
    assert summary["mapErrors"]


def test_an_error_in_the_input_goes_to_summarize(lab) -> None:
    script, summary = run(
        lab,
        "return { summarize, getInputData: () => { throw { name: 'NO_INPUT', message: 'm' }; }, map: () => {} };",
    )
    assert json.loads(summary["input"])["name"] == "NO_INPUT"
    assert [row["stage"] for row in lab.usage(script)] == ["getInputData", "summarize"]


def test_a_key_over_3000_characters_is_refused(lab) -> None:
    _, summary = run(
        lab,
        "return { summarize, getInputData: () => [1], map: (c) => c.write('k'.repeat(3001), 1) };",
    )
    assert summary["mapErrors"][0][1] == "KEY_LENGTH_IS_OVER_3000_BYTES"


def test_each_invocation_has_units_of_its_own(lab) -> None:
    script, summary = run(
        lab,
        """const left = () => runtime.getCurrentScript().getRemainingUsage();
        const work = (c) => { record.load({ type: 'customer', id: 1001 }); c.write(c.key, left()); };
        return { summarize, getInputData: () => [1, 2], map: work, reduce: (c) => c.write(c.key, c.values[0] + ' ' + left()) };""",
    )
    assert summary["output"] == [["0", "995 5000"], ["1", "995 5000"]]
    assert (summary["usage"], summary["mapUsage"]) == (10, 10)
    assert {row["context"] for row in lab.usage(script)} == {"MAPREDUCE"}


def test_it_runs_as_its_caller_with_the_tasks_parameters(lab) -> None:
    lab.role("customrole_lab_mr", {})
    _, summary = run(
        lab,
        """return { summarize, getInputData: () => [1],
          map: (c) => c.write(runtime.getCurrentUser().roleId, runtime.getCurrentScript().getParameter({ name: 'custscript_job' })) };""",
        params={"custscript_job": "j1"},
        session=Session(8, "customrole_lab_mr", "RESTLET"),
    )
    assert summary["output"] == [["customrole_lab_mr", "j1"]]


# ---- submitting


SUBMIT = """const made = task.create({ taskType: task.TaskType[input.type], scriptId: input.script, deploymentId: input.deploy, params: {} });
  const id = made.submit(); return { id, status: task.checkStatus({ taskId: id }).status, left: runtime.getCurrentScript().getRemainingUsage() };"""
IDLE = "return { getInputData: () => [], map: () => {}, summarize: () => {} };"


def sleeper(lab, **settings: Any):
    """A map/reduce that runs until a public cache holds `go`."""
    return lab.script(
        "MapReduceScript",
        f"""define({USE} => {{ return {{ getInputData: () => {{
          const shelf = cache.getCache({{ name: 'go', scope: cache.Scope.PUBLIC }});
          while (!shelf.get({{ key: 'go' }}) && runtime.getCurrentScript().getRemainingUsage() > 10);
        }}, map: () => {{}}, summarize: () => {{}} }}; }});""",
        **settings,
    )


def test_a_script_submits_a_task_for_20_units(lab) -> None:
    script = lab.script("MapReduceScript", f"define({USE} => {{ {IDLE} }});")
    answer = lab.run(SUBMIT, {"type": "MAP_REDUCE", "script": script.scriptid})
    assert answer["left"] == 4980
    assert lab.engine.idle(20)
    status = lab.engine.task_status(answer["id"])
    assert (status["status"], status["stage"], status["scriptId"]) == (
        "COMPLETE",
        "SUMMARIZE",
        script.scriptid,
    )


def test_one_unfinished_task_per_deployment(lab) -> None:
    script = sleeper(lab, deployments=2)
    for number, deploy in enumerate(script.deployments):
        lab.engine.submit_task(ADMIN, script.scriptid, deploy.scriptid if number else None, {})
    with lab.refused("MAP_REDUCE_ALREADY_RUNNING"):
        lab.run(
            SUBMIT,
            {
                "type": "MAP_REDUCE",
                "script": script.scriptid,
                "deploy": script.deployments[0].scriptid,
            },
        )
    with lab.refused("NO_DEPLOYMENTS_AVAILABLE"):
        lab.run(SUBMIT, {"type": "MAP_REDUCE", "script": script.scriptid})
    lab.run(
        "cache.getCache({ name: 'go', scope: cache.Scope.PUBLIC }).put({ key: 'go', value: '1' });"
    )
    assert lab.engine.idle(30)


def test_a_task_that_submits_itself_runs_once_more_after_its_end(lab) -> None:
    """The platform queues it behind the run that asked, and tells no task id (help topic "Submitting an
    On-Demand Map/Reduce Script Instance from a Script")."""
    script, _ = run(
        lab,
        """return { getInputData: () => [], map: () => {}, summarize: () => {
          const shelf = cache.getCache({ name: 'again' });
          const runs = Number(shelf.get({ key: 'runs' }) || 0) + 1; shelf.put({ key: 'runs', value: String(runs) });
          const { id, deploymentId } = runtime.getCurrentScript();
          if (runs < 3) log.audit('id', String(task.create({ taskType: 'MAP_REDUCE', scriptId: id, deploymentId }).submit()));
          else log.audit('runs', String(runs)); } };""",
    )
    assert lab.logged(script) == [("id", "null"), ("id", "null"), ("runs", "3")]


@pytest.mark.parametrize(
    ("permissions", "allowed"),
    [
        ({"ADMI_CUSTOMSCRIPT": "VIEW"}, False),
        ({"SUITESCRIPT_SCHEDULING": "FULL"}, False),
        ({"ADMI_CUSTOMSCRIPT": "VIEW", "SUITESCRIPT_SCHEDULING": "FULL"}, True),
    ],
)
def test_submitting_needs_suitescript_and_suitescript_scheduling(lab, permissions, allowed) -> None:
    role = lab.role(
        f"customrole_lab_submitter_{len(permissions)}{min(permissions)[:2].lower()}", {}
    )
    for name, level in permissions.items():
        lab.account.grant(role, name, level)
    script = lab.script("ScheduledScript", "define([], () => ({ execute: () => {} }));")
    call = lab.restlet(SUBMIT)
    body = {"type": "SCHEDULED_SCRIPT", "script": script.scriptid}
    if allowed:
        assert lab.call(call, body, session=Session(8, role, "RESTLET"))["id"]
    else:
        with lab.refused("INSUFFICIENT_PERMISSION"):
            lab.call(call, body, session=Session(8, role, "RESTLET"))
    assert lab.engine.idle(20)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"status": "SCHEDULED"}, "FAILED_TO_SUBMIT_JOB_REQUEST_1"),
        ({"deployed": False}, "INVALID_DEPLOYMENT_ID"),
    ],
)
def test_only_deployments_on_demand_are_submitted(lab, settings, code) -> None:
    script = lab.script("ScheduledScript", "define([], () => ({ execute: () => {} }));", **settings)
    body = {
        "type": "SCHEDULED_SCRIPT",
        "script": script.scriptid,
        "deploy": script.deployments[0].scriptid,
    }
    with lab.refused(code):
        lab.run(SUBMIT, body)


def test_a_task_whose_script_fails_is_failed(lab) -> None:
    script = lab.script(
        "ScheduledScript", "define([], () => ({ execute: () => { throw { name: 'OUCH' }; } }));"
    )
    task = lab.engine.submit_task(ADMIN, script.scriptid, None, {})
    assert lab.engine.idle(20)
    assert lab.engine.task_status(task)["status"] == "FAILED"
    assert lab.engine.task_status(task)["error"]["code"] == "OUCH"


# ---- schedules


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


QUARTERS = {
    "kind": "daily",
    "startdate": "2026-01-01",
    "starttime": "00:00:00Z",
    "everyxdays": "1",
    "repeat": "PT15M",
}


@pytest.mark.parametrize(
    ("recurrence", "since", "until", "runs"),
    [
        (QUARTERS, "2026-03-01T10:01", "2026-03-01T10:14", False),
        (QUARTERS, "2026-03-01T10:01", "2026-03-01T10:15", True),
        (QUARTERS, "2026-03-01T10:15", "2026-03-01T10:16", False),
        (QUARTERS, "2026-03-01T23:50", "2026-03-02T00:00", True),
        (QUARTERS, "2025-12-31T00:00", "2025-12-31T23:59", False),
        ({**QUARTERS, "enddate": "2026-02-01"}, "2026-03-01T10:01", "2026-03-01T11:00", False),
        ({"kind": "daily", "startdate": "2026-01-01", "starttime": "02:30:00Z", "everyxdays": "2"}, "2026-01-02T00:00", "2026-01-02T23:59", False),
        ({"kind": "daily", "startdate": "2026-01-01", "starttime": "02:30:00Z", "everyxdays": "2"}, "2026-01-03T02:29", "2026-01-03T02:30", True),
        ({"kind": "single", "startdate": "2026-01-05", "starttime": "02:30:00Z"}, "2026-01-01T00:00", "2026-01-06T00:00", True),
        ({"kind": "weekly", "startdate": "2026-01-01", "starttime": "01:00:00Z", "everyxweeks": "1", "tuesday": "T"}, "2026-01-06T00:30", "2026-01-06T01:30", True),
        ({"kind": "weekly", "startdate": "2026-01-01", "starttime": "01:00:00Z", "everyxweeks": "1", "tuesday": "T"}, "2026-01-07T00:30", "2026-01-08T01:30", False),
        ({"kind": "daily", "everyweekday": "T", "startdate": "2026-01-01", "starttime": "01:00:00Z"}, "2026-01-03T00:00", "2026-01-04T23:00", False),
        ({"kind": "monthly", "everyxmonths": "2", "startdate": "2026-01-15", "starttime": "01:00:00Z"}, "2026-02-14T00:00", "2026-03-14T00:00", False),
        ({"kind": "monthly", "everyxmonths": "2", "startdate": "2026-01-15", "starttime": "01:00:00Z"}, "2026-03-14T00:00", "2026-03-16T00:00", True),
        ({"kind": "monthlydayofweek", "dayofweek": "MONDAY", "orderofweek": "LAST", "everyxmonths": "1", "startdate": "2026-01-01", "starttime": "01:00:00Z"}, "2026-03-30T00:00", "2026-03-30T02:00", True),
        ({"kind": "monthlydayofweek", "dayofweek": "MONDAY", "orderofweek": "FIRST", "everyxmonths": "1", "startdate": "2026-01-01", "starttime": "01:00:00Z"}, "2026-03-08T00:00", "2026-03-31T00:00", False),
        ({"kind": "yearly", "startdate": "2026-05-01", "starttime": "01:00:00Z"}, "2027-04-30T00:00", "2027-05-01T02:00", True),
    ],
)  # fmt: skip
def test_a_run_is_due_when_its_time_lies_between_two_looks(recurrence, since, until, runs) -> None:
    assert due(recurrence, at(since), at(until)) is runs


def test_the_accounts_clock_starts_what_is_due_once(lab) -> None:
    script = lab.script(
        "ScheduledScript",
        """define(['N/log', 'N/runtime'], (log, runtime) => ({ execute: (c) => {
          log.audit(c.type === c.InvocationType.SCHEDULED, runtime.getCurrentUser().id + ' ' + runtime.executionContext); } }));""",
        status="SCHEDULED",
        recurrence=QUARTERS,
    )
    lab.engine.tick()
    assert lab.engine.idle(20)
    before = len(lab.usage(script))
    lab.account.advance(15 * 60)
    try:
        lab.engine.tick()
        assert lab.engine.idle(20)
        lab.engine.tick()
        assert lab.engine.idle(20)
    finally:
        lab.account.advance(-15 * 60)
        lab.disable(script)
    assert len(lab.usage(script)) == before + 1
    assert lab.logged(script)[-1] == ("true", "-4 SCHEDULED")
