"""The control API: an administrator's, a person's and a test's hold on the account."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from emulator.control import Control
from emulator.door.control import Control as ControlRoutes
from emulator.door.control import Handles
from emulator.door.credentials import Credentials
from emulator.door.faults import Faults
from emulator.errors import DeployError, NetSuiteError, UsageError

ROLE = "customrole_door_integration"
CLERK = {"role": "SALES_CLERK"}


@pytest.fixture
def control(server: Any) -> Iterator[Control]:
    server.control.reset()
    yield server.control
    server.control.clear_faults()


def traces(control: Control) -> list[str]:
    return [row["fields"]["name"] for row in control.records("customrecord_door_trace")]


def order(control: Control, **fields: Any) -> int:
    item = {"ref": "item", "by": "itemid", "value": "SAMPLE-NONSTOCK"}
    (number,) = control.seed(
        [
            {
                "type": "salesorder",
                "fields": {
                    "entity": {"ref": "customer", "by": "companyname", "value": "Harbour Stores"},
                    "orderstatus": "B",
                    **fields,
                },
                "sublists": {
                    "item": [
                        {"item": item, "quantity": 2, "rate": 5, "amount": 10},
                        {"item": item, "quantity": 3, "rate": 5, "amount": 15},
                    ]
                },
            }
        ]
    )
    return number


def test_seeding_runs_no_scripts_and_resolves_names(control: Control) -> None:
    ids = control.seed(
        {
            "type": "customer",
            "fields": {
                "companyname": f"Seed {n}",
                "externalid": f"SEED-{n}",
                "subsidiary": {"ref": "subsidiary", "by": "name", "value": "Germany"},
            },
        }
        for n in range(1500)
    )
    assert len(set(ids)) == 1500
    assert control.record("customer", "SEED-7")["fields"]["subsidiary"] == "3"
    assert traces(control) == []


def test_a_seed_with_a_mistake_changes_nothing(control: Control) -> None:
    good = {"type": "customer", "fields": {"companyname": "Good", "subsidiary": "1"}}
    bad = {"type": "customer", "fields": {"companyname": "Bad", "subsidiary": "999"}}
    before = len(control.records("customer"))
    with pytest.raises(NetSuiteError):
        control.seed([good, bad])
    assert len(control.records("customer")) == before


def test_a_persons_save_runs_user_events(control: Control) -> None:
    """As the clerk who saves, in the user interface, edit after create."""
    number = control.save("customer", {"companyname": "By hand", "subsidiary": "1"}, as_=CLERK)
    control.save("customer", {"comments": "Seen"}, id=number, as_=CLERK | {"context": "CSVIMPORT"})
    control.submit_fields("customer", number, {"comments": "Again"}, as_=CLERK)
    assert traces(control) == [
        f"create USERINTERFACE {number}",
        f"edit CSVIMPORT {number}",
        f"xedit USERINTERFACE {number}",
    ]
    (record,) = control.records("customer", id=number)
    assert record["fields"]["comments"] == "Again"
    assert record["version"] == 3


def test_a_form_works_out_amount_and_rate_of_a_line_that_a_person_changes(
    control: Control,
) -> None:
    number = order(control)
    changes = [{"line": 1, "fields": {"quantity": 4}}, {"line": 2, "fields": {"amount": 21}}]
    control.save("salesorder", {}, id=number, sublists={"item": changes})
    (record,) = control.records("salesorder", id=number)
    lines = [line["fields"] for line in record["sublists"]["item"]]
    assert [(line["rate"], line["amount"]) for line in lines] == [(5, 20), (7, 21)]
    assert record["fields"]["total"] == 41


def test_a_person_empties_a_field_and_deletes(control: Control) -> None:
    number = control.save("customer", {"companyname": "Gone", "subsidiary": "1", "comments": "x"})
    control.save("customer", {"comments": None}, id=number)
    assert "comments" not in control.records("customer", id=number)[0]["fields"]
    control.delete("customer", number)
    assert control.records("customer", id=number) == []
    assert traces(control)[-1] == f"delete USERINTERFACE {number}"


def test_the_role_of_a_person_counts(control: Control) -> None:
    with pytest.raises(NetSuiteError) as refused:
        control.save(
            "customer", {"companyname": "No", "subsidiary": "1"}, as_={"role": "EMPLOYEE_CENTER"}
        )
    assert refused.value.code == "INSUFFICIENT_PERMISSION"


def test_lines_are_changed_by_number_by_match_and_added(control: Control) -> None:
    number = order(control)
    item = {"ref": "item", "by": "itemid", "value": "SAMPLE-SERVICE"}
    control.save(
        "salesorder",
        id=number,
        sublists={
            "item": [
                {"line": 1, "fields": {"quantity": 4, "rate": 5, "amount": 20}},
                {"match": {"quantity": 3}, "remove": True},
                {"item": item, "quantity": 1, "rate": 7, "amount": 7},
            ]
        },
    )
    (record,) = control.records("salesorder", id=number)
    found = [
        (line["fields"]["quantity"], line["fields"]["amount"])
        for line in record["sublists"]["item"]
    ]
    assert found == [(4, 20), (1, 7)]


def test_an_order_is_fulfilled_by_transform(control: Control) -> None:
    number = order(control, externalid="ORDER-1")
    made = control.transform(
        ("salesorder", number),
        "itemfulfillment",
        {"shipstatus": "C"},
        sublists={"item": [{}, {"itemreceive": False}]},
        as_=CLERK,
    )
    (fulfilment,) = control.records("itemfulfillment", id=made)
    assert fulfilment["fields"]["createdfrom"] == str(number)
    assert [line["fields"]["quantity"] for line in fulfilment["sublists"]["item"]] == [2]


def test_records_of_a_family_come_together(control: Control) -> None:
    kinds = {record["type"] for record in control.records("item")}
    assert {"inventoryitem", "servicesaleitem"} <= kinds
    with pytest.raises(NetSuiteError) as refused:
        control.records("nothing")
    assert refused.value.code == "INVALID_RCRD_TYPE"


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


def test_a_script_runs_on_demand_and_finds_its_hosts(control: Control) -> None:
    with HTTPServer(("127.0.0.1", 0), _Hello) as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        known = control.hosts({"https://hooks.example": f"http://127.0.0.1:{web.server_port}"})
        assert "https://hooks.example" in known
        answer = control.run(
            "customscript_door_ss", params={"custscript_door_url": "https://hooks.example/x"}
        )
        web.shutdown()
        thread.join()
    assert (answer["status"], answer["idle"]) == ("COMPLETE", True)
    assert [row["details"] for row in control.log()] == ["204"]


def test_the_clock_moves(control: Control) -> None:
    assert control.set_clock("2026-03-07T10:00:00Z").startswith("2026-03-07T10:00:0")
    assert control.advance(3600).startswith("2026-03-07T11:00:0")
    number = control.save("customer", {"companyname": "Then", "subsidiary": "1"})
    (record,) = control.records("customer", id=number)
    assert 1772881200 <= record["fields"]["datecreated"] / 1000 < 1772881300
    with pytest.raises(UsageError):
        control.set_clock("yesterday")


def test_reset_keeps_the_project_and_drops_the_rest(control: Control) -> None:
    control.save("customer", {"companyname": "Short-lived", "subsidiary": "1"})
    control.secrets({"custsecret_door_more": "kept"})
    control.reset()
    assert traces(control) == []
    assert control.usage() == []
    assert "customscript_door_rl" in control.dump()["scripts"]
    number = control.save("customer", {"companyname": "After", "subsidiary": "1"})
    assert traces(control) == [f"create USERINTERFACE {number}"]


def test_usage_and_log_tell_what_ran(control: Control) -> None:
    control.save("customer", {"companyname": "Metered", "subsidiary": "1"})
    row = control.usage()[-1]
    assert row["script"] == "customscript_door_ue"
    assert row["role"] == ROLE
    assert row["units"] == 6


def test_a_project_that_does_not_deploy_names_every_reason(
    control: Control, sdf_project: Path, tmp_path: Path
) -> None:
    broken = shutil.copytree(sdf_project, tmp_path / "broken")
    objects = broken / "src" / "Objects"
    text = (objects / "customscript_door_rl.xml").read_text()
    (objects / "customscript_door_rl.xml").write_text(text.replace("door_rl.js", "gone.js"))
    (objects / "customrole_door_integration.xml").write_text("<role")
    with pytest.raises(DeployError) as refused:
        control.deploy(str(broken))
    findings = "\n".join(refused.value.findings)
    assert "/SuiteScripts/door/gone.js" in findings
    assert "customrole_door_integration.xml" in findings
    control.deploy(str(sdf_project))


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("records", {"action": "fly", "type": "customer"}),
        ("records", {"action": "transform", "type": "itemfulfillment"}),
        ("records", {"action": "delete", "type": "customer"}),
        ("records", {"action": "save", "type": "customer", "feilds": {}}),
        ("clock", {}),
        ("faults", {"name": "earthquake"}),
        ("roles", {"role": "customrole_nobody", "add": {"LIST_ITEM": "VIEW"}}),
        ("seed", {"records": [{"fields": {}}]}),
        ("secrets", {"a": 1}),
        ("users", {"user": 8, "time_zone": "Mars/Base"}),
    ],
)
def test_a_wrong_call_is_explained(server: Any, name: str, body: dict[str, Any]) -> None:
    answer = httpx.post(f"{server.url}/emulator/{name}", json=body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["message"]


def test_only_this_machine_may_use_it(server: Any) -> None:
    """The credentials of the account do not protect the control API; its callers' address does."""
    handles = Handles("", Faults(), Credentials(), None)  # type: ignore[arg-type]
    app = Starlette(routes=ControlRoutes(None, handles).routes())  # type: ignore[arg-type]

    async def ask(client: tuple[str, int]) -> httpx.Response:
        transport = httpx.ASGITransport(app, client=client)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
            return await http.delete("/emulator/faults")

    assert asyncio.run(ask(("192.0.2.7", 1))).status_code == 403
    assert asyncio.run(ask(("127.0.0.1", 1))).status_code == 200
    assert asyncio.run(ask(("::1", 1))).status_code == 200


def test_everything_can_be_dumped(control: Control) -> None:
    dump = control.dump()
    assert json.dumps(dump)
    assert "customer" in dump["records"]
