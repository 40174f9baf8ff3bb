"""Map/reduce: soft and hard limits, restarts, what its status and its summary tell; scheduled scripts after a restart."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lab import Lab

from emulator.scripts import mapreduce, progress

TELL = """
  const list = (container) => { const all = []; container.iterator().each((...row) => { all.push(row); return true; }); return all; };
  const names = (container) => list(container).map(([key, text, no]) => [key, JSON.parse(text).name, no]);
  const summarize = (s) => log.audit('summary', JSON.stringify({
    output: list(s.output), yields: s.yields, mapYields: s.mapSummary.yields, keys: list(s.mapSummary.keys),
    mapErrors: names(s.mapSummary.errors), reduceErrors: names(s.reduceSummary.errors), input: s.inputSummary.error,
    restarted: s.isRestarted, concurrency: s.concurrency,
  }));
"""


def deploy(lab: Lab, body: str, **settings: Any):
    return lab.script(
        "MapReduceScript",
        f"define(['N/log', 'N/runtime', 'N/record', 'N/file', 'N/cache'], (log, runtime, record, file, cache) => {{ {TELL} {body} }});",
        **settings,
    )


def run(lab: Lab, script) -> dict[str, Any]:
    lab.engine.submit_task(lab.admin, script.scriptid, None, {})
    assert lab.engine.idle(30)
    told = [json.loads(details) for title, details in lab.logged(script) if title == "summary"]
    return dict(told[-1])


ECHO = "getInputData: () => ['a', 'b', 'c'], map: (c) => c.write(c.value, [c.isRestarted, c.executionNo]), summarize"


@pytest.mark.rule("execution.mapreduce_restart")
def test_a_restart_runs_the_pair_again_and_says_so(lab: Lab) -> None:
    script = deploy(lab, f"return {{ {ECHO} }};", concurrency=1)
    lab.engine.interrupt(script.scriptid, "map")
    summary = run(lab, script)
    seen = {key: json.loads(value) for key, value in summary["output"]}
    assert seen == {"a": [True, 2], "b": [False, 1], "c": [False, 1]}
    assert summary["mapErrors"] == [["0", "SSS_APP_SERVER_RESTART", 1]]


@pytest.mark.rule("execution.mapreduce_buffer")
def test_a_restart_runs_the_whole_buffer_again(lab: Lab) -> None:
    script = deploy(
        lab,
        """return { getInputData: () => ['a', 'b', 'c'], summarize, map: (c) => {
          const calls = cache.getCache({ name: 'calls' });
          const count = Number(calls.get({ key: 'n' }) || 0) + 1;
          calls.put({ key: 'n', value: String(count) });
          c.write(c.value, c.executionNo);
        } };""",
        concurrency=1,
        buffer_size=3,
    )
    lab.engine.interrupt(script.scriptid, "map")
    summary = run(lab, script)
    assert dict(summary["output"]) == {"a": "2", "b": "1", "c": "1"}


@pytest.mark.rule("execution.mapreduce_restart")
def test_with_retry_count_a_pair_is_given_up_in_the_end(lab: Lab) -> None:
    script = deploy(lab, f"return {{ config: {{ retryCount: 1 }}, {ECHO} }};", concurrency=1)
    lab.engine.interrupt(script.scriptid, "map", 2)
    summary = run(lab, script)
    assert sorted(key for key, _ in summary["output"]) == ["b", "c"]
    assert ["0", 2, "FAILED"] in summary["keys"]


@pytest.mark.rule("execution.mapreduce_restart")
def test_input_and_summary_are_restarted_too(lab: Lab) -> None:
    script = deploy(
        lab,
        "return { getInputData: (c) => [String(c.isRestarted)], map: (c) => c.write(c.value, ''), summarize };",
    )
    lab.engine.interrupt(script.scriptid, "getInputData")
    lab.engine.interrupt(script.scriptid, "summarize")
    summary = run(lab, script)
    assert summary["output"] == [["true", ""]]
    assert summary["restarted"] is True


@pytest.mark.rule("execution.mapreduce_yield")
def test_a_job_yields_after_ten_thousand_units(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapreduce, "JOB_UNITS", 20)
    script = deploy(
        lab,
        """return { getInputData: () => [1, 2, 3, 4], summarize, map: () => {
          for (let i = 0; i < 3; i += 1) record.create({ type: 'customer' }); } };""",
        concurrency=1,
    )
    summary = run(lab, script)
    assert (summary["yields"], summary["mapYields"]) == (
        2,
        2,
    )  # 15 units each: after every second pair


@pytest.mark.rule("execution.mapreduce_persisted")
def test_too_much_persisted_data_leads_to_summarize(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PERSISTED_BYTES", 5_000)
    script = deploy(
        lab,
        """return { getInputData: () => ['a', 'b', 'c', 'd'], summarize, reduce: () => { log.audit('reduce', ''); },
          map: (c) => c.write(c.value, 'x'.repeat(2000)) };""",
        concurrency=1,
    )
    summary = run(lab, script)
    assert json.loads(summary["input"])["name"] == (
        "PERSISTED_DATA_LIMIT_FOR_MAPREDUCE_SCRIPT_EXCEEDED"
    )
    assert not [title for title, _ in lab.logged(script) if title == "reduce"]


@pytest.mark.rule("execution.mapreduce_persisted")
def test_what_is_processed_is_no_longer_persisted(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PERSISTED_BYTES", 5_000)
    script = deploy(
        lab,
        """return { getInputData: () => ['a', 'b'], summarize, map: (c) => c.write(c.value, 'x'.repeat(2000)),
          reduce: (c) => c.write(c.key, c.values[0].length) };""",
        concurrency=1,
    )
    summary = run(lab, script)
    assert summary["input"] is None
    assert [value for _, value in summary["output"]] == ["2000", "2000"]


@pytest.mark.shows(
    "N/task.create",
    "N/task.checkStatus",
    "N/task.MapReduceScriptTask.submit",
    "N/task.MapReduceScriptTaskStatus.getTotalMapCount",
    "N/task.MapReduceScriptTaskStatus.getPendingMapCount",
    "N/task.MapReduceScriptTaskStatus.getPendingMapSize",
    "N/task.MapReduceScriptTaskStatus.getTotalReduceCount",
    "N/task.MapReduceScriptTaskStatus.getPendingReduceCount",
    "N/task.MapReduceScriptTaskStatus.getPendingReduceSize",
    "N/task.MapReduceScriptTaskStatus.getTotalOutputCount",
    "N/task.MapReduceScriptTaskStatus.getPendingOutputCount",
    "N/task.MapReduceScriptTaskStatus.getPendingOutputSize",
    "N/task.MapReduceScriptTaskStatus.getCurrentTotalSize",
    "N/task.MapReduceScriptTaskStatus.getPercentageCompleted",
)
@pytest.mark.rule("execution.task_status")
def test_a_tasks_status_measures_what_is_left(lab: Lab) -> None:
    script = deploy(
        lab,
        """return { getInputData: () => ['aa', 'bb', 'cc'], summarize, map: (c) => c.write('k', c.value),
          reduce: (c) => c.write('out', c.values.join('')) };""",
    )
    task = lab.run(
        "return task.create({ taskType: task.TaskType.MAP_REDUCE, scriptId: input }).submit()",
        script.scriptid,
    )
    assert lab.engine.idle(30)
    told = lab.run(
        """const left = () => runtime.getCurrentScript().getRemainingUsage();
        const start = left();
        const s = task.checkStatus({ taskId: input });
        const free = left();
        const counts = [s.getTotalMapCount(), s.getPendingMapCount(), s.getTotalReduceCount(), s.getPendingReduceCount(),
          s.getTotalOutputCount(), s.getPendingOutputCount()];
        const counted = left();
        const sizes = [s.getPendingMapSize(), s.getPendingReduceSize(), s.getPendingOutputSize(), s.getCurrentTotalSize()];
        return { status: s.status, counts, sizes, units: [start - free, free - counted, counted - left()], share: s.getPercentageCompleted() };""",
        task,
    )
    assert told["status"] == "COMPLETE"
    assert told["counts"] == [3, 0, 1, 0, 1, 1]
    assert told["sizes"] == [0, 0, 9, 9]
    assert told["units"] == [0, 60, 100]


@pytest.mark.rule("execution.mapreduce_iterators")
def test_an_iterator_goes_on_only_while_it_is_told_true(lab: Lab) -> None:
    script = deploy(
        lab,
        """return { getInputData: () => [1, 2, 3], map: (c) => c.write(c.key, ''),
          summarize: (s) => { let seen = 0; s.output.iterator().each(() => { seen += 1; });
            log.audit('summary', JSON.stringify({ seen })); } };""",
    )
    assert run(lab, script) == {"seen": 1}


@pytest.mark.rule("execution.mapreduce_input")
@pytest.mark.parametrize(
    ("input_", "pairs"),
    [
        (
            "[1, 'two', { three: 3 }, null]",
            [["0", "1"], ["1", "two"], ["2", '{"three":3}'], ["3", "null"]],
        ),
        ("({ a: 1, b: [2] })", [["a", "1"], ["b", "[2]"]]),
        (
            "file.create({ name: 'x.txt', fileType: 'PLAINTEXT', contents: 'one\\ntwo' })",
            [["0", "one"], ["1", "two"]],
        ),
    ],
)
def test_values_are_text_in_every_stage(lab: Lab, input_: str, pairs: list[list[str]]) -> None:
    script = deploy(
        lab,
        f"return {{ getInputData: () => {input_}, map: (c) => c.write(c.key, c.value), summarize }};",
    )
    assert sorted(run(lab, script)["output"]) == pairs


@pytest.mark.shows("N/task.ScheduledScriptTask.submit")
@pytest.mark.rule("execution.scheduled_aborted")
def test_a_scheduled_script_runs_again_after_a_restart(lab: Lab) -> None:
    script = lab.script(
        "ScheduledScript",
        """define(['N/log'], (log) => ({ execute: (c) => log.audit('type', c.type) }));""",
    )
    lab.engine.interrupt(script.scriptid)
    lab.run(
        "return task.create({ taskType: task.TaskType.SCHEDULED_SCRIPT, scriptId: input }).submit()",
        script.scriptid,
    )
    assert lab.engine.idle(30)
    assert [details for _, details in lab.logged(script)] == ["ON_DEMAND", "ABORTED"]
