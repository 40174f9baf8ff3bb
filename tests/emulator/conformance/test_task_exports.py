"""N/task: searches and SuiteQL that write files."""

from __future__ import annotations

import csv

import pytest
from lab import Lab


def rows(lab: Lab, path: str) -> list[list[str]]:
    return list(csv.reader(lab.account.files.load(lab.admin, path)["text"].splitlines()))


@pytest.mark.shows(
    "N/task.create",
    "N/task.SuiteQLTask.submit",
    "N/task.checkStatus",
    "N/task.TaskType",
    "N/task.TaskStatus",
)
@pytest.mark.rule("task.exports")
def test_suiteql_is_written_to_a_file(lab: Lab) -> None:
    code = """const id = task.create({ taskType: task.TaskType.SUITE_QL, filePath: 'SuiteScripts/currencies.csv',
        query: 'SELECT id, name FROM currency WHERE id <= ? ORDER BY id', params: [2] }).submit();
      return [id, runtime.getCurrentScript().getRemainingUsage()];"""
    id_, left = lab.run(code)
    assert left == 4900
    assert lab.engine.idle(30)
    assert rows(lab, "/SuiteScripts/currencies.csv") == [
        ["id", "name"],
        ["1", "US Dollar"],
        ["2", "British Pound"],
    ]
    code = "const { status, fileId } = task.checkStatus({ taskId: input }); return [status === task.TaskStatus.COMPLETE, file.load(fileId).name];"
    assert lab.run(code, id_) == [True, "currencies.csv"]


@pytest.mark.shows(
    "N/task.SearchTask.submit",
    "N/task.SearchTask.addInboundDependency",
)
@pytest.mark.rule("task.exports", "task.dependents")
def test_a_saved_search_is_written_and_a_script_reads_it(lab: Lab) -> None:
    reader = lab.script(
        "ScheduledScript",
        """define(['N/file', 'N/runtime'], (file, runtime) => ({ execute: () => {
          const path = runtime.getCurrentScript().getParameter({ name: 'custscript_path' });
          log.audit('read', file.load(path).lines.iterator().next().value); } }));""",
        params={"custscript_path": {"type": "TEXT", "default": None}},
    )
    lab.account.files.folder("/SuiteScripts/exports", create=True)
    script = lab.script(
        "Restlet",
        """define(['N/task', 'N/search'], (task, search) => ({ post: (input) => {
          const savedSearchId = search.create({ type: 'currency', title: 'Lab', filters: [['symbol', 'is', 'EUR']], columns: ['name', 'symbol'] }).save();
          const made = task.create({ taskType: task.TaskType.SEARCH, savedSearchId });
          made.filePath = 'SuiteScripts/exports/euro.csv';
          made.addInboundDependency(task.create({ taskType: 'SCHEDULED_SCRIPT', scriptId: input.script, deploymentId: input.deploy,
            params: { custscript_path: made.filePath } }));
          made.submit();
          let again; try { made.submit(); } catch (error) { again = error.name; }
          return [made.inboundDependencies[0].scriptId, again]; } }));""",
    )
    answer = lab.call(script, {"script": reader.scriptid, "deploy": reader.deployments[0].scriptid})
    assert answer == [reader.scriptid, "CANNOT_RESUBMIT_SUBMITTED_ASYNC_SEARCH_TASK"]
    assert lab.engine.idle(30)
    found = rows(lab, "/SuiteScripts/exports/euro.csv")
    assert found[0] == ["Name", "symbol"]
    assert found[1][0] == "Euro"
    assert ("read", ",".join(found[0])) in lab.logged(reader)


FIELD = """<entitycustomfield scriptid="custentity_export_tier"><label>Tier of Service</label><fieldtype>TEXT</fieldtype>
  <appliestocustomer>T</appliestocustomer></entitycustomfield>"""


@pytest.mark.shows("N/task.SearchTask.submit")
@pytest.mark.rule("task.export_labels")
def test_columns_are_headed_by_their_labels(lab: Lab) -> None:
    lab.objects([("entitycustomfield", "custentity_export_tier", FIELD)])
    code = """const columns = [search.createColumn({ name: 'custentity_export_tier', summary: 'GROUP' }),
        search.createColumn({ name: 'email', summary: 'COUNT' }), search.createColumn({ name: 'internalid', summary: 'MAX', label: 'Last' })];
      const savedSearchId = search.create({ type: 'customer', title: 'Labels', filters: [], columns }).save();
      return [task.create({ taskType: 'SEARCH', savedSearchId, filePath: 'SuiteScripts/labels.csv' }).submit()];"""
    lab.run(code)
    assert lab.engine.idle(30)
    assert rows(lab, "/SuiteScripts/labels.csv")[0] == ["Tier of Service", "Count of Email", "Last"]


@pytest.mark.shows("N/task.SuiteQLTask.submit")
@pytest.mark.rule("task.export_errors")
@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("{}", "SSS_MISSING_REQD_ARGUMENT"),
        ("{ filePath: 'a.csv', fileId: 1, query: 'x' }", "PROPERTY_VALUE_CONFLICT"),
        ("{ filePath: 'a.csv', query: 'x' }", "MUST_IDENTIFY_A_FILE"),
        ("{ filePath: 'SuiteScripts/none/a.csv', query: 'x' }", "THAT_RECORD_DOES_NOT_EXIST"),
        ("{ fileId: 987654, query: 'x' }", "THAT_RECORD_DOES_NOT_EXIST"),
        ("{ filePath: 'SuiteScripts/a.csv' }", "SSS_MISSING_REQD_ARGUMENT"),
    ],
)
def test_what_cannot_be_exported(lab: Lab, options: str, code: str) -> None:
    with lab.refused(code):
        lab.run(f"task.create({{ taskType: 'SUITE_QL', ...{options} }}).submit();")


@pytest.mark.rule("task.exports")
@pytest.mark.shows("N/task.checkStatus")
def test_a_statement_that_fails_fails_the_task(lab: Lab) -> None:
    id_ = lab.run(
        "return [task.create({ taskType: 'SUITE_QL', filePath: 'SuiteScripts/bad.csv', query: 'SELECT nonsense FROM currency' }).submit()];"
    )[0]
    assert lab.engine.idle(30)
    assert lab.run("return [task.checkStatus(input).status];", id_) == ["FAILED"]
