"""Lines of sublists and subrecords, which hold each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.catalog import RecordType, Sublist
from generator.catalog.model import CARRIED
from generator.compile.conditions import compile_condition
from generator.compile.context import FlowContext, Place
from generator.compile.fields import compile_fields
from generator.compile.known import FieldGroup, find_field
from generator.compile.order import LINE, in_order
from generator.compile.paths import compile_path
from generator.compile.references import Creator, known_ids
from generator.compile.types import Target, check_fit
from generator.compile.values import compile_value
from generator.plan.inbound import LineKey, LinesPlan, SubrecordPlan
from generator.plan.values import Path
from generator.spec.diagnose import did_you_mean, listed
from generator.spec.fields import LinesSpec, PartSpec, Rule, SubrecordSpec
from generator.spec.model import keys, plain

# Sublists that take lines of one's own beside those that come from another record: freight on a
# bill.
_ADDED = ("item", "expense")


def compile_lines(
    context: FlowContext,
    specs: Mapping[str, LinesSpec],
    place: Place,
    record: RecordType | None,
    creator: Creator | None,
    *,
    owner: str,
    transaction: bool,
    transformed: bool = False,
    around: Mapping[str, int] | None = None,
) -> tuple[LinesPlan, ...]:
    """
    The plans of all sublists at one place.

    Args:
        context: the flow.
        specs: as written, by sublist id.
        place: of the map.
        record: the record (or subrecord) type that owns the sublists.
        creator: for `missing: create`.
        owner: name of the owner for messages.
        transaction: whether the policy must be written.
        transformed: whether the record is made from another one, so that lines only match, or are
            added to those that come from there.
        around: fields of the line around a subrecord, with their look-up stages.
    """
    plans = []
    for name, spec in specs.items():
        at = place / name
        sublist = _sublist(name, at, record, owner)
        carried = transformed and name in CARRIED
        adds = spec.policy == "append" and name in _ADDED
        if carried and spec.policy not in (None, "merge") and not adds and not _fixed(sublist):
            (at / "policy").error(
                "E234",
                f"the lines of '{name}' come from another record; they can only be merged"
                + (", or added to by append" if name in _ADDED else ""),
            )
        plan = _one(
            context, name, spec, at, record, sublist, creator,
            owner=owner, transaction=transaction,
            transformed=carried and not adds, around=around,
        )  # fmt: skip
        if plan:
            plans.append(plan)
    return tuple(plans)


def _fixed(sublist: Sublist | None) -> bool:
    return sublist is not None and sublist.fills_itself


def _sublist(name: str, place: Place, record: RecordType | None, owner: str) -> Sublist | None:
    if record is None:
        return None
    found = record.sublists.get(name)
    if found is None:
        message = f"'{name}' is no known sublist of {owner}{did_you_mean(name, record.sublists)}"
        if record.open or name.startswith(("custom", "recmach")) or not record.sublists:
            place.warn("E235", message, key=True)
        else:
            place.error(
                "E235", message, f"its sublists: {listed(sorted(record.sublists), 'and')}", key=True
            )
    return found


def _one(
    context: FlowContext,
    name: str,
    spec: LinesSpec,
    place: Place,
    record: RecordType | None,
    sublist: Sublist | None,
    creator: Creator | None,
    *,
    owner: str,
    transaction: bool,
    transformed: bool,
    around: Mapping[str, int] | None,
) -> LinesPlan | None:
    source = compile_path(spec.from_, place / "from")
    group = FieldGroup(
        f"{owner}.{name}",
        sublist.fields if sublist else None,
        open=False,
        in_line=True,
        kind=record.kind if record else None,
        objects=context.project.objects,
        record=record,
        keys=frozenset(key for key, _ in keys(LinesSpec)),
    )
    key = _key(context, spec, place, group)
    _check_policy(spec, place, name, sublist, key, transaction=transaction, transformed=transformed)
    fields = compile_fields(context, spec.body, place / "body", group, creator, around)
    if not transformed:
        _check_required(context, sublist, spec, place, name)
    when = compile_condition(context, spec.when, place / "when") if spec.when else None
    stages = known_ids(context, fields, around)
    subrecords = compile_subrecords(
        context, spec.subrecords, place / "subrecords",
        sublist.subrecords if sublist else None, creator,
        owner=f"{owner}.{name}", around=stages,
    )  # fmt: skip
    if source is None:
        return None
    fields = in_order(fields, LINE)
    return LinesPlan(
        sublist=name,
        source=source,
        key=key,
        policy=spec.policy or "merge",
        unmatched=spec.unmatched,
        force=spec.force,
        when=when,
        fields=fields,
        subrecords=subrecords,
        origin=place.origin(),
        most=spec.most,
    )


def _key(context: FlowContext, spec: LinesSpec, place: Place, group: FieldGroup) -> LineKey | None:
    if spec.key is None:
        return None
    at = place / "key"
    if len(spec.key) != 1:
        at.error("E233", "a line has one key field: {custcol_x: path}", key=True)
        return None
    ((field, rule),) = spec.key.items()
    if rule.ref:
        (at / field / "ref").error(
            "E236", "a line key is compared as text; it takes no reference", key=True
        )
        return None
    found = find_field(field, at / field, group)
    mapped = spec.body.get(field)
    if found and found.refers and not (mapped and mapped.ref):
        (at / field).warn(
            "E236",
            f"'{field}' of {group.owner} holds an internal id, and a line key is compared as text",
            _other_key(field, group),
            key=True,
        )
    if mapped and not mapped.ref and _source(mapped) != _source(rule):
        (place / "body" / field).error(
            "E204",
            f"'{field}' is the key, and is written as 'key' says",
            "leave it out here",
            key=True,
        )
    value = compile_value(context, rule, at / field)
    if value:
        check_fit(context, value, Target(field, "text"), at / field)
    return LineKey(field, value) if value else None


def _source(rule: Rule) -> dict[str, Any]:
    """What a value is read from, and the steps that make it."""
    made = {key for key, _ in keys(PartSpec)} - {"default"}
    return {key: value for key, value in plain(rule).items() if key in made}


def _other_key(field: str, group: FieldGroup) -> str:
    """What tells lines apart in place of a field that holds an id."""
    named = f"{field}name"
    if group.fields and named in group.fields:
        return f"use '{named}', which holds the name"
    return (
        f"map '{field}' in the body with its ref, and lines are told apart by the record that it leads to;"
        " or keep the source's line id in a custom column of its own"
    )


def _check_policy(
    spec: LinesSpec,
    place: Place,
    name: str,
    sublist: Sublist | None,
    key: LineKey | None,
    *,
    transaction: bool,
    transformed: bool,
) -> None:
    policy = spec.policy or "merge"
    if place.lost("policy"):
        return
    if spec.policy is None and transaction:
        place.error(
            "E230",
            f"what happens to the lines of '{name}' that are there must be said",
            "add  policy: merge  (with a key),  replace  or  append",
            key=True,
        )
    elif policy == "merge" and spec.key is None and not place.lost("key"):
        (place / "policy" if spec.policy else place).error(
            "E231",
            "merge needs a key to tell the lines apart",
            "add  key: {custcol_x: path}  or use  policy: replace",
        )
    if _fixed(sublist) and policy != "merge":
        (place / "policy").error(
            "E234", f"NetSuite fills '{name}' itself; its lines can only be merged"
        )
    own_lines = transaction and not transformed and not _fixed(sublist)
    known = sublist.fields.get(key.field) if sublist and key else None
    looked_up = bool(key and key.field in spec.body and spec.body[key.field].ref)
    said = known is not None and known.refers is not None and not looked_up
    custom = key is None or key.field.startswith("custcol")
    if key and policy == "merge" and own_lines and not custom and not said:
        (place / "key" / key.field).warn(
            "E231",
            f"'{key.field}' is no custom column: a person or NetSuite may change it",
            "keep the source's line id in a custom column of its own",
            key=True,
        )
    _check_unmatched(spec, place, name, sublist, policy, transformed=transformed)


def _check_unmatched(
    spec: LinesSpec,
    place: Place,
    name: str,
    sublist: Sublist | None,
    policy: str,
    *,
    transformed: bool,
) -> None:
    if spec.unmatched != "keep" and policy != "merge":
        (place / "unmatched").error("E232", f"'unmatched' goes with policy: merge, not {policy}")
    elif spec.unmatched != "keep" and (transformed or _fixed(sublist)):
        tick = "apply" if sublist and "apply" in sublist.fields else None
        (place / "unmatched").error(
            "E232",
            f"the lines of '{name}' come from another record: those that a document does not name"
            " are left out when the record is made, and stay from then on"
            if transformed
            else f"NetSuite fills '{name}' itself, and a line that it has cannot be taken out",
            f"leave it out, and name the line with  {tick}: false" if tick else "leave it out",
        )
    elif spec.unmatched == "close" and sublist and not sublist.closable:
        (place / "unmatched").error(
            "E232", f"lines of '{name}' cannot be closed here", "use keep, or remove"
        )
    elif spec.unmatched == "remove" and sublist and sublist.closable and not spec.force:
        (place / "unmatched").error(
            "E232",
            f"lines of '{name}' may be fulfilled or billed; removing them must be said twice",
            "add  force: true, or use  unmatched: close",
        )
    if spec.force and spec.unmatched != "remove" and not place.lost("unmatched"):
        (place / "force").error("E116", "'force' goes with unmatched: remove", key=True)


def _check_required(
    context: FlowContext,
    sublist: Sublist | None,
    spec: LinesSpec,
    place: Place,
    name: str,
) -> None:
    """A new line without a field that it needs; merge may meet lines that are there already."""
    if sublist is None or sublist.fills_itself or not spec.body:
        return
    hooks = context.spec.hooks
    by_hook = hooks is not None and (hooks.after_map or hooks.before_save)
    at = place / "body"
    for field in sublist.fields.values():
        if not field.needed or field.id in {*spec.body, *(spec.key or ())}:
            continue
        if place.lost("body", field.id):
            continue
        sure = field.state == "documented" and spec.policy in ("append", "replace") and not by_hook
        report = at.error if sure else at.warn
        report("E208", f"a line of '{name}' needs '{field.id}', and nothing sets it", key=True)


# --- subrecords ---


def compile_subrecords(
    context: FlowContext,
    specs: Mapping[str, SubrecordSpec],
    place: Place,
    known: Mapping[str, str] | None,
    creator: Creator | None,
    *,
    owner: str,
    around: Mapping[str, int] | None = None,
) -> tuple[SubrecordPlan, ...]:
    """The plans of all subrecords at one place; `known` maps their fields to their record types."""
    plans = []
    for name, spec in specs.items():
        at = place / name
        if known is not None and name not in known:
            hint = did_you_mean(name, known)
            message = f"'{name}' is no known subrecord of {owner}{hint}"
            (at.error if known else at.warn)("E260", message, key=True)
        kind = (known or {}).get(name, "other")
        if spec.address is not None and kind not in ("address", "other"):
            (at / "address").error(
                "E116", f"'address' is for addresses; '{name}' is none", key=True
            )
            continue
        record = context.project.catalog.record(kind)
        source: Path | None = None
        if spec.from_ is not None:
            source = compile_path(spec.from_, at / "from")
        group = FieldGroup(
            f"{owner}.{name}",
            record.fields if record else None,
            open=record.open if record else True,
            in_line=False,
        )
        fields = compile_fields(context, spec.body, at / "body", group, creator, around)
        if kind == "address":
            _check_address(spec, at, whole="." not in owner)
        elif spec.address is not None and known is not None and name in known:
            (at / "address").error(
                "E116", f"'address' is for addresses; '{name}' is none", key=True
            )
        plans.append(
            SubrecordPlan(
                field=name,
                kind=kind if kind in ("address", "inventorydetail") else "other",  # type: ignore[arg-type]
                source=source,
                when=compile_condition(context, spec.when, at / "when") if spec.when else None,
                fields=in_order(fields, record.order if record else ()),
                lines=compile_lines(
                    context, spec.lines, at / "lines", record, creator,
                    owner=f"{owner}.{name}", transaction=False, around=around,
                ),
                origin=at.origin(),
            )
        )  # fmt: skip
        given = spec.body or spec.lines or spec.address
        if not given and not at.lost("body") and not at.lost("lines"):
            at.error("E261", f"subrecord '{name}' sets nothing: it needs body or lines", key=True)
    return tuple(plans)


def _check_address(spec: SubrecordSpec, place: Place, *, whole: bool) -> None:
    """`whole`: the address is one of the record's body, which is made anew where it differs."""
    for name, rule in spec.body.items():
        once = "on" if rule.on in ("create", "update") else None
        key = "keep_existing" if rule.keep_existing else once
        if whole and key and not place.lost("body", name):
            (place / "body" / name / key).error(
                "E116",
                f"'{key}' does not go with an address of the record, which is made anew where it differs",
                "leave it out: a field that the document does not name is empty then",
                key=True,
            )
    if "state" in spec.body and "country" not in spec.body and not place.lost("body", "country"):
        (place / "body" / "state").error(
            "E262", "a state belongs to a country: map 'country' too", key=True
        )
