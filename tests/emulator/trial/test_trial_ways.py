"""Files and polls on trial come to what the agent makes of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from trying import Folder

from emulator.door.control import SeedRecord, Work
from emulator.trial.stage import Stage

STAFF = """\
    spec: 1
    flow: staff
    direction: outbound
    record: employee
    via:
      poll:
        key: id
        deletes: true
        changed: SELECT e.id FROM employee e WHERE e.firstname = 'Ada'
        rows: SELECT e.id, e.lastname AS name FROM employee e WHERE e.isinactive = 'F' AND e.id IN (:keys)
    target: {connection: crm, path: /staff}
    payload: {id: id, name: name}
"""
HEAVY = """\
    spec: 1
    flow: heavy
    direction: inbound
    record: customer
    via: {file: {pattern: "*.csv", csv: {}}}
    key: {field: externalid, from: no, prefix: "H-"}
    hooks: {module: hooks/heavy.js, before_map: heavy, units: 0}
    body:
      isperson: {value: false, on: create}
      subsidiary: {value: "1", on: create}
      companyname: no
"""
HOOK = """\
/**
 * @NApiVersion 2.1
 */
define(['N/query'], (query) => {
  const heavy = (doc) => {
    while (doc.no === '2') query.runSuiteQL({ query: 'SELECT id FROM customer WHERE id = 0' });
  };
  return { heavy };
});
"""


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Folder, Stage]]:
    folder = Folder(tmp_path_factory.mktemp("ways"))
    folder.write("specs/staff.yaml", STAFF)
    folder.write("specs/heavy.yaml", HEAVY)
    folder.write("hooks/heavy.js", HOOK)
    with Stage.opened(folder.path) as stage:
        yield folder, stage


def test_a_key_that_has_no_rows_any_more_is_told_as_deleted(ways: tuple[Folder, Stage]) -> None:
    _, stage = ways
    names = {"firstname": "Ada", "lastname": "Byron", "subsidiary": "1"}
    stage.fresh([SeedRecord(type="employee", externalid="E", fields=names)])
    (ada,) = [int(one["id"]) for one in stage.find("employee", {"externalid": "E"})]
    assert [one["data"] for one in stage.poll("staff").events] == [{"id": ada, "name": "Byron"}]
    left = {"action": "save", "type": "employee", "id": ada, "fields": {"isinactive": True}}
    stage.save(Work.model_validate(left))
    assert [one["data"] for one in stage.poll("staff").events] == [{"id": ada, "deleted": True}]
    assert stage.poll("staff").events == ()


def test_a_row_that_ends_the_script_has_its_cause_as_result(ways: tuple[Folder, Stage]) -> None:
    folder, stage = ways
    stage.fresh()
    folder.write("in.csv", "no\n1\n2\n3\n")
    results = stage.send("heavy", stage.documents("heavy", folder.path / "in.csv")).results
    assert [one["id"] for one in results] == ["1", "2", "3"]
    assert results[1]["outcome"] == "failed"
    assert results[1]["error"]["code"] == "SSS_USAGE_LIMIT_EXCEEDED"
