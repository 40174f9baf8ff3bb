"""Which fields are set first: NetSuite sources some from others, whatever the mode."""

from __future__ import annotations

from collections.abc import Sequence

from generator.plan.inbound import FieldPlan

LINE = (
    *("apply", "item", "account", "category"),
    *("receiptinventorynumber", "issueinventorynumber", "binnumber", "inventorystatus"),
    *("units", "quantity", "price", "rate", "amount"),
)
"""In a line: in dynamic mode an item brings its price, a quantity its level, a level its rate."""


def in_order(fields: tuple[FieldPlan, ...], first: Sequence[str]) -> tuple[FieldPlan, ...]:
    """The fields of `first` in that order, then the rest as written."""
    rank = {name: index for index, name in enumerate(first)}
    return tuple(sorted(fields, key=lambda plan: rank.get(plan.id, len(rank))))
