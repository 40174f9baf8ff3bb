"""Fields: rules against the catalogue. What the catalogue cannot know is a warning, never an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from generator.catalog import Field
from generator.compile.choices import check_choices
from generator.compile.conditions import compile_condition
from generator.compile.context import FlowContext, Place
from generator.compile.formats import check_format
from generator.compile.known import FieldGroup, find_field
from generator.compile.references import Creator, Neighbours, compile_ref, known_ids, with_vars
from generator.compile.types import DATES, NUMBERS, TEXTS, Target, article, check_fit
from generator.compile.values import compile_value
from generator.plan.inbound import FieldPlan
from generator.plan.values import Hook, Literal_, Path, Value, VarRef
from generator.spec.diagnose import did_you_mean
from generator.spec.fields import Rule

_TIME_TOKENS = re.compile(r"[Hhms]")


def compile_fields(
    context: FlowContext,
    rules: Mapping[str, Rule],
    place: Place,
    group: FieldGroup,
    creator: Creator | None,
    around: Mapping[str, int] | None = None,
) -> tuple[FieldPlan, ...]:
    """
    All rules of one place. Fields whose references need other fields' ids come after those.

    Args:
        context: the flow.
        rules: as written, by field id.
        place: of the map.
        group: the fields that exist there.
        creator: for `missing: create`, None inside a create.
        around: fields (with look-up stages) of the line around a subrecord.
    """
    stages = dict(around or {})
    plans: dict[str, FieldPlan] = {}
    for name in _waiting_last(rules, place):
        plan = compile_field(
            context, name, rules[name], place / name, group, creator, Neighbours(stages)
        )
        if plan is None:
            continue
        plans[name] = plan
        stages = known_ids(context, [plan], stages)
    return tuple(plans[name] for name in rules if name in plans)


def _waiting_last(rules: Mapping[str, Rule], place: Place) -> list[str]:
    """The fields in an order in which each key's fields come before it; a loop is reported."""
    waits = {
        name: [part for part in rule.ref.by.values() if part in rules and part != name]
        for name, rule in rules.items()
        if rule.ref and isinstance(rule.ref.by, dict)
    }
    order = [name for name in rules if name not in waits]
    left = [name for name in rules if name in waits]
    while left:
        ready = [name for name in left if not any(part in left for part in waits[name])]
        if not ready:
            _report_loop(left, waits, rules, place)
            return order
        order += ready
        left = [name for name in left if name not in ready]
    return order


def _report_loop(
    left: list[str], waits: Mapping[str, list[str]], rules: Mapping[str, Rule], place: Place
) -> None:
    path = [left[0]]
    while path.count(path[-1]) == 1:
        path.append(next(part for part in waits[path[-1]] if part in left))
    loop = path[path.index(path[-1]) :]
    first, second = loop[0], loop[1]
    ref = rules[first].ref
    assert ref is not None
    assert isinstance(ref.by, dict)
    column = next(column for column, part in ref.by.items() if part == second)
    (place / first / "ref" / "by" / column).error(
        "E237",
        f"these look-ups wait for each other: {' -> '.join(loop)}",
        "look one of them up by a key of the document",
    )


def compile_field(
    context: FlowContext,
    name: str,
    rule: Rule,
    place: Place,
    group: FieldGroup,
    creator: Creator | None,
    neighbours: Neighbours,
) -> FieldPlan | None:
    """One rule; None where it is wrong (which is reported)."""
    before = _errors(place)
    known = find_field(name, place, group)
    if known and known.read_only:
        place.error("E204", f"'{name}' of {group.owner} cannot be written", key=True)
    value = compile_value(context, rule, place)
    kind = _type(rule, known, place, name)
    if known or rule.type:
        context.types[place.loc] = kind
    if rule.ref:
        ref = compile_ref(
            context, rule.ref, place / "ref", neighbours, creator, key=value, in_line=group.in_line
        )
        _check_target(context, known, rule.ref.record, place / "ref" / "record", name)
        value = replace(value, ref=ref) if value else None
    if value and kind in ("select", "multiselect"):
        value = with_vars(context, value, place)
        _check_select(context, rule, known, value, place, name, group)
        _check_default(rule, place, name)
        record = context.project.catalog.record(group.owner)  # None for lines and subrecords
        check_choices(context, value, place, name, record, text=bool(rule.set_text))
    elif rule.ref and kind not in ("select", "multiselect", "integer", "text"):
        (place / "ref").error(
            "E203", f"'{name}' is {article(kind)}; a reference needs a select field", key=True
        )
    if value:
        check_fit(context, value, _target(context, rule, known, kind, name), place)
    _check_dates(context, rule, value, kind, place, name)
    _check_options(rule, kind, place)
    when = compile_condition(context, rule.when, place / "when") if rule.when else None
    if value is None or _errors(place) > before:
        return None
    return FieldPlan(
        id=name,
        value=value,
        type=kind,
        length=known.length if known else None,
        format=rule.format,
        timezone=rule.timezone or (context.project.timezone if kind in DATES else None),
        places=rule.places,
        true_values=rule.true_values,
        set_text=rule.set_text,
        required=rule.required,
        empty=rule.empty,
        on=_on(rule, known, place, name),
        keep_existing=rule.keep_existing,
        policy=rule.policy,
        when=when,
        features=_features(context, rule, place),
        origin=place.origin(),
    )


def _features(context: FlowContext, rule: Rule, place: Place) -> tuple[str, ...]:
    """The features that guard a field; one that no record of the catalogue knows is doubtful."""
    if not rule.features:
        return ()
    known = {name for one in context.project.catalog.records.values() for name in one.features}
    for index, name in enumerate(rule.features):
        hint = did_you_mean(name, known)
        if name not in known and (hint or name != name.upper()):
            (place / "features" / index).warn(
                "E206", f"'{name}' is no known feature{hint}", "ids are as in SDF: MULTICURRENCY"
            )
    return rule.features


def _type(rule: Rule, known: Field | None, place: Place, name: str) -> str:
    listed = {"textarea": "text", "other": "text"}.get(known.type, known.type) if known else None
    if listed == "summary":
        place.error("E260", f"'{name}' is a subrecord", "write it under subrecords:", key=True)
        return "text"
    given = rule.type
    if given is None:
        if listed:
            return listed
        if rule.ref:
            return "select"
        return "boolean" if isinstance(rule.value, bool) else "text"
    if listed is None or given == listed:
        return given
    if given in NUMBERS and listed in NUMBERS:
        return given
    if (given in TEXTS or given in NUMBERS or given in DATES) and listed in TEXTS:
        return given
    (place / "type").error(
        "E211", f"'{name}' is {article(listed)} in NetSuite, not {article(given)}"
    )
    return listed


def _on(rule: Rule, known: Field | None, place: Place, name: str) -> Any:
    if known and known.set_once:
        if rule.on in ("both", "update"):
            (place / "on").warn(
                "E209",
                f"NetSuite refuses or re-sources a change of '{name}'",
                "leave 'on' out: fields of this kind are set on create",
            )
        return rule.on or "create"
    return rule.on or "both"


def _check_select(
    context: FlowContext,
    rule: Rule,
    known: Field | None,
    value: Value,
    place: Place,
    name: str,
    group: FieldGroup,
) -> None:
    if rule.ref or rule.set_text or place.lost("ref") or not (known and known.refers):
        return
    if isinstance(value.source, VarRef) and value.ref:
        var = context.known_var(value.source.name)
        if var and var.record:
            _check_target(context, known, var.record, place / "var", name)
        return
    if isinstance(value.source, Literal_) and re.fullmatch(r"[1-9]\d*", str(value.source.value)):
        (place / "value").warn(
            "E222",
            "internal ids differ between accounts",
            "use a variable of type select, or a reference",
        )
    if isinstance(value.source, Literal_) and not (value.apply or value.map or value.ref):
        _check_id(value.source.value, known, place / "value", name, group)
    if isinstance(value.source, Literal_ | Hook) or value.ref:
        return
    if isinstance(value.source, VarRef):
        (place / "var").error(
            "E203",
            f"'{name}' on {group.owner} is a list of {known.refers} records, "
            f"but the variable is no select",
            f"declare the variable with  type: select, record: {known.refers}",
        )
        return
    if _all_looked_up(value) or place.lost_inside():
        return
    by = _TOLD_BY.get(known.refers, "externalid")
    position = "from" if rule.from_ else "concat" if rule.concat else "coalesce"
    at = place / position if place.source.has((*place.loc, position)) else place
    at.error(
        "E203",
        f"'{name}' on {group.owner} is a list of {known.refers} records; "
        f"a text value needs a reference",
        f"add  ref: {{record: {known.refers}, by: {by}}}",
    )


# How records of these types are usually told apart; others by their external ids.
_TOLD_BY = {
    "item": "itemid",
    "account": "acctnumber",
    "currency": "symbol",
    "bin": "name",
    "inventorynumber": "{item: item, inventorynumber: PATH}",
    **dict.fromkeys(("pricelevel", "term", "customerstatus", "paymentmethod", "role"), "name"),
}


def _check_id(literal: Any, known: Field, place: Place, name: str, group: FieldGroup) -> None:
    """A literal of a list of records is an internal id; several are written with a transform."""
    if literal in (None, "") or re.fullmatch(r"-?\d+", str(literal)):
        return
    shown = str(literal).lower() if isinstance(literal, bool) else literal
    by = "itemid" if known.refers == "item" else "name"
    place.error(
        "E203",
        f"'{name}' on {group.owner} is a list of {known.refers} records; '{shown}' is no internal id",
        f"add  ref: {{record: {known.refers}, by: {by}}}",
    )


def _all_looked_up(value: Value) -> bool:
    parts = getattr(value.source, "parts", ())
    return bool(parts) and all(
        part.ref or isinstance(part.source, Literal_ | Hook) or _all_looked_up(part)
        for part in parts
    )


def holds(context: FlowContext, known: Field, referred: str) -> bool:
    """Whether a field may hold records of a type; true where one of the two types is not known."""
    if not known.refers:
        return False
    records = context.project.catalog.records
    held, given = records.get(known.refers), records.get(referred)
    if held is None or given is None or held.family == given.family:
        return True
    if held.kind == given.kind and (held.open or known.refers in ("entity", "transaction", "item")):
        return True
    return given.id in known.refers or {held.family, given.family} <= {"salestaxitem", "taxgroup"}


def _check_target(
    context: FlowContext, known: Field | None, referred: str, place: Place, name: str
) -> None:
    """A reference (or a variable) to records that the field does not hold."""
    if known is None or not known.refers or holds(context, known, referred):
        return
    place.error("E228", f"'{name}' holds {known.refers} records, not {referred} records")


def _check_default(rule: Rule, place: Place, name: str) -> None:
    """The default of a reference is never looked up, so a literal is an internal id."""
    if rule.default is None or rule.default.var is not None or rule.ref is None:
        return
    literal = str(rule.default.value)
    advice = "use a variable of type select, which is looked up: default: {var: name}"
    if not re.fullmatch(r"-?\d+", literal):
        (place / "default").error("E203", f"'{literal}' is no internal id of '{name}'", advice)
    elif not literal.startswith("-"):  # below zero they are NetSuite's own: price level -1
        (place / "default").warn(
            "E222",
            "the default of a reference is an internal id, which differs between accounts",
            advice,
        )


def _target(context: FlowContext, rule: Rule, known: Field | None, kind: str, name: str) -> Target:
    return Target(
        name=name,
        type="text" if rule.set_text else kind,
        length=known.length if known and kind in TEXTS else None,
        format=rule.format,
        zoned=bool(rule.timezone or context.project.timezone),
        words=rule.true_values,
        least=known.least if known else None,
        most=known.most if known else None,
    )


def _check_dates(
    context: FlowContext, rule: Rule, value: Value | None, kind: str, place: Place, name: str
) -> None:
    if rule.timezone is not None:
        check_zone(rule.timezone, place / "timezone")
    if rule.format is not None and kind in DATES:
        check_format(rule.format, place / "format")
    if kind not in DATES:
        for option in ("format", "timezone"):
            if getattr(rule, option) is not None:
                (place / option).error(
                    "E116", f"'{option}' is for dates; '{name}' is {article(kind)}", key=True
                )
        return
    if value is None or rule.timezone or context.project.timezone:
        return
    if isinstance(value.source, Literal_ | VarRef | Hook):
        return
    for index, call in enumerate(value.apply):
        if call.name == "parse_date":
            argument: Any = call.argument
            form = re.sub(r"\[.*?\]", "", argument["format"])
            if _TIME_TOKENS.search(form) and "Z" not in form and not argument.get("timezone"):
                (place / "apply" / index).error(
                    "E214",
                    f"'{name}' is read by {argument['format']}, a time without a zone",
                    "add  timezone: America/New_York  to parse_date (project.yaml has none)",
                )
            return
    if rule.format and (kind == "date" and not _TIME_TOKENS.search(rule.format)):
        return
    text = rule.from_ if isinstance(value.source, Path) else "its source"
    what = "a date" if kind == "date" else "a time"
    at = place / "from" if place.source.has((*place.loc, "from")) else place
    at.error(
        "E214",
        f"'{name}' is {what} but '{text}' may be a time without a zone",
        "add  timezone: America/New_York  (project.yaml has none)",
    )


def check_zone(zone: str, place: Place) -> None:
    """Report a time zone that does not exist."""
    from zoneinfo import ZoneInfo  # few specs name one, and its import is felt in a rebuild

    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        place.error("E215", f"unknown time zone '{zone}'", "names are like Europe/Berlin")


def _check_options(rule: Rule, kind: str, place: Place) -> None:
    if rule.true_values and kind != "boolean":
        (place / "true_values").error("E116", "'true_values' is for booleans", key=True)
    if rule.places is not None and kind not in NUMBERS:
        (place / "places").error("E116", "'places' is for numbers", key=True)
    if rule.set_text:
        if kind != "select":
            (place / "set_text").error(
                "E116",
                "'set_text' is for selects",
                "refer by name:  ref: {record: ..., by: name}" if kind == "multiselect" else None,
                key=True,
            )
        elif rule.ref:
            (place / "set_text").error("E116", "'set_text' and 'ref' exclude each other", key=True)
    if rule.policy == "add" and kind != "multiselect":
        (place / "policy").error("E116", "'policy' of a field is for multi-selects", key=True)
    if kind == "multiselect" and rule.ref and rule.ref.missing == "create":
        (place / "ref" / "missing").error(
            "E221", "an element of a multi-select cannot create a record"
        )
    falls_back = rule.ref is not None and rule.ref.missing == "default"
    if falls_back and rule.default is None and not place.lost("default"):
        (place / "ref" / "missing").error("E221", "missing: default needs 'default'")


def _errors(place: Place) -> int:
    return sum(1 for found in place.sink if found.severity == "error")
