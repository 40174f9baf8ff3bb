"""
Which columns of a record other flows look up.

A document that waits for a missing reference is tried again when a result says that the record is
there now. So each inbound flow tells the keys of what it saved, for the columns that some flow of
the project looks up and that this flow itself sets.
"""

from __future__ import annotations

from collections.abc import Iterable

from generator.compile.others import WITHOUT_VALUES
from generator.plan.inbound import InboundPlan


def columns_made(plans: Iterable[InboundPlan]) -> dict[str, tuple[str, ...]]:
    """Columns by flow."""
    flows = list(plans)
    asked: dict[str, set[str]] = {}
    for plan in flows:
        for lookup in plan.lookups:
            if len(lookup.columns) == 1 and lookup.suiteql is None:
                asked.setdefault(lookup.family, set()).add(lookup.columns[0].name)
    made: dict[str, tuple[str, ...]] = {}
    for plan in flows:
        if plan.write in WITHOUT_VALUES:
            made[plan.flow] = ()
            continue
        own = {plan.key.field, *(field.id for field in plan.body)}
        made[plan.flow] = tuple(sorted(asked.get(plan.family, set()) & own))
    return made
