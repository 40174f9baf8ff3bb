"""What entry points are handed, and what scripts ask about themselves."""

from __future__ import annotations

import json

import pytest
from lab import Lab


@pytest.mark.shows(
    "UserEventScript.newRecord",
    "UserEventScript.oldRecord",
    "UserEventScript.UserEventType",
)
def test_a_user_event_sees_the_record_before_and_after(lab: Lab) -> None:
    event = lab.script(
        "UserEventScript",
        """define(['N/log'], (log) => ({ afterSubmit: (context) => {
          const { UserEventType, type, newRecord, oldRecord } = context;
          const name = (record) => record && record.getValue({ fieldId: 'title' });
          log.debug(Object.keys(UserEventType).find((key) => UserEventType[key] === type),
            [name(oldRecord), name(newRecord)].join('|'));
        } }));""",
        record="task",
    )
    lab.run(
        """const made = record.create({ type: 'task' });
        made.setValue({ fieldId: 'title', value: 'first' });
        const id = made.save();
        const again = record.load({ type: 'task', id });
        again.setValue({ fieldId: 'title', value: 'second' });
        again.save();"""
    )
    lab.disable(event)
    assert lab.logged(event) == [
        ("CREATE", "|first"),
        ("EDIT", "first|second"),
    ]


@pytest.mark.shows(
    "MapReduceScript.write",
    "MapReduceScript.iterator",
    "MapReduceScript.mapSummary",
    "MapReduceScript.reduceSummary",
    "MapReduceScript.inputSummary",
    "MapReduceScript.isRestarted",
)
def test_a_map_reduce_script_hands_on_values_and_sums_up(lab: Lab) -> None:
    script = lab.script(
        "MapReduceScript",
        """define(['N/log'], (log) => ({
          getInputData: () => [1, 2, 3, 'wrong'],
          map: (context) => {
            if (context.value === 'wrong') throw new Error('no number');
            context.write({ key: context.value % 2 ? 'odd' : 'even', value: context.value });
          },
          reduce: (context) => context.write({ key: context.key, value: context.values.length }),
          summarize: (summary) => {
            const found = {};
            summary.output.iterator().each((key, value) => { found[key] = Number(value); return true; });
            const failed = [];
            summary.mapSummary.errors.iterator().each((key) => { failed.push(key); return true; });
            const keys = [];
            summary.reduceSummary.keys.iterator().each((key) => { keys.push(key); return true; });
            log.audit('sum', JSON.stringify({ found, failed, keys: keys.sort(),
              input: summary.inputSummary.error, restarted: summary.isRestarted }));
          },
        }));""",
    )
    lab.engine.submit_task(lab.admin, script.scriptid, None, {})
    assert lab.engine.idle(60)
    (details,) = [details for title, details in lab.logged(script) if title == "sum"]
    found = json.loads(details)
    assert found["found"] == {"even": 1, "odd": 2}
    assert found["failed"] == ["3"]
    assert found["keys"] == ["even", "odd"]
    assert not found["input"] and found["restarted"] is False


@pytest.mark.shows(
    "N/runtime.getCurrentScript",
    "N/runtime.Script.getRemainingUsage",
    "N/runtime.executionContext",
    "N/runtime.ContextType",
    "N/runtime.envType",
    "N/runtime.EnvType",
)
def test_a_script_knows_what_it_may_still_use_and_where_it_runs(lab: Lab) -> None:
    before, after, context, environment = lab.run(
        """const script = runtime.getCurrentScript();
        const before = script.getRemainingUsage();
        record.load({ type: 'subsidiary', id: 1 });
        return [before, script.getRemainingUsage(),
          runtime.executionContext === runtime.ContextType.RESTLET,
          runtime.envType === runtime.EnvType.PRODUCTION || runtime.envType === runtime.EnvType.SANDBOX];"""
    )
    assert (before, after) == (5000, 4995)
    assert context and environment


@pytest.mark.shows(
    "N/query.ResultSet.asMappedResults",
    "N/query.Result.asMap",
    "N/query.runSuiteQL",
    "N/query.runSuiteQLPaged",
)
def test_suiteql_rows_are_objects_by_column(lab: Lab) -> None:
    rows, first, pages = lab.run(
        """const sql = 'SELECT id, name FROM subsidiary WHERE id = 1';
        const found = query.runSuiteQL({ query: sql });
        const paged = query.runSuiteQLPaged({ query: 'SELECT id FROM currency', pageSize: 5 });
        return [found.asMappedResults(), found.results[0].asMap(),
          paged.pageRanges.map(({ index }) => paged.fetch({ index }).data.results.length)];"""
    )
    assert rows == [first]
    assert first["id"] == 1 and first["name"]
    assert sum(pages) >= 1


@pytest.mark.shows("N/encode.convert", "N/encode.Encoding")
def test_text_is_encoded(lab: Lab) -> None:
    assert (
        lab.run(
            "const { UTF_8, BASE_64 } = encode.Encoding;"
            "return encode.convert({ string: 'Größe', inputEncoding: UTF_8, outputEncoding: BASE_64 })"
        )
        == "R3LDtsOfZQ=="
    )


@pytest.mark.shows("N/cache.getCache", "N/cache.Scope", "N/cache.Cache.get", "N/cache.Cache.put")
def test_a_cache_keeps_what_was_put(lab: Lab) -> None:
    lab.run(
        "cache.getCache({ name: 'lab', scope: cache.Scope.PUBLIC }).put({ key: 'a', value: 'kept' })"
    )
    assert (
        lab.run(
            "return cache.getCache({ name: 'lab', scope: cache.Scope.PUBLIC }).get({ key: 'a' })"
        )
        == "kept"
    )


@pytest.mark.shows("N/task.TaskType", "N/task.TaskStatus", "N/task.create", "N/task.checkStatus")
def test_a_task_that_was_submitted_completes(lab: Lab) -> None:
    script = lab.script("ScheduledScript", "define([], () => ({ execute: () => {} }));")
    task = lab.run(
        "return task.create({ taskType: task.TaskType.SCHEDULED_SCRIPT, scriptId: input }).submit()",
        script.scriptid,
    )
    assert lab.engine.idle(60)
    assert lab.run(
        "return task.checkStatus({ taskId: input }).status === task.TaskStatus.COMPLETE", task
    )


@pytest.mark.shows("N/record.load.promise", "N/record.create.promise")
def test_promise_forms_give_the_same(lab: Lab) -> None:
    script = lab.script(
        "Restlet",
        """define(['N/record'], (record) => ({ post: async () => {
          const made = await record.create.promise({ type: 'task' });
          const loaded = await record.load.promise({ type: 'subsidiary', id: 1 });
          return [made.type, loaded.id];
        } }));""",
    )
    kind, id = lab.call(script, {})
    assert kind == "task" and int(id) == 1
