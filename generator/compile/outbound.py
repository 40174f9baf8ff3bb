"""One outbound flow: its passes in order, and the plan that they make."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from generator.compile.conditions import compile_condition
from generator.compile.context import FlowContext, Place
from generator.compile.events import compile_events
from generator.compile.fields import check_zone
from generator.compile.formats import check_format
from generator.compile.hashes import outbound_contract
from generator.compile.hooks import compile_hooks
from generator.compile.maps import compile_maps
from generator.compile.payload import Holder, Payload
from generator.compile.permissions import Permissions, Unseen
from generator.compile.polls import ROWS, compile_poll, poll_scope
from generator.compile.types import DATES, NUMBERS, TEXTS, check_fit
from generator.compile.types import Target as ValueTarget
from generator.compile.units import outbound_units
from generator.compile.values import Scope, compile_value
from generator.compile.ways import compile_target
from generator.plan import names
from generator.plan.flow import Permission, Units, ViaThere
from generator.plan.ids import scriptid
from generator.plan.outbound import (
    EventsVia,
    Join,
    OutboundPlan,
    PayloadField,
    PayloadList,
    PollVia,
)
from generator.plan.values import FieldName, Value
from generator.spec.diagnose import listed
from generator.spec.fields import ListSpec, PayloadRule
from generator.spec.outbound import OutboundFlow, PollSpec

_TYPES = {"textarea": "text", "other": "text", "summary": None}


def compile_outbound(
    context: FlowContext, spec: OutboundFlow, enabled: tuple[tuple[str, bool], ...]
) -> OutboundPlan | None:
    """The plan, None where the flow has mistakes (which are reported)."""
    place = context.place
    record = context.record
    payload = Payload(context)
    via = _via(context, spec, payload)
    target = compile_target(context, spec)
    polled = spec.via.poll
    if polled is not None:
        fields, lists = _polled(context, spec, polled)
    else:
        body = payload.body()
        fields = _fields(
            context, spec.payload, place / "payload", payload, body, payload.scope(body)
        )
        lists = _lists(context, spec.lists, place / "lists", payload, body, spec.payload)
    if (
        not spec.payload
        and not spec.lists
        and not place.lost("payload")
        and not place.lost("lists")
    ):
        place.error("E219", "the flow sends nothing: it needs payload or lists")
    maps = compile_maps(context)
    hooks = compile_hooks(context, spec.hooks)
    if via is None or target is None:
        return None
    if spec.only_newest and isinstance(via, EventsVia) and via.snapshot:
        (place / "only_newest").error(
            "E293",
            "'snapshot' sends every state, 'only_newest' leaves out all but the last",
            "leave one of them out",
        )
    prefix = context.project.prefix
    kind = record.kind if record else "custom"
    permissions = _permissions(context, spec, payload, via)
    features = set(spec.features)
    for name in (spec.record, *(join.record for join in payload.joins)):
        known = context.project.catalog.record(name)
        features.update(known.features if known else ())
    service = isinstance(via, PollVia)
    plan = OutboundPlan(
        flow=spec.flow,
        title=spec.title,
        file=place.source.file,
        enabled=enabled,
        record=spec.record,
        kind=kind,
        family=record.family if record else spec.record,
        table=record.table if record else spec.record,
        type_code=record.type_code if record else None,
        via=via,
        deliver=spec.via.deliver,
        target=target,
        payload=fields,
        lists=lists,
        joins=tuple(payload.joins),
        maps=maps,
        hooks=hooks.plan,
        units=Units(0, 0, 0),
        permissions=permissions,
        features=tuple(sorted(features)),
        script=names.service_script(prefix)
        if service
        else scriptid("customscript", prefix, spec.record, "ue"),
        deploy=names.service_deploy(prefix)
        if service
        else scriptid("customdeploy", prefix, spec.record, "ue"),
        contract="",
        queries=tuple(payload.queries),
        within=tuple(payload.within),
        via_there=_there(context, spec, via),
        only_newest=spec.only_newest,
    )
    return replace(plan, units=outbound_units(plan), contract=outbound_contract(plan, hooks.text))


def _permissions(
    context: FlowContext, spec: OutboundFlow, payload: Payload, via: EventsVia | PollVia
) -> tuple[Permission, ...]:
    """What the flow reads; of what stays hidden from the role, a warning at its place."""
    permissions = Permissions(context.project.catalog, context.project.prefix)
    permissions.base()
    permissions.record(spec.record, "VIEW", f"{spec.flow} reads {spec.record}")
    told = context.record is not None and context.record.kind == "transaction"
    if isinstance(via, EventsVia):
        # The outbox asks for no permission, and SDF refuses a role that names a record type which
        # does not name the role (oracle/netsuite-suitecloud-sdk issue 184).
        for touch in via.touches:
            permissions.record(touch.record, "VIEW", f"{spec.flow} hears of {touch.record}")
    elif not permissions.query(f"{via.changed} {via.rows}", f"{spec.flow} polls") and not told:
        _no_types(context.place / "via" / "poll" / "changed")
    warned = set()
    for join, at in payload.joins.items():
        reason = f"{spec.flow} sends {join.base}.{join.shown}"
        unseen = permissions.join(spec.record, join, reason, spec.features)
        if unseen is not None and (join.sublist, join.base) not in warned:
            warned.add((join.sublist, join.base))
            _warn_unseen(join, unseen, at)
    for query, at in payload.queries.items():
        if not permissions.query(query.text, f"{spec.flow} asks") and not told:
            _no_types(at)
    return permissions.all()


def _no_types(place: Place) -> None:
    place.warn(
        "E276",
        "the query reads transactions of no named type, and the role sees none but those it reads anyway",
        "compare the type with its codes:  type IN ('SalesOrd', 'CustInvc')",
    )


def _warn_unseen(join: Join, unseen: Unseen, place: Place) -> None:
    place.warn(
        "E276",
        f"'{join.base}' may lead to {listed(unseen.records)}, which the role does not see:"
        " values of those are missing",
        f"where the account has them, say  features: [{', '.join(unseen.features)}]",
    )


def _there(
    context: FlowContext, spec: OutboundFlow, via: EventsVia | PollVia
) -> tuple[ViaThere, ...]:
    """Where a poll has another pace; unknown environments are reported elsewhere."""
    found = []
    for name, differs in spec.environments.items():
        if differs.via is None or name not in context.project.environments:
            continue
        place = context.place / "environments" / name / "via"
        poll = isinstance(via, PollVia)
        for other in ("restlet", "file") if poll else ("restlet", "file", "poll"):
            if getattr(differs.via, other) is not None:
                given = "poll" if poll else "events"
                (place / other).error(
                    "E116", f"the flow goes out by {given}, not by {other}", key=True
                )
        if poll and differs.via.poll and differs.via.poll.every_minutes:
            found.append(ViaThere(name, every_minutes=differs.via.poll.every_minutes))
    return tuple(found)


def _via(context: FlowContext, spec: OutboundFlow, payload: Payload) -> EventsVia | PollVia | None:
    """The one way out that the flow names."""
    place = context.place / "via"
    given = [name for name in ("events", "poll") if getattr(spec.via, name) is not None]
    if len(given) != 1:
        at = place if context.place.source.has(("via",)) else context.place
        if given or not (place.lost("events") or place.lost("poll") or context.place.lost("via")):
            at.error(
                "E115",
                f"needs exactly one way out (events, poll); found {', '.join(given) or 'none'}",
                key=True,
            )
        return None
    if spec.via.poll is not None:
        return compile_poll(context, spec)
    return compile_events(context, spec, payload.scope(payload.body()).check)


def _polled(
    context: FlowContext, spec: OutboundFlow, poll: PollSpec
) -> tuple[tuple[PayloadField, ...], tuple[PayloadList, ...]]:
    """Payload and lists of a poll: their names are columns of its rows."""
    place = context.place
    scope = poll_scope(poll)
    fields = _fields(context, spec.payload, place / "payload", None, None, scope)
    lists = []
    for name, rule in spec.lists.items():
        at = place / "lists" / name
        if name in spec.payload:
            at.error("E273", f"'{name}' is also a name of the payload", key=True)
        if rule.from_ != ROWS:
            (at / "from").error("E235", f"'{rule.from_}' is no list of a poll", f"from: {ROWS}")
        if rule.lists:
            (at / "lists").error("E116", "the rows of a poll have no lists of their own", key=True)
        lists.append(_list(context, name, rule, at, scope, None, None, ()))
    if (spec.hooks and spec.hooks.before_map) and not place.lost("hooks"):
        (place / "hooks" / "before_map").error(
            "E280", "'before_map' is for events: a poll's rows come from its query", key=True
        )
    return fields, tuple(lists)


def _lists(
    context: FlowContext,
    rules: Mapping[str, ListSpec],
    place: Place,
    payload: Payload,
    holder: Holder,
    taken: Collection[str],
) -> tuple[PayloadList, ...]:
    """Lists of a place, and those in their elements."""
    compiled = []
    for name, rule in rules.items():
        at = place / name
        if name in taken:
            at.error("E273", f"'{name}' is also a name of the payload", key=True)
        lines = payload.lines(holder, rule.from_, at / "from")
        nested = _lists(context, rule.lists, at / "lists", payload, lines, rule.fields)
        scope = payload.scope(lines)
        compiled.append(_list(context, name, rule, at, scope, payload, lines, nested))
    return tuple(compiled)


def _list(
    context: FlowContext,
    name: str,
    rule: ListSpec,
    place: Place,
    scope: Scope,
    payload: Payload | None,
    lines: Holder | None,
    nested: tuple[PayloadList, ...],
) -> PayloadList:
    when = rule.when
    return PayloadList(
        name=name,
        sublist=rule.from_,
        when=compile_condition(context, when, place / "when", scope.check) if when else None,
        fields=_fields(context, rule.fields, place / "fields", payload, lines, scope),
        origin=place.origin(),
        lists=nested,
    )


def _fields(
    context: FlowContext,
    rules: Mapping[str, PayloadRule],
    place: Place,
    payload: Payload | None,
    holder: Holder | None,
    scope: Scope,
) -> tuple[PayloadField, ...]:
    compiled = []
    leaves: dict[tuple[str, ...], str] = {}
    for name, rule in rules.items():
        at = place / name
        segments = tuple(name.split("."))
        if not all(segments):
            at.error("E122", f"'{name}' is not a name: words joined by dots", key=True)
            continue
        for other, written in leaves.items():
            short = min(len(other), len(segments))
            if other[:short] == segments[:short]:
                at.error("E273", f"'{name}' and '{written}' cannot both be in one object", key=True)
        leaves[segments] = name
        value = compile_value(context, rule, at, scope)
        if rule.timezone is not None:
            check_zone(rule.timezone, at / "timezone")
        if rule.format is not None:
            check_format(rule.format, at / "format")
        kind = _type(rule, value, payload, holder, at)
        if value is None:
            continue
        if isinstance(value.source, FieldName) and kind in ("datetime", "timeofday"):
            # The rule says the type of a field that the catalogue does not know.
            value = replace(value, source=FieldName(value.source.segments, kind))
        if kind is not None and kind != "boolean":  # what is not true goes out as false
            zoned = bool(rule.timezone or context.project.timezone)
            check_fit(context, value, ValueTarget(name, kind, format=rule.format, zoned=zoned), at)
        _check_flag_map(context, value, payload, holder, at)
        compiled.append(
            PayloadField(
                name=segments,
                value=value,
                type=kind,
                format=rule.format,
                timezone=(
                    rule.timezone or context.project.timezone
                    if kind in DATES and not _is_day(value, payload, holder)
                    else None
                ),
                places=rule.places,
                required=rule.required,
                null=rule.null,
                origin=at.origin(),
            )
        )
    return tuple(compiled)


def _is_day(value: Value, payload: Payload | None, holder: Holder | None) -> bool:
    """Whether a value is that of a date field, which is the same day in every zone."""
    if payload is None or holder is None or value.apply or not isinstance(value.source, FieldName):
        return False
    known = payload.field(holder, value.source.segments)
    return known is not None and known.type == "date"


def _check_flag_map(
    context: FlowContext,
    value: Value,
    payload: Payload | None,
    holder: Holder | None,
    place: Place,
) -> None:
    """A checkbox through a map: maps compare it as true or false, never as T or F."""
    if value.map is None or value.apply or not isinstance(value.source, FieldName):
        return
    if payload is None or holder is None:
        return
    known = payload.field(holder, value.source.segments)
    if known is None or known.type != "boolean":
        return
    if not {"true", "false"} & set(context.spec.maps[value.map].values):
        (place / "map").error(
            "E212",
            f"'{known.id}' is true or false, and the map '{value.map}' has neither",
            'its values are {"true": ..., "false": ...}',
        )


def _type(
    rule: PayloadRule,
    value: Value | None,
    payload: Payload | None,
    holder: Holder | None,
    place: Place,
) -> str | None:
    inferred: str | None = None
    plain = value and isinstance(value.source, FieldName) and not value.apply and not value.map
    if plain and payload is not None and holder is not None:
        assert value is not None and isinstance(value.source, FieldName)
        known = payload.field(holder, value.source.segments)
        inferred = _TYPES.get(known.type, known.type) if known else None
        if known and known.type == "summary" and rule.type is None:
            (place / "from" if rule.from_ else place).error(
                "E274", f"'{value.source.segments[0]}' is a subrecord, not a value"
            )
        is_id = known is not None and known.refers is not None and rule.type == "integer"
        if rule.type and inferred and not is_id and not _converts(inferred, rule.type):
            (place / "type").error(
                "E211",
                f"'{'.'.join(value.source.segments)}' is of type {inferred}, not {rule.type}",
            )
    kind = rule.type or inferred
    if rule.places is not None and kind is not None and kind not in NUMBERS:
        (place / "places").error("E116", "'places' is for numbers", key=True)
    if kind is not None and kind not in DATES:
        for option in ("format", "timezone"):
            if getattr(rule, option) is not None:
                (place / option).error("E116", f"'{option}' is for dates", key=True)
    return kind


def _converts(held: str, wanted: str) -> bool:
    if held == wanted or wanted in TEXTS or held in TEXTS:
        return True
    return (held in NUMBERS and wanted in NUMBERS) or (held == "datetime" and wanted == "date")
