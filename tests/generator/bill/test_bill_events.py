"""
For random projects of outbound flows: what the drain, a fetch of the agent and the user events of
every record type use never exceeds the bill, and the bill is at most 1.3 times the dearest of them.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from bill_events import KINDS, LINES, NUMBER, QUIET, TOUCHED, flows, write_project
from bill_worst import Meter, Refuses, agent, metered

from emulator.account.interference import Undisturbed
from emulator.account.starter import CLERK_USER
from emulator.door.control import SeedRecord, Work
from generator.bill import Bill, drain_bill, project_bills, user_event_bill
from generator.bill.outbound import heard
from generator.plan import names
from generator.plan.outbound import OutboundPlan

SEEDS = range(4 * int(os.environ.get("SUITELOOM_SOAK", "1")))
PREFIX = "evt"
OUTBOX = names.outbox_record(PREFIX)
PULLED = -1
MOVES = {"company": "customer", "salesrep": "employee"}


@dataclass
class Stage:
    """A project deployed, and the records that are there, by type."""

    meter: Meter
    records: dict[str, list[int]] = field(default_factory=dict)

    def seed(self, record: str, made: Sequence[dict[str, Any]]) -> None:
        seeds = [SeedRecord.model_validate({"type": record, **one}) for one in made]
        self.records[record] = self.meter.netsuite.seed(seeds)

    def outbound(self, record: str, *, pulled: bool) -> list[OutboundPlan]:
        """Flows of a record type, by their way of delivery."""
        return [
            flow
            for flow in self.meter.plan.outbound
            if flow.record == record and (flow.deliver == "pull") is pulled
        ]

    def write(self, rows: Sequence[tuple[str, int]], *, pulled: bool = False) -> None:
        """Rows of the outbox, one for each record; states that were kept are lost."""
        made = []
        for i, (record, number) in enumerate(rows):
            named = [flow.flow for flow in self.outbound(record, pulled=pulled)]
            values = {
                "event": ",".join(f"{i}-{name}" for name in named), "record": record,
                "record_id": str(number), "kind": "edit", "flows": ",".join(named), "key": "",
                "account": "TSTDRV1", "attempts": 0, "next": "0" * 16, "seq": f"{i:016}-0001",
                "changed": "0" * 16, "partition": PULLED if pulled else 0,
            }  # fmt: skip
            made.append({"fields": {names.outbox_field(PREFIX, n): v for n, v in values.items()}})
        self.seed(OUTBOX, made)

    def clear(self) -> None:
        """Take all rows out of the outbox."""
        for row in self.meter.netsuite.records(OUTBOX, None, None):
            work = {"action": "delete", "type": OUTBOX, "id": row["id"], "as": {}}
            self.meter.netsuite.work(Work.model_validate(work))

    def save(self, record: str, number: int | None, fields: dict[str, Any]) -> None:
        """A person's save."""
        work = {"action": "save", "type": record, "fields": fields, "as": {"user": CLERK_USER}}
        self.meter.netsuite.work(Work.model_validate({**work, "id": number}))


@pytest.fixture(scope="module", params=SEEDS)
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    chance = random.Random(f"events {request.param}")
    folder = tmp_path_factory.mktemp("events")
    write_project(folder, flows(chance), chance.randrange(1, 5))
    with metered(folder) as meter:
        made = Stage(meter)
        number = range(NUMBER)
        made.seed("noninventorysaleitem", [{"fields": {"itemid": f"I {i}", "subsidiary": ["1"]}} for i in range(NUMBER * LINES)])  # fmt: skip
        made.seed("employee", [{"fields": {"entityid": f"boss {i}", "lastname": "boss", "subsidiary": "1"}} for i in number])  # fmt: skip
        made.records["boss"] = made.records["employee"]
        points: dict[str, tuple[str, str]] = {
            "employee": ("supervisor", "boss"),
            "customer": ("salesrep", "employee"),
            "vendor": ("currency", ""),
            "contact": ("company", "customer"),
            "customrecord_evt_note": ("custrecord_evt_who", "customer"),
            "salesorder": ("entity", "customer"),
            "estimate": ("entity", "customer"),
            "opportunity": ("entity", "customer"),
        }
        for record, (pointing, to) in points.items():
            kind, seeds = KINDS[record], []
            for i in number:
                fields = dict(kind.fields)
                if kind.named:
                    fields[kind.named] = f"{record} {i}"
                if record == "employee":
                    fields["lastname"] = f"{record} {i}"
                if to:
                    fields[pointing] = str(made.records[to][i])
                items = made.records["noninventorysaleitem"][i * LINES : (i + 1) * LINES]
                lines = [{"item": str(item), "quantity": 1, "rate": 1} for item in items]
                seeds.append({"fields": fields, "sublists": {"item": lines} if kind.lines else {}})
            made.seed(record, seeds)
        yield made


def check(bill: Bill, found: dict[str, int], count: int | None = None) -> None:
    worst = max(found.values())
    assert worst <= bill.worst(count), (found, bill.entries(count))
    assert bill.worst(count) <= 1.3 * worst, (found, bill.entries(count))


def mixes(stage: Stage, count: int, *, pulled: bool) -> Iterator[list[tuple[str, int]]]:
    """So many records of one type; and of one type, with one of each other."""
    records = [record for record in KINDS if stage.outbound(record, pulled=pulled)]
    for main in records:
        others = [record for record in records if record != main][: count - 1]
        for some in ([], others):
            numbers = stage.records[main][: count - len(some)]
            yield [(main, number) for number in numbers] + [
                (one, stage.records[one][0]) for one in some
            ]


def test_no_invocation_of_the_drain_costs_more_than_its_bill(stage: Stage) -> None:
    meter = stage.meter
    bill = drain_bill(meter.plan.outbound, "events")
    found = {}
    with agent() as url:
        meter.agent(url)
        for rows in mixes(stage, bill.size, pulled=False):
            stage.clear()
            stage.write(rows)
            before = len(meter.netsuite.usage())
            meter.service("drain")
            assert meter.netsuite.engine.idle(120)
            runs = [row for row in meter.netsuite.usage()[before:] if row.get("stage") == "map"]
            assert meter.netsuite.records(OUTBOX, None, None) == []
            found[f"{rows[0][0]} to {rows[-1][0]}"] = max(row["units"] for row in runs)
    if found:
        check(bill, found)


def test_no_save_costs_more_than_its_bill(stage: Stage) -> None:
    meter = stage.meter
    for record, hearing in heard(meter.plan.outbound).items():
        found = {}
        moved = [touch["field"] for touch in TOUCHED.values() if touch["record"] == record]
        # The agent refuses events one by one, does not answer at all, and no row can be written.
        with agent(status=400) as url:
            for way, address, way_out in (
                ("refused", url, Undisturbed()),
                ("no answer", None, Undisturbed()),
                ("no row", url, Refuses(OUTBOX)),
            ):
                meter.agent(address)
                for i in (1, 2):
                    stage.clear()
                    meter.cold()
                    fields = {KINDS[record].text: f"{way} {i}"}
                    fields |= {name: str(stage.records[MOVES[name]][i + 5]) for name in moved}
                    before = len(meter.netsuite.usage())
                    meter.netsuite.account.interference = way_out
                    stage.save(record, stage.records[record][i], fields)
                    (run,) = meter.netsuite.usage()[before:]
                    meter.netsuite.account.interference = Undisturbed()
                    found[f"{way} {i}"] = run["units"]
        check(user_event_bill(hearing, record), found)


def test_no_fetch_costs_more_than_its_bill(stage: Stage) -> None:
    """Last of these tests: nobody wants the records any more."""
    meter = stage.meter
    if not any(flow.deliver == "pull" for flow in meter.plan.outbound):
        return
    (bill,) = [one for one in project_bills(meter.plan) if one.script == "service RESTlet, fetch"]
    for record, kind in KINDS.items():
        for number in stage.records[record]:
            quiet = {"action": "submit_fields", "type": record, "id": number, "fields": {kind.text: QUIET}, "as": {}}  # fmt: skip
            meter.netsuite.work(Work.model_validate(quiet))
    found = {}
    for rows in mixes(stage, NUMBER, pulled=True):
        stage.clear()
        stage.write(rows, pulled=True)
        meter.cold()
        meter.service("fetch")
        found[f"{rows[0][0]} to {rows[-1][0]}"] = meter.used("Restlet")
    check(bill, found, NUMBER)
