"""
The bills of polls, fetched events, workflow actions, imports and the scripts that all flows share,
against the meter, each in its worst case. docs/bill.md keeps the figures.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from bill_page import Shared, keep_shared
from bill_worst import Meter, Refuses, agent, metered

from emulator.account.interference import Undisturbed
from emulator.account.starter import CLERK_USER
from emulator.door.control import As, Run, SeedRecord, Work
from generator.bill import Bill, flow_bills, project_bills
from generator.plan import names

ROOT = Path(__file__).resolve().parents[3]
WAYS_OUT = Path(__file__).resolve().parents[1] / "running/project_out"
BUYER = {"externalid": "B-1", "companyname": "Buyer", "isperson": False, "subsidiary": "1"}
PAIRS = """\
spec: 1
flow: pairs
direction: outbound
record: customer
via:
  poll:
    key: id
    deletes: true
    changed: SELECT c.id FROM customer c WHERE c.externalid = 'NOBODY'
    rows: >-
      SELECT c.id, d.id AS one, e.id AS two FROM customer c JOIN customer d ON d.id > 0
      JOIN customer e ON e.id > 0 WHERE c.id IN (:keys)
  batch: 6
target: {connection: shop, path: /pairs}
payload: {id: {from: id, type: integer}}
lists: {pairs: {from: rows, fields: {one: {from: one, type: integer}}}}
"""
BUYERS = 55  # 3,025 rows of a key: more than one answer holds for two of them
REPS = """\
spec: 1
flow: reps
direction: outbound
record: employee
via: {events: {on: [create], touch_on: [{record: customer, field: salesrep}]}}
target: {connection: shop, path: /reps}
payload: {id: {from: id, type: integer}}
"""
SCHEDULING = "SUITESCRIPT_SCHEDULING"


@pytest.fixture(scope="module")
def rows() -> list[Shared]:
    """What the tests of this file have measured, in their order."""
    return []


@pytest.fixture(scope="module")
def acme() -> Iterator[Meter]:
    with metered(ROOT / "examples/acme") as meter:
        yield meter


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meter]:
    folder = tmp_path_factory.mktemp("out") / "project"
    shutil.copytree(WAYS_OUT, folder)
    (folder / "specs/pairs.yaml").write_text(PAIRS, encoding="utf-8")
    (folder / "specs/reps.yaml").write_text(REPS, encoding="utf-8")
    with metered(folder) as meter:
        yield meter


def bill_of(meter: Meter, script: str, flow: str | None = None) -> Bill:
    bills = flow_bills(meter.plan)[flow] if flow else project_bills(meter.plan)
    (found,) = [bill for bill in bills if bill.script == script]
    return found


def check(rows: list[Shared], bill: Bill, metered_: int, count: int = 1) -> None:
    rows.append(Shared(bill, count, metered_))
    assert metered_ <= bill.worst(count) <= 1.3 * metered_, (metered_, bill.entries(count))


def asked(meter: Meter, op: str, **more: Any) -> int:
    """Units of a call of the service RESTlet with cold caches."""
    meter.cold()
    meter.service(op, **more)
    return meter.used("Restlet")


@contextmanager
def without_scheduling(meter: Meter) -> Iterator[None]:
    """Nothing can be submitted: charged, and refused."""
    role = str(meter.role)
    meter.netsuite.roles(role, {}, [SCHEDULING])
    try:
        yield
    finally:
        meter.netsuite.roles(role, {SCHEDULING: "FULL"}, [])


def save(meter: Meter, record: str, who: int | None = CLERK_USER, **fields: Any) -> int:
    work = {"action": "save", "type": record, "fields": fields, "as": {"user": who} if who else {}}
    return meter.netsuite.work(Work.model_validate(work))


def outbox(meter: Meter) -> list[dict[str, Any]]:
    return meter.netsuite.records(names.outbox_record(meter.plan.prefix), None, None)


def change(meter: Meter, row: int, **fields: Any) -> None:
    prefix = meter.plan.prefix
    work = {
        "action": "submit_fields",
        "type": names.outbox_record(prefix),
        "id": row,
        "fields": {names.outbox_field(prefix, name): value for name, value in fields.items()},
    }
    meter.netsuite.work(Work.model_validate({**work, "as": {}}))


@pytest.fixture(scope="module")
def waiting(acme: Meter) -> None:
    """Two rows that are due and one of their slot that is not: counting takes longest then."""
    acme.agent(None)
    for i in range(3):
        save(acme, "customer", companyname=f"Waiting {i}", isperson=False, subsidiary="1")
    for row in outbox(acme):
        change(acme, row["id"], partition=0)
    change(acme, outbox(acme)[0]["id"], next="9" * 16)


# --- imports ---


def test_an_import_from_its_parts_to_its_end(acme: Meter, rows: list[Shared]) -> None:
    flow = acme.flow("vendor-bills")
    head = {"flow": flow.flow, "contract": flow.contract, "import": "bills"}
    line = '{"id": "1", "doc": {}}'
    parts = 3
    for part in range(1, parts + 1):
        units = asked(acme, "stage", part=part, lines=[line], **head)
    check(rows, bill_of(acme, "RESTlet (service: stage)"), units)
    with without_scheduling(acme):
        asked(acme, "import", parts=parts, **head)
        units = asked(acme, "import", parts=parts, **head)
        check(rows, bill_of(acme, "RESTlet (service: import)"), units)
        units = asked(acme, "state", offset=0, **head)
        check(rows, bill_of(acme, "RESTlet (service: state of an import)"), units)
    asked(acme, "state", offset=0, **head)
    assert acme.netsuite.engine.idle(60)
    # Again, as it is when the caches went cold between its submission and its begin.
    acme.cold()
    before = len(acme.netsuite.usage())
    parameter = {names.import_parameter(acme.plan.prefix, flow.flow): "bills"}
    acme.netsuite.run(Run(script=flow.script, deploy=flow.deploy, params=parameter))
    assert acme.netsuite.engine.idle(60)
    stages = {row.get("stage"): row["units"] for row in acme.netsuite.usage()[before:]}
    for stage, count in (("getInputData", parts), ("summarize", 1)):
        check(rows, bill_of(acme, f"map/reduce, {stage}", flow.flow), stages[stage], count)
    units = asked(acme, "clear", **head)
    check(rows, bill_of(acme, "RESTlet (service: clear)"), units, parts + 1)


# --- the scripts that all flows share ---


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("op", ["health", "pending", "doctor", "pause", "drain"])
def test_a_call_of_the_service(acme: Meter, rows: list[Shared], op: str) -> None:
    if op == "health":
        acme.cold()
        acme.health()
        units = acme.used("Restlet")
    else:
        units = asked(acme, op, **({"paused": False} if op == "pause" else {}))
    assert acme.netsuite.engine.idle(60)
    check(rows, bill_of(acme, f"RESTlet (service: {op})"), units)


def test_keys_that_are_looked_for(acme: Meter, rows: list[Shared]) -> None:
    units = asked(acme, "state", flow="shop-customers", keys=[f"SHOP-{i}" for i in range(500)])
    check(rows, bill_of(acme, "RESTlet (service: state by keys)"), units, 500)


@pytest.mark.usefixtures("waiting")
def test_the_net_finds_imports_and_rows(acme: Meter) -> None:
    flow = acme.flow("vendor-bills")
    imports = 4
    for i in range(imports):
        head = {"flow": flow.flow, "contract": flow.contract, "import": f"net{i}"}
        acme.service("stage", part=1, lines=['{"id": "1", "doc": {}}'], **head)
        with without_scheduling(acme):
            acme.service("import", parts=1, **head)
    for row in outbox(acme)[1:]:
        change(acme, row["id"], next="0" * 16)
    acme.cold()
    acme.netsuite.run(
        Run(script=names.net_script(acme.plan.prefix), deploy="customdeploy_acme_net")
    )
    # Which submission meets a busy deployment is a matter of time: the page leaves it out.
    check([], bill_of(acme, "scheduled (net)"), acme.used("ScheduledScript"), imports)


@pytest.mark.usefixtures("waiting")
def test_the_stages_of_the_drain(acme: Meter, rows: list[Shared]) -> None:
    def another() -> None:
        """While an event is posted the caches go cold, and a further one comes due."""
        acme.cold()
        for row in outbox(acme)[:1]:
            change(acme, row["id"], next="0" * 16)

    for row in outbox(acme)[1:]:
        change(acme, row["id"], next="0" * 16)
    with agent(another) as url:
        acme.agent(url)
        before = len(acme.netsuite.usage())
        acme.cold()
        prefix = acme.plan.prefix
        acme.netsuite.run(
            Run(script=names.drain_script(prefix), deploy=names.drain_deploy(prefix, 0))
        )
    used: dict[str, int] = {}
    for row in acme.netsuite.usage()[before:]:
        if row.get("stage") in ("getInputData", "summarize"):
            used[row["stage"]] = max(used.get(row["stage"], 0), row["units"])
    for stage, units in used.items():
        check(rows, bill_of(acme, f"map/reduce, {stage} (drain)"), units)


# --- polls ---


def poll(meter: Meter, op: str, flow: str, **more: Any) -> int:
    (found,) = [one for one in meter.plan.outbound if one.flow == flow]
    return asked(meter, op, flow=flow, contract=found.contract, **more)


def test_a_poll_that_finds_nothing(out: Meter, rows: list[Shared]) -> None:
    units = poll(out, "poll", "pairs", known=True)
    check(rows, bill_of(out, "service RESTlet, poll", "pairs"), units)
    units = poll(out, "rows", "stock", keys=[{"key": "NOTHING"}])
    check(rows, bill_of(out, "service RESTlet, rows", "stock"), units)


def test_a_poll_whose_rows_do_not_fit(out: Meter, rows: list[Shared]) -> None:
    out.seed([{"type": "customer", "fields": {**BUYER, "externalid": f"P{i}", "companyname": f"P{i}"}} for i in range(BUYERS)])  # fmt: skip
    bill = bill_of(out, "service RESTlet, rows", "pairs")
    ids = [one["id"] for one in out.netsuite.records("customer", None, None)][: bill.size - 1]
    units = poll(out, "rows", "pairs", keys=[{"key": key} for key in [*ids, 999999]])
    check(rows, bill, units, bill.size)


# --- events ---


def test_fetched_events_that_nobody_wants(out: Meter, rows: list[Shared]) -> None:
    out.seed([{"type": "customer", "fields": BUYER}, {"type": "noninventorysaleitem", "fields": {"itemid": "TEA", "subsidiary": ["1"]}}])  # fmt: skip
    line = {"item": {"ref": "item", "by": "itemid", "value": "TEA"}, "quantity": 2, "rate": 1}
    buyer = {"ref": "customer", "by": "externalid", "value": "B-1"}
    ids = []
    for _ in range(20):
        work = {
            "action": "save", "type": "salesorder", "as": {"user": CLERK_USER},
            "fields": {"entity": buyer, "memo": "first"}, "sublists": {"item": [line]},
        }  # fmt: skip
        ids.append(out.netsuite.work(Work.model_validate(work)))
    taken = [
        {"row": one["row"], "also": one["also"], "events": [one["event"]["id"]]}
        for one in out.service("fetch")["events"]
    ]
    units = asked(out, "ack", rows=taken[:10])
    check(rows, bill_of(out, "service RESTlet, ack"), units, 10)
    for number in ids:
        quiet = {"action": "submit_fields", "type": "salesorder", "id": number, "fields": {"memo": "quiet"}, "as": {}}  # fmt: skip
        out.netsuite.work(Work.model_validate(quiet))
    units = asked(out, "fetch")
    check(rows, bill_of(out, "service RESTlet, fetch"), units, 10)


def test_the_drain_of_states_that_were_not_kept(out: Meter, rows: list[Shared]) -> None:
    events = 5
    for i in range(events):
        save(out, "vendor", companyname=f"V {i}", isperson=False, subsidiary="1")
    for row in outbox(out):
        if row["fields"][names.outbox_field("out", "record")] == "vendor":
            change(out, row["id"], states="")
    with agent() as url:
        out.agent(url)
        before = len(out.netsuite.usage())
        out.service("drain")
        assert out.netsuite.engine.idle(60)
    runs = [row for row in out.netsuite.usage()[before:] if row.get("stage") == "map"]
    bill = bill_of(out, "map/reduce, map (drain)", "states")
    check(rows, bill, max(row["units"] for row in runs), events)


def test_a_record_that_was_saved_more_often_than_one_invocation_can_read(out: Meter) -> None:
    number = save(out, "vendor", companyname="Busy", isperson=False, subsidiary="1")
    field = names.outbox_field("out", "record_id")
    (row,) = [one for one in outbox(out) if one["fields"][field] == str(number)]
    saves = 520  # what was kept at each costs 2 of 1,000 units
    out.seed([{"type": names.outbox_record("out"), "fields": row["fields"]} for _ in range(saves)])
    with agent() as url:
        out.agent(url)
        before = len(out.netsuite.usage())
        out.service("drain")
        assert out.netsuite.engine.idle(120)
    assert [one for one in outbox(out) if one["fields"][field] == str(number)] == []
    runs = [row for row in out.netsuite.usage()[before:] if row.get("stage") == "map"]
    assert sum(row["calls"]["https.post"] for row in runs) == saves + 1


def test_a_workflow_whose_row_is_refused(out: Meter, rows: list[Shared]) -> None:
    number = save(out, "vendor", companyname="W", isperson=False, subsidiary="1")
    out.netsuite.account.interference = Refuses(names.outbox_record("out"))
    out.cold()
    try:
        out.netsuite.run(
            Run(
                script=names.action_script("out", "vendor"),
                options={"type": "vendor", "id": number, "event": "edit"},
                **{"as": As(user=CLERK_USER)},
            )
        )
    finally:
        out.netsuite.account.interference = Undisturbed()
    bill = bill_of(out, "workflow action of vendor", "states")
    check(rows, bill, out.used("WorkflowActionScript"))


def test_a_save_that_touches_two_records(out: Meter, rows: list[Shared]) -> None:
    one, two = (
        save(out, "employee", None, entityid=f"Rep {i}", lastname=f"Rep {i}", subsidiary="1")
        for i in range(2)
    )
    buyer = save(
        out, "customer", **{**BUYER, "externalid": "T", "companyname": "T"}, salesrep=str(one)
    )
    work = {"action": "save", "type": "customer", "as": {"user": CLERK_USER}}
    fields = {"companyname": "Moved", "salesrep": str(two)}
    out.netsuite.work(Work.model_validate({**work, "id": buyer, "fields": fields}))
    bill = bill_of(out, "user event of customer, afterSubmit", "balances")
    check(rows, bill, out.used("UserEventScript"))


def test_a_poll_with_more_keys_than_one_answer_holds(out: Meter, rows: list[Shared]) -> None:
    names_ = [{**BUYER, "externalid": f"M{i}", "companyname": f"M{i}"} for i in range(5001)]
    out.netsuite.seed([SeedRecord(type="customer", fields=fields) for fields in names_])
    check(rows, bill_of(out, "service RESTlet, poll", "people"), poll(out, "poll", "people"))


def test_the_page_shows_what_was_measured(rows: list[Shared]) -> None:
    keep_shared(rows, complete=23)
