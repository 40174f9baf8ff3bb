"""RESTlet calls over HTTP: answers, refusals, the concurrency limit and faults."""

from __future__ import annotations

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests


def error_of(answer: requests.Response) -> str:
    return str(answer.json()["error"]["code"])


def test_a_restlet_saves_and_its_answer_is_json(caller: Any) -> None:
    answer = caller.call("POST", json={"companyname": "Saved", "subsidiary": "1"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    (record,) = caller.server.control.records("customer", id=answer.json()["id"])
    assert record["fields"]["companyname"] == "Saved"


def test_an_error_of_the_account_is_400_with_its_code(caller: Any) -> None:
    answer = caller.call("POST", json={"companyname": "No subsidiary there", "subsidiary": "999"})
    assert answer.status_code == 400
    assert error_of(answer) == "INVALID_KEY_OR_REF"


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("POST", {"Content-Type": "application/json; charset=utf-8"}, 200),
        ("POST", {"Content-Type": "Application/JSON"}, 415),
        ("POST", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ("PUT", {}, 405),
    ],
)
def test_content_types_are_compared_exactly(
    caller: Any, method: str, headers: dict[str, str], status: int
) -> None:
    body = f'{{"companyname": "Typed {method} {status}", "subsidiary": "1"}}'
    bearer = caller.bearer()
    assert caller.call(method, headers=bearer | headers, data=body).status_code == status


def test_an_object_for_a_caller_without_a_content_type_fails(caller: Any) -> None:
    """The classic of GET calls: the default form is text, and the answer is an object."""
    answer = caller.call(headers={"Content-Type": None})
    assert answer.status_code == 400
    assert "INVALID_RETURN_DATA_FORMAT" in answer.text


def test_an_unknown_deployment_is_named(caller: Any) -> None:
    for names in (
        {"deploy": "customdeploy_nothing"},
        {"script": "customscript_nothing"},
        {"script": "customscript_door_ue", "deploy": "customdeploy_door_ue"},
    ):
        assert error_of(caller.call(**names)) == "SSS_INVALID_SCRIPTLET_ID"
    assert error_of(caller.call(deploy="")) == "SSS_MISSING_REQD_ARGUMENT"


def test_internal_ids_of_script_and_deployment_work_too(caller: Any) -> None:
    sql = (
        "SELECT s.id, d.primarykey FROM script s JOIN scriptdeployment d ON d.script = s.id"
        " WHERE d.scriptid = 'customdeploy_door_rl'"
    )
    (item,) = caller.suiteql(sql).json()["items"]
    assert caller.call(script=item["id"], deploy=item["primarykey"]).status_code == 200


def test_a_role_outside_the_audience_may_not_call(caller: Any) -> None:
    answer = caller.call(deploy="customdeploy_door_admin")
    assert answer.status_code == 403
    assert error_of(answer) == "INSUFFICIENT_PERMISSION"
    admin = caller.token_based(admin=True)
    assert caller.call(deploy="customdeploy_door_admin", auth=admin).status_code == 200


def test_a_role_for_web_services_only_cannot_call_restlets(
    caller: Any, sdf_project: Path, tmp_path: Path
) -> None:
    changed = shutil.copytree(sdf_project, tmp_path / "changed")
    role = changed / "src" / "Objects" / "customrole_door_integration.xml"
    only = "<iswebserviceonlyrole>{}</iswebserviceonlyrole>"
    role.write_text(role.read_text().replace(only.format("F"), only.format("T")))
    caller.server.control.deploy(str(changed))
    try:
        assert caller.call().status_code == 403
        assert caller.suiteql("SELECT 1 FROM dual").status_code == 200
    finally:
        caller.server.control.deploy(str(sdf_project))
    assert caller.call().status_code == 200


def test_a_body_over_10_mb_is_refused(caller: Any) -> None:
    answer = caller.call("POST", headers=caller.bearer(), data=b'"' + b"x" * (10 << 20) + b'"')
    assert answer.status_code == 413


def test_a_call_over_the_limit_is_refused_and_runs_nothing(caller: Any) -> None:
    """The account's limit is five calls at a time, RESTlets and REST together; nothing queues."""
    control = caller.server.control
    before = len(control.usage())
    control.fault("slow", count=5, seconds=0.7)
    with ThreadPoolExecutor(5) as pool:
        running = [pool.submit(caller.call) for _ in range(5)]
        deadline = time.monotonic() + 20
        while control.concurrency()["running"] < 5:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        refused = caller.call()
        query = caller.suiteql("SELECT 1 FROM dual")
        assert [future.result().status_code for future in running] == [200] * 5
    assert (refused.status_code, error_of(refused)) == (400, "SSS_REQUEST_LIMIT_EXCEEDED")
    assert query.status_code == 429
    assert query.json()["o:errorDetails"][0]["o:errorCode"] == "CONCURRENCY_LIMIT_EXCEEDED"
    assert len(control.usage()) - before == 5
    assert caller.call().status_code == 200


def test_the_limit_can_be_changed(caller: Any) -> None:
    control = caller.server.control
    assert control.concurrency(1)["limit"] == 1
    control.fault("slow", count=1, seconds=0.5)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(caller.call)
        deadline = time.monotonic() + 20
        while control.concurrency()["running"] < 1:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert error_of(caller.call()) == "SSS_REQUEST_LIMIT_EXCEEDED"
        assert running.result().status_code == 200
    control.concurrency(5)


def test_a_lost_answer_leaves_the_work_done(caller: Any) -> None:
    control = caller.server.control
    control.fault("timeout_after_save", count=1, script="customscript_door_rl")
    body = {"companyname": "Lost answer", "subsidiary": "1", "externalid": "LOST-1"}
    with pytest.raises(requests.ConnectionError):
        caller.call("POST", json=body)
    assert control.record("customer", "LOST-1")["fields"]["companyname"] == "Lost answer"
    assert caller.call().status_code == 200


@pytest.mark.parametrize(("fault", "status"), [("http_500", 500), ("unauthorized", 401)])
def test_faults_before_the_script_run_nothing(caller: Any, fault: str, status: int) -> None:
    control = caller.server.control
    before = len(control.usage())
    control.fault(fault, count=2)
    assert [caller.call().status_code for _ in range(3)] == [status, status, 200]
    assert len(control.usage()) - before == 1


def test_a_fault_for_another_script_does_not_count(caller: Any) -> None:
    caller.server.control.fault("http_500", script="customscript_other")
    assert caller.call().status_code == 200
