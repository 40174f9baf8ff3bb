"""Records that a missing reference creates: once per distinct key, under the same key rules."""

from __future__ import annotations

from msgspec.structs import replace

from generator.catalog import RecordType
from generator.compile.context import FlowContext, Place
from generator.compile.fields import compile_fields
from generator.compile.keys import compile_key
from generator.compile.known import FieldGroup
from generator.compile.order import in_order
from generator.compile.references import Creator
from generator.compile.units import create_units
from generator.plan.inbound import CreatePlan, KeyPlan
from generator.plan.values import Value
from generator.spec.fields import CreateSpec, RefSpec


def creator_of(context: FlowContext) -> Creator:
    """What `missing: create` calls while the flow's fields are compiled."""

    def create(
        ref: RefSpec, spec: CreateSpec, place: Place, key: Value | None, record: RecordType | None
    ) -> str | None:
        return _create(context, ref, spec, place, key, record)

    return create


def _create(
    context: FlowContext,
    ref: RefSpec,
    spec: CreateSpec,
    place: Place,
    key: Value | None,
    record: RecordType | None,
) -> str | None:
    plan_key = _key(context, ref, spec, place, key, record)
    group = FieldGroup(
        ref.record,
        record.fields if record else None,
        open=record.open if record else True,
        in_line=False,
        kind=record.kind if record else None,
        objects=context.project.objects,
    )
    body = compile_fields(context, spec.body, place / "body", group, None)
    if plan_key is None:
        return None
    _check_required(spec, place, plan_key.field, record)
    kind = record.kind if record else "custom"
    name = f"create_{ref.record}"
    number = 2
    while name in context.creates:
        name, number = f"create_{ref.record}_{number}", number + 1
    context.creates[name] = CreatePlan(
        name=name,
        record=ref.record,
        key=plan_key,
        body=in_order(body, record.order if record else ()),
        kind=kind,
        units=create_units(kind),
        origin=place.origin(),
    )
    return name


def _check_required(spec: CreateSpec, place: Place, key: str, record: RecordType | None) -> None:
    """Fields that NetSuite refuses to do without; the subsidiary exists in OneWorld accounts only."""
    if record is None:
        return
    for field in record.fields.values():
        given = field.id in spec.body or field.id in (key, "subsidiary")
        if not field.needed or given or place.lost("body", field.id) or place.lost("body"):
            continue
        at = place / "body" if place.source.has((*place.loc, "body")) else place
        report = at.warn if field.state == "assumed" else at.error
        report("E208", f"a new {record.id} needs '{field.id}', and nothing sets it", key=True)


def _key(
    context: FlowContext,
    ref: RefSpec,
    spec: CreateSpec,
    place: Place,
    key: Value | None,
    record: RecordType | None,
) -> KeyPlan | None:
    by = (record.name_column if record and ref.by == "name" else None) or str(ref.by)
    if record and by in record.fields and record.fields[by].read_only:
        place.error(
            "E221", f"'{by}' of {record.id} cannot be written, so it can be no key", key=True
        )
        return None
    if spec.key is None:
        if key is None:
            return None
        bare = replace(key, ref=None, default=None)
        return KeyPlan(by, bare, None, ref.prefix, claim=False, origin=place.origin())
    at = place / "key"
    if spec.key.field not in (by, ref.by):
        (at / "field").error(
            "E221",
            f"the new record's key is '{spec.key.field}', but the reference looks by '{ref.by}'",
            "both must be the same field, or the record would be created again and again",
        )
        return None
    if spec.key.prefix != ref.prefix:
        (at / "prefix").error(
            "E221",
            f"the new record's prefix is '{spec.key.prefix}', but the reference has '{ref.prefix}'",
            "both must be the same, or the record would be created again and again",
        )
        return None
    plan = compile_key(context, spec.key, at, None, write="upsert")
    return replace(plan, field=by, claim=False) if plan else None
