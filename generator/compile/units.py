"""
What the units bill decides: the largest batch that is safe, and whether a flow fits at all.

The sums are in `generator.bill`; here a plan gets its batch and the figures that its script keeps
to, and a mapping that cannot fit is reported with the steps that cost most.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from generator.bill.inbound import MAP_BATCH, late_units, own_units
from generator.bill.model import Bill
from generator.bill.outbound import heard, poll_bill, user_event_bill
from generator.catalog.model import UNITS_LOAD, UNITS_QUERY, UNITS_SAVE, Kind
from generator.compile.context import Place
from generator.plan.flow import Units
from generator.plan.inbound import InboundPlan, RestletVia
from generator.plan.outbound import OutboundPlan, PollVia

_SHOWN = 3


def create_units(kind: Kind) -> int:
    """The bill of one record that a reference creates: created, refused, looked for again."""
    return UNITS_LOAD[kind] + UNITS_SAVE[kind] + UNITS_QUERY


def with_units(plan: InboundPlan, bill: Bill, place: Place) -> InboundPlan:
    """
    The plan with its largest safe batch and its units.

    Args:
        plan: whole but for batch and units.
        bill: of the plan.
        place: the flow. A batch that was written and is too large is lowered (W251); a flow that
            cannot fit with one document is an error (E252).
    """
    if bill.largest(1) == 0:
        _refuse(bill, place)
    if isinstance(plan.via, RestletVia):
        batch = largest_batch(bill, plan.via.wish, place / "via" / "restlet" / "batch")
    else:
        batch = max(1, bill.largest(MAP_BATCH))
    units = Units(
        fixed=bill.worst(batch) - batch * bill.each,
        each=bill.each,
        limit=bill.limit,
        own=own_units(plan),
        rest=late_units(plan),
    )
    return replace(plan, batch_max=batch, units=units)


def largest_batch(bill: Bill, wish: int, place: Place) -> int:
    """The batch that is compiled in: the wish, or what the units allow (W251 where it was written)."""
    batch = max(1, bill.largest(wish))
    if batch < wish and place.source.has(place.loc):
        place.warn(
            "E251",
            f"batch {wish} may use {bill.worst(wish):,} of {bill.limit:,} units; compiled with {batch}",
            f"most of it: {_dearest(bill, wish)}",
        )
    return batch


def outbound_units(plan: OutboundPlan) -> Units:
    """The units of a save that only this flow wants; of a poll, those of its largest call."""
    if isinstance(plan.via, PollVia):
        bill = poll_bill(plan, plan.via)
        return Units(fixed=bill.worst(1) - bill.each, each=bill.each, limit=bill.limit)
    bill = user_event_bill((plan,))
    return Units(fixed=0, each=bill.worst(), limit=bill.limit)


def check_user_events(flows: Sequence[tuple[OutboundPlan, Place]]) -> None:
    """All flows of one record type share a user event; an error where they cannot fit (E252)."""
    places = {plan.flow: place for plan, place in flows}
    for record, hearing in heard([plan for plan, _ in flows]).items():
        bill = user_event_bill(hearing, record)
        if bill.worst() > bill.limit:
            _refuse(bill, places[hearing[-1].flow])


def _refuse(bill: Bill, place: Place) -> None:
    place.error(
        "E252",
        f"a {bill.unit} may use {bill.worst(1):,} of {bill.limit:,} units ({bill.script})",
        f"most of it: {_dearest(bill, 1)}",
    )


def _dearest(bill: Bill, size: int) -> str:
    """The steps that cost most, with their places in the spec."""
    costs = [(entry.worst, entry.step) for entry in bill.entries(size)]
    costs.sort(key=lambda found: -found[0])
    return "; ".join(
        f"{step.what}: {cost:,}" + (f" ({step.origin})" if step.origin else "")
        for cost, step in costs[:_SHOWN]
        if cost
    )
