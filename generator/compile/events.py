"""
Which saves raise an event, and where each condition is judged.

A user event sees the record itself: conditions on its own fields are judged in the save, without a
query. Anything with a dot needs one and is judged in the drain, where it costs one query a batch.
"""

from __future__ import annotations

from generator.catalog import Field, RecordType
from generator.compile.conditions import FieldCheck, compile_condition
from generator.compile.context import FlowContext, Place
from generator.plan.ids import scriptid
from generator.plan.outbound import EventsVia, Touch
from generator.plan.values import All, AnyOf, Condition, FieldName, Not, Test
from generator.spec.diagnose import did_you_mean, listed
from generator.spec.outbound import CONTEXTS, EVENTS, EventsSpec, OutboundFlow


def compile_events(
    context: FlowContext, spec: OutboundFlow, check: FieldCheck | None
) -> EventsVia | None:
    """The plan of `via.events`; None where it is wrong (which is reported)."""
    events = spec.via.events
    assert events is not None
    at = context.place / "via" / "events"
    if "batch" in spec.via.written:
        (context.place / "via" / "batch").error(
            "E116", "'batch' is for polls: keys whose rows one call reads", key=True
        )
    _check_options(events, at)
    _check_kinds(context.record, events, at / "on")
    for index, name in enumerate(events.changed):
        _check_changed(context, name, at / "changed" / index, check)
    when = (
        compile_condition(context, events.when, at / "when", check, save=True)
        if events.when is not None
        else None
    )
    in_save, in_drain = split(when)
    if in_drain is not None and _asks_for_change(in_drain):
        (at / "when").error(
            "E296",
            "'changed' is known in the save, fields of other records and of subrecords at delivery:"
            " one test cannot need both",
            "join the two by all, or make two flows",
            key=True,
        )
    return EventsVia(
        on=events.on,
        changed=events.changed,
        when_save=in_save,
        when_drain=in_drain,
        contexts_excluded=_contexts(events.contexts_excluded, at / "contexts_excluded"),
        dedupe_seconds=events.dedupe_seconds,
        on_event=events.on_event,
        snapshot=events.snapshot,
        touches=_touches(context, events, at / "touch_on"),
    )


# Events that saves of one record type alone raise (section_4407992281).
_ONLY_OF = {
    **dict.fromkeys(("dropship", "specialorder", "orderitems"), "purchaseorder"),
    "paybills": "vendorpayment",
}
# Only transactions are shipped, and approved by those events ("certain record types", ibid.).
_OF_TRANSACTIONS = {
    **dict.fromkeys(("pack", "ship"), "itemfulfillment"),
    **dict.fromkeys(("approve", "cancel", "reject"), "salesorder"),
}


def _check_kinds(record: RecordType | None, events: EventsSpec, place: Place) -> None:
    """Events that the record type never has: nobody would miss them."""
    if record is None or not place.source.has(place.loc):
        return
    owners = {
        **_ONLY_OF,
        **({} if record.kind == "transaction" else dict.fromkeys(_OF_TRANSACTIONS, "transactions")),
    }
    its = [event for event in EVENTS if owners.get(event, record.id) == record.id]
    for index, event in enumerate(events.on):
        if event in its:
            continue
        such = f" such as {_OF_TRANSACTIONS[event]}" if event in _OF_TRANSACTIONS else ""
        (place / index).warn(
            "E297",
            f"'{event}' is an event of {owners[event]}{such}, not of {record.id}",
            f"its events: {listed(its, 'and')}",
        )


def _check_options(events: EventsSpec, place: Place) -> None:
    """Options that say opposite things."""
    if events.snapshot:
        if events.dedupe_seconds:
            (place / "dedupe_seconds").error(
                "E293",
                "'snapshot' sends every state, 'dedupe_seconds' leaves some out",
                "keep one of the two",
                key=True,
            )
        place_ = place / "snapshot"
        place_.warn(
            "E294",
            "outbox rows will hold business data, which every internal role may read",
            "without snapshot a row names the record only, and the state at delivery is sent",
            key=True,
        )
    for option in ("snapshot", "on_event"):
        if events.touch_on and getattr(events, option):
            (place / option).error(
                "E293",
                f"'{option}' needs a save of the record itself, 'touch_on' raises events without one",
                "put them into two flows",
                key=True,
            )


def _touches(context: FlowContext, events: EventsSpec, place: Place) -> tuple[Touch, ...]:
    """The causing record types, each with the field that leads to the flow's record."""
    prefix = context.project.prefix
    found = []
    for index, spec in enumerate(events.touch_on):
        at = place / index
        name_at = at / "record" if at.source.has((*at.loc, "record")) else at
        record = context.project.catalog.record(spec.record)
        if record is None:
            names = context.project.catalog.records
            message = f"unknown record type '{spec.record}'{did_you_mean(spec.record, names)}"
            custom = spec.record.startswith("custom")
            (name_at.warn if custom else name_at.error)("E201", message)
            if spec.field is None:
                if custom:
                    name_at.error("E295", f"'{spec.record}' needs 'field': which one leads here")
                continue
        elif spec.record == context.spec.record:
            name_at.error("E295", f"saves of {spec.record} raise its events anyway")
            continue
        field = spec.field or _way(context, record, name_at)
        if field is None:
            continue
        if record is not None and field not in record.fields:
            message = (
                f"'{field}' is no known field of {record.id}{did_you_mean(field, record.fields)}"
            )
            unsure = record.open or field.startswith("cust")
            ((at / "field").warn if unsure else (at / "field").error)("E202", message)
        elif record is not None and not _leads_here(context, record.fields[field]):
            (at / "field").warn(
                "E295",
                f"'{field}' of {record.id} leads to {record.fields[field].refers},"
                f" not to {context.spec.record}",
                "name the field that leads to the flow's record",
            )
        found.append(
            Touch(
                record=spec.record,
                field=field,
                script=scriptid("customscript", prefix, spec.record, "ue"),
                deploy=scriptid("customdeploy", prefix, spec.record, "ue"),
                origin=at.origin(),
            )
        )
    return tuple(found)


def _leads_here(context: FlowContext, field: Field) -> bool:
    """Whether a field may hold the id of the flow's record, as far as is known."""
    own = context.record
    if own is None or field.refers in (None, own.id, own.family, own.kind):
        return True
    return own.id == "job" and field.refers == "customer"  # those fields hold projects, too


def _way(context: FlowContext, record: RecordType | None, place: Place) -> str | None:
    """The one field of the causing record that holds the id of the flow's record."""
    own = context.record
    if record is None or own is None:
        return None
    selects = [field for field in record.fields.values() if field.type == "select"]
    exact = [field.id for field in selects if field.refers == own.id]
    fitting = exact or [field.id for field in selects if field.refers == own.family]
    # `entity` is whom a transaction is made with; other fields only mention one.
    for usual in ("entity", "createdfrom"):
        if usual in fitting:
            return usual
    if len(fitting) == 1:
        return fitting[0]
    place.error(
        "E295",
        f"{'several fields' if fitting else 'no field'} of {record.id} "
        f"lead{'' if fitting else 's'} to {own.id}"
        + (f": {', '.join(fitting)}" if fitting else ""),
        f"say which: {{record: {record.id}, field: x}}",
    )
    return None


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


def _asks_for_change(condition: Condition) -> bool:
    if isinstance(condition, Test):
        return condition.operator == "changed"
    if isinstance(condition, Not):
        return _asks_for_change(condition.of)
    assert isinstance(condition, All | AnyOf)
    return any(_asks_for_change(part) for part in condition.of)


def _check_changed(context: FlowContext, name: str, place: Place, check: FieldCheck | None) -> None:
    segments = tuple(name.split("."))
    if not all(segments) or len(segments) > 2:
        place.error("E122", f"'{name}' is no field and no sublist.field")
        return
    record = context.record
    if len(segments) == 1:
        if record is not None and name in record.subrecords:
            _say_subrecord(name, place)
        elif check:
            check(segments, place)
        return
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
    elif segments[1] in sublist.subrecords:
        _say_subrecord(segments[1], place)
    elif segments[1] not in sublist.fields:
        place.warn(
            "E202",
            f"'{segments[1]}' is no known field of {record.id}.{segments[0]}"
            f"{did_you_mean(segments[1], sublist.fields)}",
        )


def _say_subrecord(name: str, place: Place) -> None:
    place.error(
        "E296",
        f"'{name}' is a subrecord: its value stays the same when a field in it changes",
        "leave 'changed' out, or name fields that change with it (shipaddress, defaultaddress)",
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
