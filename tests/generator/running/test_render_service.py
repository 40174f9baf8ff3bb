"""The service address and imports by map/reduce."""

from __future__ import annotations

import json
from typing import Any

from emulator.door.control import Run


def documents(count: int) -> list[str]:
    docs = [{"no": i, "name": f"Vendor {i:03}", "phone": "030 1234567"} for i in range(count)]
    return [json.dumps({"id": str(doc["no"]), "doc": doc}) for doc in docs]


def contract(world: Any) -> str:
    return next(str(one.contract) for one in world.plan.inbound if one.flow == "vendors")


def run_import(world: Any, name: str, *parts: list[str]) -> list[dict[str, Any]]:
    head = {"flow": "vendors", "contract": contract(world), "import": name}
    for number, lines in enumerate(parts, start=1):
        staged = world.service("stage", part=number, lines=lines, **head)
        assert staged["lines"] == len(lines)
    assert world.service("import", parts=len(parts), **head)["status"] == "submitted"
    assert world.netsuite.engine.idle(60)
    state = world.service("state", flow="vendors", offset=0, **{"import": name})
    assert (state["status"], state["more"]) == ("done", False), state
    results: list[dict[str, Any]] = state["results"]
    assert state["total"] == len(results)
    return results


def test_staged_documents_become_records(world: Any) -> None:
    lines = documents(30)
    results = run_import(world, "one", lines[:20], lines[20:])
    assert sorted(int(one["id"]) for one in results) == list(range(30))
    assert {one["outcome"] for one in results} == {"created"}
    assert (
        len([v for v in world.records("vendor") if str(v.get("externalid")).startswith("V-")]) == 30
    )
    again = run_import(world, "two", lines)
    assert {one["outcome"] for one in again} == {"unchanged"}


def test_one_bad_document_leaves_its_neighbours_alone(world: Any) -> None:
    lines = documents(3)
    lines[1] = json.dumps({"id": "1", "doc": {"no": 1}})
    results = {one["id"]: one for one in run_import(world, "bad", lines)}
    assert [results[i]["outcome"] for i in "012"] == ["created", "failed", "created"]
    assert results["1"]["error"]["code"] == "REQUIRED_EMPTY"


def test_a_part_sent_twice_replaces_itself_and_all_is_cleared(world: Any) -> None:
    head = {"flow": "vendors", "contract": contract(world), "import": "three"}
    world.service("stage", part=1, lines=documents(5), **head)
    world.service("stage", part=1, lines=documents(2), **head)
    world.service("import", parts=1, **head)
    assert world.netsuite.engine.idle(60)
    state = world.service("state", flow="vendors", offset=0, **{"import": "three"})
    assert state["total"] == 2
    tail = world.service("state", flow="vendors", offset=1, **{"import": "three"})
    assert len(tail["results"]) == 1
    assert world.service("clear", flow="vendors", **{"import": "three"})["deleted"] == 2
    gone = world.service("state", flow="vendors", offset=0, **{"import": "three"})
    assert gone["status"] == "failed"


def test_an_import_that_cannot_be_submitted_waits_for_the_net(world: Any) -> None:
    head = {"flow": "vendors", "contract": contract(world), "import": "four"}
    world.service("stage", part=1, lines=documents(2), **head)
    with world.without("SUITESCRIPT_SCHEDULING"):
        assert world.service("import", parts=1, **head)["status"] == "waiting"
    world.run("customscript_run_net", "customdeploy_run_net")
    assert world.netsuite.engine.idle(60)
    assert (
        world.service("state", flow="vendors", offset=0, **{"import": "four"})["status"] == "done"
    )


def test_an_import_waits_while_the_project_is_paused(world: Any) -> None:
    """Its documents have no result and no fault: they are as they were when the pause is over."""
    head = {"flow": "vendors", "contract": contract(world), "import": "six"}
    world.service("stage", part=1, lines=documents(2), **head)
    world.service("pause", paused=True)

    def state() -> tuple[str, int]:
        found = world.service("state", flow="vendors", offset=0, **{"import": "six"})
        return found["status"], len(found["results"])

    assert world.service("import", parts=1, **head)["status"] == "waiting"
    assert state() == ("waiting", 0)
    # One that was submitted just before the pause gives its documents back.
    script = next(one for one in world.plan.inbound if one.flow == "vendors")
    parameter = {"custscript_run_vendors_import": "six"}
    world.netsuite.run(Run(script=script.script, deploy=script.deploy, params=parameter, wait=True))
    assert state() == ("waiting", 0)
    world.service("pause", paused=False)
    assert state()[0] == "waiting"
    assert world.netsuite.engine.idle(60)
    assert state() == ("done", 2)
    assert not world.records("vendor", externalid="V-2")


def test_keys_are_found(world: Any) -> None:
    run_import(world, "five", documents(1))
    found = world.service("state", flow="vendors", keys=["V-0", "V-9"])["found"]
    assert list(found) == ["V-0"]


def test_health_and_doctor_tell_what_is_wrong(world: Any) -> None:
    health = world.health()
    assert health["build"] == world.plan.build
    assert health["outbox"] == {
        "pending": 0,
        "due": 0,
        "pull": 0,
        "failed": 0,
        "oldest_seconds": 0,
    }
    checks = {one["check"]: one["ok"] for one in world.service("doctor")["checks"]}
    assert checks["environment"] is True
    assert checks["secret custsecret_run_events_a"] is True


def test_wrong_calls_are_refused_by_name(world: Any) -> None:
    assert world.service("dance")["error"]["code"] == "UNKNOWN_OP"
    wrong = {"flow": "vendors", "import": "x", "part": 1, "lines": []}
    assert world.service("stage", contract="0", **wrong)["error"]["code"] == "WRONG_CONTRACT"
    assert world.service("stage", **{**wrong, "import": "../x"})["error"]["code"] == "BAD_REQUEST"
    assert world.service("stage", **{**wrong, "flow": "orders"})["error"]["code"] == "BAD_REQUEST"
    assert world.service("pending", account="OTHER")["error"]["code"] == "WRONG_ACCOUNT"


def test_parts_of_an_import_that_never_began_are_cleared(world: Any) -> None:
    head = {"flow": "vendors", "contract": contract(world), "import": "five"}
    for part in (1, 2, 3):
        world.service("stage", part=part, lines=documents(2), **head)
    world.service("stage", part=1, lines=documents(1), **{**head, "import": "six"})
    for deleted in (3, 0):
        assert world.service("clear", flow="vendors", **{"import": "five"})["deleted"] == deleted
    assert world.service("clear", flow="vendors", **{"import": "six"})["deleted"] == 1


def test_large_documents_are_not_put_into_one_value(world: Any) -> None:
    """A map/reduce takes values of 10 MB; what goes to one invocation together is far below."""
    lines = [
        json.dumps({"id": line_id, "doc": {**json.loads(line)["doc"], "more": "x" * 900_000}})
        for line_id, line in zip("0123456", documents(7), strict=True)
    ]

    def batches() -> int:
        return sum(one.get("stage") == "map" for one in world.netsuite.usage())

    before = batches()
    results = run_import(world, "large", lines[:3], lines[3:])
    assert len(results) == 7
    assert batches() - before == 4  # two documents at most go together
