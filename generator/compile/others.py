"""Other records that a flow names: what its record is made from, attached to or detached from."""

from __future__ import annotations

from msgspec.structs import replace

from generator.catalog import RecordType
from generator.compile.context import FlowContext, Place
from generator.compile.creates import creator_of
from generator.compile.fields import compile_field, holds
from generator.compile.known import FieldGroup
from generator.compile.references import Neighbours, resolve_record
from generator.compile.types import article
from generator.plan.inbound import FieldPlan, RelatedPlan
from generator.spec.diagnose import did_you_mean, listed
from generator.spec.fields import Rule
from generator.spec.inbound import InboundFlow, RelatedSpec

WITHOUT_VALUES = frozenset(("delete", "attach", "detach"))
"""Ways of writing that set no field."""

_OF_VALUES = (
    "body", "lines", "subrecords", "transform_from", "save", "sourcing", "verify", "dynamic", "answer", "ignore_mandatory",
)  # fmt: skip
_HOOKS_OF_VALUES = ("after_map", "before_save")


def compile_transform(context: FlowContext, spec: InboundFlow) -> tuple[str, FieldPlan] | None:
    """The record that this one is made from, and the rule that finds it."""
    if spec.transform_from is None:
        return None
    place = context.place / "transform_from"
    source = resolve_record(context, spec.transform_from.record, place / "record")
    if source and context.record and source.id not in context.record.transforms_from:
        allowed = ", ".join(context.record.transforms_from) or "none"
        (place / "record").error(
            "E217", f"{spec.record} is not made from {source.id}", f"it is made from: {allowed}"
        )
    rule = spec.transform_from.id
    if rule.ref and rule.ref.missing != "error":
        (place / "id" / "ref" / "missing").error(
            "E221",
            f"without its {spec.transform_from.record} the record cannot be made",
            "leave 'missing' out: the document fails, and is tried again when that record is there",
        )
        if rule.ref.missing == "create":
            return None
    plan = _found_by(context, spec.transform_from.record, "id", rule, place / "id", "made from")
    if plan is None:
        return None
    # A record that exists is not made again: what it was made from is looked up for new ones alone.
    return (spec.transform_from.record, replace(plan, required=True, on="create"))


def compile_related(context: FlowContext, spec: InboundFlow) -> RelatedPlan | None:
    """The other record of attach and detach; keys that do not go with `write` are reported."""
    place = context.place
    if spec.write in WITHOUT_VALUES:
        _check_keys(spec, place)
    if spec.write not in ("attach", "detach"):
        if spec.related is not None and not place.lost("write"):
            (place / "related").error(
                "E116", "'related' goes with write: attach or detach", key=True
            )
        return None
    how = "attached to" if spec.write == "attach" else "detached from"
    if spec.related is None:
        if not place.lost("related"):
            (place / "write").error(
                "E111",
                f"missing key 'related': what the {spec.record} is {how}",
                "related: {record: customer, id: {from: company.id, ref: {record: customer}}}",
            )
        return None
    at = place / "related"
    other = resolve_record(context, spec.related.record, at / "record")
    plan = _found_by(context, spec.related.record, "related", spec.related.id, at / "id", how)
    role = _role(context, spec, at)
    if spec.record.startswith("customrecord"):
        _check_parent(context, spec.related, other, at)
    elif spec.related.field:
        (at / "field").error("E116", "'field' is for custom records, which have a parent", key=True)
    elif context.record and other:
        _check_pair(context.record, other, at / "record")
    if plan is None:
        return None
    return RelatedPlan(spec.related.record, plan, role, spec.related.field)


def _check_pair(record: RecordType, other: RecordType, place: Place) -> None:
    """
    What NetSuite says that it attaches, besides child records (help topic section_N3481947).

    Contacts go to entities and transactions but not to other contacts; its other example is an
    opportunity with a customer.
    """
    if record.id == other.id == "contact":
        place.error("E217", "a contact cannot be attached to a contact", _ATTACHED)
    elif record.id == "contact" and other.kind in ("entity", "transaction"):
        return
    elif (record.id, other.family) != ("opportunity", "customer"):
        message = (
            f"NetSuite does not say that {record.id} records can be attached to {other.id} records"
        )
        place.warn("E217", message, _ATTACHED)


_ATTACHED = (
    "contacts are attached to entities and transactions, child custom records to their parents"
)


def _check_parent(
    context: FlowContext, spec: RelatedSpec, other: RecordType | None, place: Place
) -> None:
    """The field of a child record that holds its parent: attaching sets it."""
    record = context.record
    if record is None or place.lost("field"):
        return
    parents = [
        field.id
        for field in record.fields.values()
        if other and holds(context, field, other.id) and field.id.startswith("cust")
    ]
    if spec.field is None:
        place.error(
            "E111",
            f"missing key 'field': the field of {record.id} that holds the {spec.record}",
            f"its fields for that: {listed(parents)}" if parents else None,
            key=True,
        )
        return
    known = record.fields.get(spec.field)
    at = place / "field"
    if known is None:
        hint = did_you_mean(spec.field, parents or record.fields)
        at.warn("E202", f"'{spec.field}' is no known field of {record.id}{hint}")
    elif other and not holds(context, known, other.id):
        held = f"{known.refers} records" if known.refers else article(known.type)
        at.error(
            "E228",
            f"'{spec.field}' holds {held}, not {other.id} records",
            f"fields for them: {listed(parents)}" if parents else None,
        )


def _role(context: FlowContext, spec: InboundFlow, place: Place) -> FieldPlan | None:
    if spec.related is None or spec.related.role is None:
        return None
    at = place / "role"
    if spec.record != "contact" or spec.write != "attach":
        at.error("E116", "'role' is for contacts that are attached", key=True)
        return None
    ref = spec.related.role.ref
    if ref and ref.record != "contactrole":
        (at / "ref" / "record").error("E228", f"the role is a contactrole, not a {ref.record}")
    free = FieldGroup("contact", None, open=True, in_line=False)
    return compile_field(
        context, "role", spec.related.role, at, free, creator_of(context), Neighbours({})
    )


def _check_keys(spec: InboundFlow, place: Place) -> None:
    given = [key for key in _OF_VALUES if key in spec.written and not place.lost(key)]
    for key in given:
        (place / key).error(
            "E116",
            f"'{key}' does not go with write: {spec.write}, which sets no field",
            key=True,
        )
    for step in _HOOKS_OF_VALUES:
        if spec.hooks and getattr(spec.hooks, step):
            (place / "hooks" / step).error(
                "E116",
                f"'{step}' does not go with write: {spec.write}",
                f"hooks here: {listed(['before_map', 'after_save'], 'and')}",
                key=True,
            )


def _found_by(
    context: FlowContext, record: str, name: str, rule: Rule, place: Place, how: str
) -> FieldPlan | None:
    """The rule by which another record is found: a value with a reference to it."""
    if rule.ref is None:
        if not place.lost("ref"):
            place.error(
                "E203",
                f"'id' is an internal id of {record}; it needs a reference",
                f"add  ref: {{record: {record}, by: externalid}}",
                key=True,
            )
        return None
    known = context.project.catalog.record(record) is not None
    if known and rule.ref.record != record and not place.lost("ref"):
        (place / "ref" / "record").error(
            "E228", f"the record is {how} {record}, not {rule.ref.record}"
        )
    free = FieldGroup(record, None, open=True, in_line=False)
    creator = creator_of(context) if name == "related" else None
    return compile_field(context, name, rule, place, free, creator, Neighbours({}))
