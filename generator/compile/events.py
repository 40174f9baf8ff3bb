"""
Which saves raise an event, and where each condition is judged.

A user event sees the record itself: conditions on its own fields are judged in the save, without a
query. Anything with a dot needs one and is judged in the drain, where it costs one query a batch.
"""

from __future__ import annotations

from generator.compile.conditions import FieldCheck, compile_condition
from generator.compile.context import FlowContext, Place
from generator.plan.model import All, AnyOf, Condition, EventsVia, FieldName, Not, Test
from generator.spec.diagnose import did_you_mean
from generator.spec.flows import CONTEXTS, OutboundFlow

_BULK = ("CSVIMPORT", "MAPREDUCE", "SCHEDULED", "CUSTOMMASSUPDATE")


def compile_events(
    context: FlowContext, spec: OutboundFlow, check: FieldCheck | None
) -> EventsVia | None:
    """The plan of `via.events`; None where it is wrong (which is reported)."""
    place = context.place / "via"
    if spec.via.events is None:
        at = place if context.place.source.has(("via",)) else context.place
        if not place.lost("events") and not place.lost("poll") and not context.place.lost("via"):
            at.error("E115", "needs exactly one way out (events); found none", key=True)
        return None
    events = spec.via.events
    at = place / "events"
    for index, name in enumerate(events.changed):
        _check_changed(context, name, at / "changed" / index, check)
    when = (
        compile_condition(context, events.when, at / "when", check)
        if events.when is not None
        else None
    )
    in_save, in_drain = split(when)
    return EventsVia(
        on=events.on,
        changed=events.changed,
        when_save=in_save,
        when_drain=in_drain,
        contexts_excluded=_contexts(events.contexts_excluded, at / "contexts_excluded"),
        dedupe_seconds=events.dedupe_seconds,
        on_event=events.on_event,
    )


def split(condition: Condition | None) -> tuple[Condition | None, Condition | None]:
    """The part that a save can judge, and the part that needs a join."""
    if condition is None:
        return None, None
    if not _joins(condition):
        return condition, None
    if isinstance(condition, All):
        own = tuple(part for part in condition.of if not _joins(part))
        joined = tuple(part for part in condition.of if _joins(part))
        return _all(own), _all(joined)
    return None, condition


def _all(parts: tuple[Condition, ...]) -> Condition | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else All(parts)


def _joins(condition: Condition) -> bool:
    if isinstance(condition, Test):
        return isinstance(condition.subject, FieldName) and len(condition.subject.segments) > 1
    if isinstance(condition, Not):
        return _joins(condition.of)
    assert isinstance(condition, All | AnyOf)
    return any(_joins(part) for part in condition.of)


def _check_changed(context: FlowContext, name: str, place: Place, check: FieldCheck | None) -> None:
    segments = tuple(name.split("."))
    if not all(segments) or len(segments) > 2:
        place.error("E122", f"'{name}' is no field and no sublist.field")
        return
    if len(segments) == 1:
        if check:
            check(segments, place)
        return
    record = context.record
    if record is None:
        return
    sublist = record.sublists.get(segments[0])
    if sublist is None:
        place.error(
            "E235",
            f"'{segments[0]}' is no known sublist of {record.id}"
            f"{did_you_mean(segments[0], record.sublists)}",
            "changed compares the record's own fields and lines: field, or sublist.field",
        )
    elif segments[1] not in sublist.fields:
        place.warn(
            "E202",
            f"'{segments[1]}' is no known field of {record.id}.{segments[0]}"
            f"{did_you_mean(segments[1], sublist.fields)}",
        )


def _contexts(names: tuple[str, ...], place: Place) -> tuple[str, ...]:
    taken = []
    for index, name in enumerate(names):
        at = place / index
        plain = name.replace("_", "").upper()
        if name in CONTEXTS:
            taken.append(name)
        elif plain in CONTEXTS:
            at.error("E275", f"'{name}' is written '{plain}', as runtime.executionContext gives it")
        else:
            at.error("E275", f"unknown execution context '{name}'{did_you_mean(plain, CONTEXTS)}")
    return tuple(taken)
