"""
The units bill: the worst case of a batch, and the largest batch that is safe.

Figures: help topic "SuiteScript 2.x API governance", kept in `generator.catalog.model`. RESTlets
have 5,000 units a call, a map stage and a user event 1,000 an invocation.
"""

from __future__ import annotations

from generator.catalog.model import UNITS_LOAD, UNITS_QUERY, UNITS_SAVE, Kind
from generator.compile.context import Place
from generator.plan.model import CreatePlan, LinesPlan, Lookup, Units

RESTLET = 5000
MAP = 1000
CHUNK = 500
LINES = 100
"""Lines of a document that the bill counts with; a longer one is deferred when units run low."""

CLAIM = 6
_FIELDS = 10  # submitFields of a standard record


def inbound_units(
    kind: Kind,
    lookups: tuple[Lookup, ...],
    creates: tuple[CreatePlan, ...],
    lines: tuple[LinesPlan, ...],
    *,
    save: str,
    claim: bool,
    answer: bool,
    creates_only: bool,
    by_file: bool,
) -> Units:
    """
    The bill of one inbound flow.

    A batch pays each look-up once, with its canary on first use, the query for its own keys, and
    one for the answers. A document pays load and save, the references that it creates, and its
    share of further chunks of 500 keys.
    """
    in_lines = len({name for plan in lines for name in _lookups_of(plan)})
    fixed = UNITS_QUERY * (2 * len(lookups) + 2 + (1 if answer else 0))
    each = UNITS_SAVE[kind]
    if not creates_only:
        each += UNITS_LOAD[kind] if save == "record" else 0
    each += sum(create.units for create in creates)
    each += CLAIM + UNITS_QUERY if claim else 0
    each += -(-LINES * in_lines * UNITS_QUERY // CHUNK)
    return Units(fixed=fixed, each=each, limit=MAP if by_file else RESTLET)


def _lookups_of(plan: LinesPlan) -> set[str]:
    names = {field.value.ref.lookup for field in plan.fields if field.value.ref}
    for subrecord in plan.subrecords:
        names.update(field.value.ref.lookup for field in subrecord.fields if field.value.ref)
        for inner in subrecord.lines:
            names.update(_lookups_of(inner))
    return names


def largest_batch(units: Units, wish: int, place: Place) -> int:
    """The batch that is compiled in: the wish, or what the units allow with warning W251."""
    possible = max(1, (units.limit - units.fixed) // units.each)
    if wish <= possible:
        return wish
    need = units.fixed + wish * units.each
    place.warn(
        "E251",
        f"batch {wish} may use {need:,} of {units.limit:,} units; compiled with {possible}",
    )
    return possible


def outbound_units(joins: int) -> Units:
    """The bill of one event in the drain: load, joins, post, mark the row; in a batch of its own."""
    return Units(fixed=UNITS_QUERY * (1 + joins), each=10 + 10 + 6, limit=MAP)
