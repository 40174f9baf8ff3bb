"""One outbound flow: its passes in order, and the plan that they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from generator.catalog import Field, RecordType
from generator.compile.conditions import compile_condition
from generator.compile.context import FlowContext, Place
from generator.compile.events import compile_events
from generator.compile.fields import check_zone
from generator.compile.formats import check_format
from generator.compile.hashes import outbound_contract
from generator.compile.hooks import compile_hooks
from generator.compile.known import FieldGroup, report_unknown
from generator.compile.maps import compile_maps
from generator.compile.paths import compile_path
from generator.compile.permissions import Permissions
from generator.compile.types import DATES, NUMBERS, TEXTS, check_fit
from generator.compile.types import Target as ValueTarget
from generator.compile.units import outbound_units
from generator.compile.values import Scope, compile_value
from generator.plan import names
from generator.plan.ids import scriptid
from generator.plan.model import (
    FieldName,
    Join,
    OutboundPlan,
    PayloadField,
    PayloadList,
    Target,
    Units,
    Value,
)
from generator.spec.diagnose import did_you_mean, listed
from generator.spec.fields import PayloadRule
from generator.spec.flows import OutboundFlow

OWN = ("id", "externalid", "type")
_OWN_FIELDS = {name: Field(name, "text") for name in OWN}
_TYPES = {"textarea": "text", "other": "text", "summary": None}


class Payload:
    """Checks the fields that a payload names, and collects its joins."""

    def __init__(self, context: FlowContext) -> None:
        self._context = context
        self.joins: dict[Join, None] = {}

    def scope(self, sublist: str | None, *, drain: bool = True) -> Scope:
        """A scope for the body (None) or for the lines of a sublist."""

        def check(segments: tuple[str, ...], place: Place) -> Field | None:
            self._check(sublist, segments, place, drain=drain)
            return self.field(sublist, segments)

        return Scope(check)

    def field(self, sublist: str | None, segments: tuple[str, ...]) -> Field | None:
        """The catalogue's field behind a name, through its join."""
        fields = self._fields(sublist)
        if fields is None:
            return None
        known = fields.get(segments[0])
        if len(segments) == 1 or known is None or known.refers is None:
            return known if len(segments) == 1 else None
        joined = self._context.project.catalog.record(known.refers)
        return joined.fields.get(segments[1]) if joined else None

    def _fields(self, sublist: str | None) -> Mapping[str, Field] | None:
        record = self._context.record
        if record is None:
            return None
        if sublist is None:
            return record.fields
        found = record.sublists.get(sublist)
        return found.fields if found else None

    def _owner(self, sublist: str | None) -> str:
        return self._context.spec.record + (f".{sublist}" if sublist else "")

    def _check(
        self, sublist: str | None, segments: tuple[str, ...], place: Place, *, drain: bool
    ) -> None:
        fields = self._fields(sublist)
        record = self._context.record
        name = segments[0]
        if fields is not None and name not in fields and name not in OWN:
            group = FieldGroup(
                self._owner(sublist),
                {**fields, **_OWN_FIELDS},
                open=record is not None and record.open,
                in_line=sublist is not None,
                kind=record.kind if record else None,
                objects=self._context.project.objects,
            )
            report_unknown(name, place, group, key=False)
            return
        if len(segments) > 1 and drain:
            self._join(sublist, segments, fields, place)

    def _join(
        self,
        sublist: str | None,
        segments: tuple[str, ...],
        fields: Mapping[str, Field] | None,
        place: Place,
    ) -> None:
        base = segments[0]
        known = fields.get(base) if fields else None
        if len(segments) > 2:
            place.error("E271", f"'{'.'.join(segments)}' joins twice; one step is possible")
            return
        if known is None:
            if fields is not None and base in OWN:
                place.error("E272", f"'{base}' refers to no other record; it cannot be joined")
            return
        if known.refers is None:
            place.error(
                "E272",
                f"'{base}' of {self._owner(sublist)} refers to no other record; it cannot be joined",
            )
            return
        joined = self._context.project.catalog.record(known.refers)
        column = segments[1]
        if joined and column not in joined.fields and column not in OWN:
            hint = did_you_mean(column, [*joined.fields, *OWN])
            message = f"'{column}' is no known field of {joined.id}{hint}"
            if joined.open or column.startswith(("cust", "cseg")):
                place.warn("E202", message)
            else:
                place.error("E202", message)
                return
        field = joined.fields.get(column) if joined else None
        self.joins[
            Join(
                sublist=sublist,
                base=base,
                record=known.refers,
                table=joined.table if joined else known.refers,
                column=(field.column if field else None) or column,
            )
        ] = None


def compile_outbound(
    context: FlowContext, spec: OutboundFlow, enabled: tuple[tuple[str, bool], ...]
) -> OutboundPlan | None:
    """The plan, None where the flow has mistakes (which are reported)."""
    place = context.place
    record = context.record
    payload = Payload(context)
    via = compile_events(context, spec, payload.scope(None).check)
    target = _target(context, spec)
    fields = _fields(context, spec.payload, place / "payload", payload, None)
    lists = []
    for name, rule in spec.lists.items():
        at = place / "lists" / name
        if name in spec.payload:
            at.error("E273", f"'{name}' is also a name of the payload", key=True)
        _check_sublist(rule.from_, record, at / "from", spec.record)
        scope = payload.scope(rule.from_)
        lists.append(
            PayloadList(
                name=name,
                sublist=rule.from_,
                when=compile_condition(context, rule.when, at / "when", scope.check)
                if rule.when
                else None,
                fields=_fields(context, rule.fields, at / "fields", payload, rule.from_),
                origin=at.origin(),
            )
        )
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
    prefix = context.project.prefix
    kind = record.kind if record else "custom"
    permissions = Permissions(context.project.catalog, prefix)
    permissions.base()
    permissions.record(spec.record, "VIEW", f"{spec.flow} reads {spec.record}")
    permissions.record(names.outbox_record(prefix), "FULL", "events wait in the outbox")
    for join in payload.joins:
        permissions.record(join.record, "VIEW", f"{spec.flow} sends {join.base}.{join.column}")
    features = set(spec.features)
    for name in (spec.record, *(join.record for join in payload.joins)):
        known = context.project.catalog.record(name)
        features.update(known.features if known else ())
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
        lists=tuple(lists),
        joins=tuple(payload.joins),
        maps=maps,
        hooks=hooks.plan,
        units=Units(0, 0, 0),
        permissions=permissions.all(),
        features=tuple(sorted(features)),
        script=scriptid("customscript", prefix, spec.record, "ue"),
        deploy=scriptid("customdeploy", prefix, spec.record, "ue"),
        contract="",
    )
    return replace(plan, units=outbound_units(plan), contract=outbound_contract(plan, hooks.text))


def _target(context: FlowContext, spec: OutboundFlow) -> Target | None:
    place = context.place / "target"
    if spec.target is None:
        if not context.place.lost("target"):
            context.place.error("E111", "missing key 'target': where events go")
        return None
    name = spec.target.connection
    if name not in context.project.connections:
        (place / "connection").error(
            "E408",
            f"unknown connection '{name}'{did_you_mean(name, context.project.connections)}",
            "connections are declared in project.yaml",
        )
    id_path = None
    if spec.target.id_path is not None:
        id_path = compile_path(spec.target.id_path, place / "id_path")
    return Target(name, spec.target.method, spec.target.path, id_path)


def _check_sublist(name: str, record: RecordType | None, place: Place, owner: str) -> None:
    if record is None or name in record.sublists:
        return
    message = f"'{name}' is no known sublist of {owner}{did_you_mean(name, record.sublists)}"
    if record.open or not record.sublists or name.startswith(("custom", "recmach")):
        place.warn("E235", message)
    else:
        place.error("E235", message, f"its sublists: {listed(sorted(record.sublists), 'and')}")


def _fields(
    context: FlowContext,
    rules: Mapping[str, PayloadRule],
    place: Place,
    payload: Payload,
    sublist: str | None,
) -> tuple[PayloadField, ...]:
    scope = payload.scope(sublist)
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
        kind = _type(rule, value, payload, sublist, at)
        if value is None:
            continue
        if kind is not None and kind != "boolean":  # what is not true goes out as false
            zoned = bool(rule.timezone or context.project.timezone)
            check_fit(context, value, ValueTarget(name, kind, format=rule.format, zoned=zoned), at)
        _check_flag_map(context, value, payload, sublist, at)
        compiled.append(
            PayloadField(
                name=segments,
                value=value,
                type=kind,
                format=rule.format,
                timezone=rule.timezone or (context.project.timezone if kind in DATES else None),
                places=rule.places,
                required=rule.required,
                null=rule.null,
                origin=at.origin(),
            )
        )
    return tuple(compiled)


def _check_flag_map(
    context: FlowContext, value: Value, payload: Payload, sublist: str | None, place: Place
) -> None:
    """A checkbox through a map: maps compare it as true or false, never as T or F."""
    if value.map is None or value.apply or not isinstance(value.source, FieldName):
        return
    known = payload.field(sublist, value.source.segments)
    if known is None or known.type != "boolean" or len(value.source.segments) > 1:
        return
    if not {"true", "false"} & set(context.spec.maps[value.map].values):
        (place / "map").error(
            "E212",
            f"'{known.id}' is true or false, and the map '{value.map}' has neither",
            'its values are {"true": ..., "false": ...}',
        )


def _type(
    rule: PayloadRule, value: Value | None, payload: Payload, sublist: str | None, place: Place
) -> str | None:
    inferred: str | None = None
    if value and isinstance(value.source, FieldName) and not value.apply and not value.map:
        known = payload.field(sublist, value.source.segments)
        inferred = _TYPES.get(known.type, known.type) if known else None
        if known and known.type == "summary" and rule.type is None:
            (place / "from" if rule.from_ else place).error(
                "E274", f"'{value.source.segments[0]}' is a subrecord, not a value"
            )
        if rule.type and inferred and not _converts(inferred, rule.type):
            (place / "type").error(
                "E211",
                f"'{'.'.join(value.source.segments)}' is of type {inferred}, not {rule.type}",
            )
    kind = rule.type or inferred
    if rule.places is not None and kind is not None and kind not in NUMBERS:
        (place / "places").error("E116", "'places' is for numbers", key=True)
    if kind is not None and kind not in DATES and kind != "timeofday":
        for option in ("format", "timezone"):
            if getattr(rule, option) is not None:
                (place / option).error("E116", f"'{option}' is for dates", key=True)
    return kind


def _converts(held: str, wanted: str) -> bool:
    if held == wanted or wanted in TEXTS or held in TEXTS:
        return True
    return (held in NUMBERS and wanted in NUMBERS) or (held == "datetime" and wanted == "date")
