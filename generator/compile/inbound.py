"""One inbound flow: its passes in order, and the plan that they make."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from generator.bill import inbound_bill
from generator.catalog import RecordType, overlay
from generator.catalog.permissions import Level
from generator.compile.conditions import compile_condition
from generator.compile.context import FlowContext, Place
from generator.compile.creates import creator_of
from generator.compile.documents import check_document
from generator.compile.fields import compile_fields
from generator.compile.hashes import inbound_contract
from generator.compile.hooks import compile_hooks
from generator.compile.intake import compile_source, compile_there, compile_via
from generator.compile.keys import compile_key, save_mode
from generator.compile.known import FieldGroup
from generator.compile.lines import compile_lines, compile_subrecords
from generator.compile.maps import compile_maps
from generator.compile.order import in_order
from generator.compile.others import WITHOUT_VALUES, compile_related, compile_transform
from generator.compile.permissions import Permissions
from generator.compile.queries import column_of
from generator.compile.references import known_ids
from generator.compile.units import with_units
from generator.plan import names
from generator.plan.flow import Permission, Units
from generator.plan.ids import scriptid
from generator.plan.inbound import Answer, InboundPlan, KeyPlan, RestletVia
from generator.spec.diagnose import did_you_mean
from generator.spec.inbound import InboundFlow
from generator.spec.model import keys

_LEVELS: Mapping[str, tuple[Level, str]] = {
    "create": ("CREATE", "writes"),
    "delete": ("FULL", "deletes"),
    "attach": ("EDIT", "attaches"),
    "detach": ("EDIT", "detaches"),
}
_COMMON = ("id", "internalid", "externalid")


def compile_inbound(
    context: FlowContext, spec: InboundFlow, enabled: tuple[tuple[str, bool], ...]
) -> InboundPlan | None:
    """The plan, None where the flow has mistakes (which are reported)."""
    place = context.place
    record = context.record
    creator = creator_of(context)
    via = compile_via(context, spec)
    source = compile_source(context, spec)
    key = _key(context, spec)
    accept = compile_condition(context, spec.accept, place / "accept") if spec.accept else None
    group = FieldGroup(
        spec.record,
        record.fields if record else None,
        open=record.open if record else True,
        in_line=False,
        kind=record.kind if record else None,
        objects=context.project.objects,
        record=record,
        keys=frozenset(key for key, _ in keys(InboundFlow)) - {"record"},
    )
    transform = compile_transform(context, spec)
    related = compile_related(context, spec)
    transaction = record is not None and record.kind == "transaction"
    _check_key_in_body(spec, place)
    body = compile_fields(context, spec.body, place / "body", group, creator)
    _check_required(spec, record, place)
    stages = known_ids(context, body)
    subrecords = compile_subrecords(
        context, spec.subrecords, place / "subrecords",
        record.subrecords if record else None, creator, owner=spec.record, around=stages,
    )  # fmt: skip
    lines = compile_lines(
        context, spec.lines, place / "lines", record, creator,
        owner=spec.record, transaction=transaction, transformed=spec.transform_from is not None,
        around=stages,
    )  # fmt: skip
    maps = compile_maps(context)
    hooks = compile_hooks(context, spec.hooks)
    if spec.write not in WITHOUT_VALUES:
        _check_answer(spec, record, place)
    check_document(context, spec)
    if (
        spec.write not in WITHOUT_VALUES
        and not (
            spec.body or spec.lines or spec.subrecords or place.lost("body") or place.lost("lines")
        )
        and not place.lost("write")
    ):
        place.error("E219", "the flow sets nothing: it needs body, lines or subrecords")
    lookups = tuple(
        sorted(context.lookups.values(), key=lambda lookup: (lookup.stage, lookup.name))
    )
    creates = tuple(context.creates.values())
    save = save_mode(
        spec.save, record, body,
        plain=not (lines or subrecords or (hooks.plan and (hooks.plan.before_save or hooks.plan.after_map))),
        place=place / "save" if spec.save else place / "record",
    )  # fmt: skip
    if via is None or key is None:
        return None
    if spec.only_newest:
        _check_newest(spec, key, place / "only_newest")
    kind = record.kind if record else "custom"
    prefix = context.project.prefix
    kind_id = "rl" if isinstance(via, RestletVia) else "mr"
    plan = InboundPlan(
        flow=spec.flow,
        title=spec.title,
        file=place.source.file,
        enabled=enabled,
        record=spec.record,
        kind=kind,
        family=record.family if record else spec.record,
        table=record.table if record else spec.record,
        type_code=record.type_code if record else None,
        write=spec.write,
        save=save,  # type: ignore[arg-type]
        sourcing=spec.sourcing,
        verify_always=spec.verify == "always",
        ignore_mandatory=spec.ignore_mandatory,
        dynamic=spec.dynamic,
        fingerprint=_fingerprint(spec, record, prefix),
        transform_from=transform,
        related=related,
        key=key,
        accept=accept,
        body=in_order(body, record.order if record else ()),
        subrecords=subrecords,
        lines=lines,
        lookups=lookups,
        creates=creates,
        maps=maps,
        hooks=hooks.plan,
        answer=tuple(
            Answer(name, field, _column(field, record)) for name, field in spec.answer.items()
        ),
        source=source,
        via=via,
        units=Units(0, 0, 0),
        batch_max=1,
        makes=(),
        permissions=_permissions(context, spec, key),
        features=_features(context, spec, record),
        script=scriptid("customscript", prefix, spec.flow, kind_id),
        deploy=scriptid("customdeploy", prefix, spec.flow, kind_id),
        contract="",
        only_newest=spec.only_newest,
    )
    bill = inbound_bill(plan)
    return replace(
        with_units(plan, bill, place),
        via_there=compile_there(context, spec, via, bill),
        contract=inbound_contract(plan, hooks.text),
    )


def _fingerprint(spec: InboundFlow, record: RecordType | None, prefix: str) -> str | None:
    """The field that keeps what the source said last; None where the record can have none."""
    if record is None or spec.write in WITHOUT_VALUES or not overlay.takes_custom_fields(record):
        return None
    return names.fingerprint_field(prefix, record.kind)


# --- head ---


def _key(context: FlowContext, spec: InboundFlow) -> KeyPlan | None:
    place = context.place
    if spec.key is None:
        if not place.lost("key"):
            place.error(
                "E111",
                "missing key 'key': what identifies a record",
                'key: {from: id, prefix: "SHOP-"}',
            )
        return None
    return compile_key(context, spec.key, place / "key", context.record, write=spec.write)


# --- checks over the whole ---


def _check_key_in_body(spec: InboundFlow, place: Place) -> None:
    """The key is written as the key alone says it: what the body said of its field would be lost."""
    if "externalid" in spec.body:
        (place / "body" / "externalid").error(
            "E204", "the external id is the key", "write it under key:", key=True
        )
    field = spec.key.field if spec.key else "externalid"
    if field != "externalid" and field in spec.body:
        (place / "body" / field).error(
            "E204",
            f"'{field}' is the key, and is written as 'key' says",
            "leave it out here, or find the record by another field",
            key=True,
        )


def _check_required(spec: InboundFlow, record: RecordType | None, place: Place) -> None:
    """Fields that NetSuite refuses to do without; the subsidiary exists in OneWorld accounts only."""
    if record is None or spec.write not in ("upsert", "create") or spec.transform_from is not None:
        return
    if spec.ignore_mandatory:
        return
    if not (spec.body or spec.lines or spec.subrecords):
        return  # a flow that sets nothing at all is said once
    by_hook = spec.hooks and (spec.hooks.after_map or spec.hooks.before_save)
    key = spec.key.field if spec.key else None
    for field in record.fields.values():
        if (
            not field.needed
            or field.id in spec.body
            or field.id in (key, "subsidiary")
            or place.lost("body", field.id)
            or (place.lost("body") and not spec.body)
        ):
            continue
        at = place / "body" if place.source.has(("body",)) else place
        report = at.warn if by_hook or field.state == "assumed" else at.error
        report(
            "E208",
            f"{record.id} needs '{field.id}', and nothing sets it",
            "map it, or write: update for records that exist",
            key=True,
        )


def _check_newest(spec: InboundFlow, key: KeyPlan, place: Place) -> None:
    if spec.write in ("create", "attach", "detach"):
        place.error(
            "E268",
            f"each document of write: {spec.write} counts, not the newest alone",
            "leave only_newest out",
        )
    elif key.path is None and spec.source.fetch is None:
        place.error(
            "E268",
            "the agent cannot tell which documents are of one record: their key is made in the account",
            "a key with from: and no transforms or map, or leave only_newest out",
        )
    elif spec.accept is not None:
        place.warn(
            "E268",
            "a newest document that 'accept' leaves out takes the place of those before it that it would take",
            "let the sender leave such documents out, or leave only_newest out",
        )


def _check_answer(spec: InboundFlow, record: RecordType | None, place: Place) -> None:
    if record is None:
        return
    for name, field in spec.answer.items():
        at = place / "answer" / name
        if field in record.fields or field in _COMMON:
            continue
        message = f"'{field}' is no known field of {record.id}{did_you_mean(field, record.fields)}"
        if record.open or field.startswith("cust"):
            at.warn("E202", message)
        else:
            at.error("E202", message)


def _column(field: str, record: RecordType | None) -> str:
    """A field as SuiteQL reads it: dates come in a user's own format unless a mask is given."""
    known = record.fields.get(field) if record else None
    table = record.table if record else ""
    column = "id" if field == "internalid" else column_of(field, known, record, table)
    mask = _MASKS.get(known.type) if known else None
    return f"TO_CHAR({column}, '{mask}')" if mask else column


_MASKS = {"date": "YYYY-MM-DD", "datetime": 'YYYY-MM-DD"T"HH24:MI:SS'}


def _permissions(
    context: FlowContext,
    spec: InboundFlow,
    key: KeyPlan,
) -> tuple[Permission, ...]:
    permissions = Permissions(context.project.catalog, context.project.prefix)
    permissions.base()
    level, verb = _LEVELS.get(spec.write, ("EDIT", "writes"))
    permissions.record(spec.record, level, f"{spec.flow} {verb} {spec.record}")
    if spec.related:
        permissions.record(spec.related.record, "EDIT", f"{spec.flow} {verb} {spec.record} there")
    if spec.transform_from:
        permissions.record(
            spec.transform_from.record,
            "VIEW",
            f"{spec.flow} is made from {spec.transform_from.record}",
        )
    if spec.record == "salesorder" and "orderstatus" in spec.body:
        permissions.add("TRAN_SALESORDAPPRV", "FULL", f"{spec.flow} sets the order's status")
    permissions.lookups(context.lookups.values())
    permissions.creates(context.creates.values())
    if key.claim:
        permissions.record(
            names.claim_record(context.project.prefix), "FULL", f"{spec.flow} claims its keys"
        )
    if spec.via.file is not None:
        permissions.add("LIST_FILECABINET", "FULL", f"{spec.flow} reads staged files")
    return permissions.all()


def _features(
    context: FlowContext, spec: InboundFlow, record: RecordType | None
) -> tuple[str, ...]:
    found = set(spec.features)
    used = [record.id if record else ""]
    used += [lookup.record for lookup in context.lookups.values()]
    used += list(context.creates)
    catalog: Mapping[str, RecordType] = context.project.catalog.records
    for name in used:
        known = catalog.get(name)
        if known:
            found.update(known.features)
    return tuple(sorted(found))
