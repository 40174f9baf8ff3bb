"""
The units bill: the worst case of a batch, and the largest batch that is safe.

Figures: help topic "SuiteScript 2.x API governance", kept in `generator.catalog.model`. RESTlets
have 5,000 units a call, a map stage and a user event 1,000 an invocation. What the scripts use, as
metered, never exceeds the bill; hooks that call N/ modules of their own are not in it.
"""

from __future__ import annotations

from generator.catalog.model import UNITS_HTTPS, UNITS_LOAD, UNITS_QUERY, UNITS_SAVE, Kind
from generator.compile.context import Place
from generator.plan.model import CreatePlan, LinesPlan, Lookup, Units

RESTLET = 5000
MAP = 1000
CHUNK = 500
LINES = 100
"""Lines of a document that the bill counts with; a longer one is deferred when units run low."""

_CACHE = 2  # one get and one put of N/cache
_CLAIM = UNITS_SAVE["custom"] + 2  # create and save the row
_UNCLAIM = UNITS_SAVE["custom"] + UNITS_QUERY + UNITS_LOAD["custom"]  # release it, or take it over
_REFUSED = 2 * UNITS_QUERY  # after a refused save: look again, and whether the table is visible


def inbound_units(
    kind: Kind,
    lookups: tuple[Lookup, ...],
    creates: tuple[CreatePlan, ...],
    lines: tuple[LinesPlan, ...],
    *,
    write: str,
    save: str,
    claim: bool,
    answer: bool,
    transformed: bool,
    by_file: bool,
) -> Units:
    """
    The bill of one inbound flow.

    A batch pays the query for its own keys, each look-up with a canary and its cache (twice where
    created records look up for themselves), and one query for the answers. A document pays, at
    worst, a save that is refused because somebody else was faster, a second look, and then load and
    save; the references that it creates; and its share of further chunks of 500 keys.
    """
    in_lines = len({name for plan in lines for name in _lookups_of(plan)})
    fixed = UNITS_QUERY * (1 + (1 if answer else 0))
    fixed += sum(2 * UNITS_QUERY + (_CACHE if one.cache == "deploy" else 0) for one in lookups)
    fixed += UNITS_QUERY * len(lookups) if creates else 0
    create = UNITS_SAVE[kind] + _REFUSED + (UNITS_LOAD[kind] if transformed else 0)
    change = UNITS_LOAD[kind] + (UNITS_SAVE[kind] // 2 if save == "fields" else UNITS_SAVE[kind])
    each = {"create": create, "update": change, "upsert": create + change}[write]
    each += sum(plan.units for plan in creates)
    each += _CLAIM + _UNCLAIM if claim else 0
    each += -(-LINES * in_lines * UNITS_QUERY // CHUNK)
    return Units(fixed=fixed, each=each, limit=MAP if by_file else RESTLET)


def create_units(kind: Kind) -> int:
    """The bill of one record that a reference creates."""
    return UNITS_SAVE[kind] + _REFUSED


def _lookups_of(plan: LinesPlan) -> set[str]:
    names = {field.value.ref.lookup for field in plan.fields if field.value.ref}
    for subrecord in plan.subrecords:
        names.update(field.value.ref.lookup for field in subrecord.fields if field.value.ref)
        for inner in subrecord.lines:
            names.update(_lookups_of(inner))
    return names


def largest_batch(units: Units, wish: int, place: Place) -> int:
    """The batch that is compiled in: the wish, or what the units allow (W251 where it was written)."""
    possible = max(1, (units.limit - units.fixed) // units.each)
    if wish <= possible:
        return wish
    if place.source.has(place.loc):
        need = units.fixed + wish * units.each
        place.warn(
            "E251",
            f"batch {wish} may use {need:,} of {units.limit:,} units; compiled with {possible}",
        )
    return possible


def poll_units(tables: int) -> Units:
    """
    The bill of one call of a poll.

    One query for all keys, and two for each key where the rows are too many for a shared one; an
    empty answer is believed after one look at each table. A key that no units are left for is
    deferred to the next call.
    """
    return Units(fixed=UNITS_QUERY * (1 + tables), each=2 * UNITS_QUERY, limit=RESTLET)


def outbound_units(kind: Kind, queries: int, *, snapshot: bool = False) -> Units:
    """
    The bill of one event in the drain: load, post, and the row taken out or put back.

    Each join and each query of a payload value comes once a chunk. `snapshot`: the state of the
    save is read from the row.
    """
    each = UNITS_LOAD[kind] + UNITS_HTTPS + UNITS_SAVE["custom"]
    each += UNITS_LOAD["custom"] if snapshot else 0
    return Units(fixed=UNITS_QUERY * (1 + queries), each=each, limit=MAP)
