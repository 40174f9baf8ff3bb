"""
The units bill: what every script of a project uses of NetSuite's governance units, at worst.

    plan ─► bills ─► the batch that is compiled in, `suiteloom bill`, docs/bill.md

Figures: help topic "SuiteScript 2.x API Governance", kept in `generator.catalog.model`; limits:
"SuiteScript Governance and Limits". What scripts use, as metered in the local account, never
exceeds the bill (tests/generator/bill).
"""

from __future__ import annotations

from generator.bill.inbound import import_bills, inbound_bill
from generator.bill.model import Bill, Step, Times
from generator.bill.outbound import (
    delivery_bill,
    drain_bill,
    drain_stages,
    heard,
    keys_bill,
    poll_bill,
    user_event_bill,
    workflow_bill,
)
from generator.bill.service import service_bills
from generator.plan.outbound import PollVia
from generator.plan.project import ProjectPlan

__all__ = [
    "Bill",
    "Step",
    "Times",
    "delivery_bill",
    "drain_bill",
    "flow_bills",
    "inbound_bill",
    "project_bills",
    "user_event_bill",
    "workflow_bill",
]


def flow_bills(plan: ProjectPlan) -> dict[str, tuple[Bill, ...]]:
    """The bills of each flow, by its name: every kind of execution that it is part of."""
    found: dict[str, tuple[Bill, ...]] = {}
    for flow in plan.inbound:
        found[flow.flow] = (inbound_bill(flow), *import_bills(flow))
    for out in plan.outbound:
        if isinstance(out.via, PollVia):
            found[out.flow] = (keys_bill(out, out.via), poll_bill(out, out.via))
            continue
        touched = [each.record for each in out.via.touches]
        hearing = heard(plan.outbound)
        found[out.flow] = (
            *(user_event_bill(hearing[record], record) for record in (out.record, *touched)),
            workflow_bill([one for one in hearing[out.record] if one.record == out.record]),
            delivery_bill(out),
        )
    return found


def project_bills(plan: ProjectPlan) -> tuple[Bill, ...]:
    """The bills of the scripts that all flows share."""
    drain = (drain_bill(plan.outbound, plan.project),) if heard(plan.outbound) else ()
    return (*drain, *drain_stages(plan.project), *service_bills(plan))
