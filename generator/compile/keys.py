"""The record's key, whether NetSuite keeps it unique, and how the flow saves."""

from __future__ import annotations

from generator.catalog import RecordType
from generator.compile.context import FlowContext, Place, exactly_one
from generator.compile.references import on_lines
from generator.compile.types import Target, check_fit
from generator.compile.values import compile_value
from generator.plan.inbound import FieldPlan, KeyPlan
from generator.spec.diagnose import did_you_mean
from generator.spec.fields import KeySpec, PartSpec

MAX_EXTERNAL_ID = 255


def compile_key(
    context: FlowContext,
    spec: KeySpec,
    place: Place,
    record: RecordType | None,
    *,
    write: str,
) -> KeyPlan | None:
    """The plan of the key; None where it is wrong (which is reported). `write` is the flow's."""
    given = [
        name
        for name, value in (("from", spec.from_), ("concat", spec.concat), ("hook", spec.hook))
        if value
    ]
    if not exactly_one(place, ("from", "concat", "hook"), given, "source"):
        return None
    makes = write in ("upsert", "create")
    claim = spec.field != "externalid" and makes  # what is not made is not made twice
    if spec.field != "externalid" and record:
        _check_field(spec, place, record, makes=makes)
    if len(spec.prefix) >= MAX_EXTERNAL_ID:
        (place / "prefix").error("E205", f"a key has at most {MAX_EXTERNAL_ID} characters")
    if spec.field == "internalid" and makes:
        (place / "field").error(
            "E229",
            "NetSuite gives the internal id; a flow that makes records cannot",
            "use  write: update,  or another key",
        )
    if spec.hook:
        context.use_hook(spec.hook, place / "hook")
        context.hook_fields.add(spec.hook)
        if spec.apply:
            (place / "apply").error("E116", "a key by hook takes no transforms", key=True)
        return KeyPlan(spec.field, None, spec.hook, spec.prefix, claim, place.origin())
    part = PartSpec(
        written=frozenset(given), from_=spec.from_, concat=spec.concat, apply=spec.apply
    )
    value = compile_value(context, part, place)
    if value is None:
        return None
    check_fit(context, value, Target(spec.field, "text", length=MAX_EXTERNAL_ID), place)
    return KeyPlan(spec.field, value, None, spec.prefix, claim, place.origin())


def _check_field(spec: KeySpec, place: Place, record: RecordType, *, makes: bool) -> None:
    at = place / "field"
    if spec.field == "internalid":
        if makes:
            return  # said already: it is no key at all
        at.warn(
            "E222",
            "internal ids differ between accounts",
            "use externalid, or a field that holds the source's id",
        )
        return
    if on_lines(record, spec.field, at):
        return
    if spec.field not in record.fields and not spec.field.startswith("cust") and not record.open:
        hint = did_you_mean(spec.field, ("externalid", *record.fields))
        at.error("E202", f"'{spec.field}' is no field of {record.id}{hint}")
        return
    at.warn(
        "E226",
        f"key {spec.field} is not unique in NetSuite; "
        + ("a claim row is added" if makes else "a document whose key two records have is refused"),
        "externalid is the only key that NetSuite keeps unique",
    )


def save_mode(
    wish: str | None,
    record: RecordType | None,
    body: tuple[FieldPlan, ...],
    *,
    plain: bool,
    place: Place,
) -> str:
    """
    How an existing record is written: `record` (load and save) or `fields` (submitFields).

    Decided here, never by the data: submitFields skips NetSuite's changed-since-load check and
    fires `xedit` instead of `edit`, so one flow must not do both.

    Args:
        wish: `save:` of the spec.
        record: the record type.
        body: the mapped body fields.
        plain: nothing but body fields is written, and no hook needs the record.
        place: of the spec's `save`.
    """
    known = record.fields if record else {}
    changed = [plan for plan in body if plan.on != "create"]
    loose = [plan.id for plan in changed if not (plan.id in known and known[plan.id].inline)]
    if wish == "fields" and (not plain or loose):
        reason = f"'{loose[0]}' is not" if loose else "lines, subrecords and hooks are not"
        place.error("E253", f"save: fields writes inline-editable body fields only; {reason} one")
    if wish:
        return wish
    if record is None or record.kind == "transaction":
        return "record"
    # submitFields takes a multi-select as text only, and no help topic says which (it is written
    # with U+0005 between the ids): only where the spec asks for it.
    doubtful = any(plan.type == "multiselect" for plan in changed)
    return "fields" if plain and body and not loose and not doubtful else "record"
