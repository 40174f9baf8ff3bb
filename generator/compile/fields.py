"""Fields: rules against the catalogue. What the catalogue cannot know is a warning, never an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from generator.catalog import Field
from generator.compile.conditions import compile_condition
from generator.compile.context import FlowContext, Place
from generator.compile.references import Creator, Neighbours, compile_ref, known_ids, with_vars
from generator.compile.values import compile_value
from generator.plan.model import FieldPlan, Hook, Literal_, Path, Value, VarRef
from generator.spec.diagnose import did_you_mean
from generator.spec.fields import Rule

NUMBERS = frozenset(("integer", "decimal", "float", "currency", "rate", "percent"))
TEXTS = frozenset(("text", "email", "phone", "url"))
DATES = frozenset(("date", "datetime"))
CUSTOM = re.compile(r"cust(body|col|entity|item|record|event|recordtype)_?[a-z0-9_]*")
_TIME_TOKENS = re.compile(r"[Hhms]")


class FieldGroup:
    """
    The fields of one place that rules are checked against.

    Args:
        owner: what they belong to, for messages (`salesorder`, `salesorder.item`).
        fields: the catalogue's, None where the owner itself is unknown.
        open: whether an unlisted field is normal.
        in_line: whether they are fields of a line.
    """

    def __init__(
        self,
        owner: str,
        fields: Mapping[str, Field] | None,
        *,
        open: bool,  # noqa: A002 - the catalogue's name
        in_line: bool,
    ) -> None:
        self.owner = owner
        self.fields = fields
        self.open = open
        self.in_line = in_line


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
    compound = [n for n, rule in rules.items() if rule.ref and isinstance(rule.ref.by, dict)]
    for name in (*(n for n in rules if n not in compound), *compound):
        plan = compile_field(
            context, name, rules[name], place / name, group, creator, Neighbours(stages)
        )
        if plan is None:
            continue
        plans[name] = plan
        stages = known_ids(context, [plan], stages)
    return tuple(plans[name] for name in rules if name in plans)


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
    if rule.ref:
        ref = compile_ref(
            context, rule.ref, place / "ref", neighbours, creator, key=value, in_line=group.in_line
        )
        _check_target(context, known, rule.ref.record, place / "ref" / "record", name)
        value = replace(value, ref=ref) if value else None
    if value and kind in ("select", "multiselect"):
        value = with_vars(context, value, place)
        _check_select(context, rule, known, value, place, name, group)
        _check_default(rule, place)
    elif rule.ref and kind not in ("select", "multiselect", "integer", "text"):
        (place / "ref").error(
            "E203", f"'{name}' is a {kind}; a reference needs a select field", key=True
        )
    if value:
        _check_literal(value, kind, known, place, name)
        _check_cut(value, known, place, name)
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
        origin=place.origin(),
    )


def find_field(name: str, place: Place, group: FieldGroup) -> Field | None:
    """The catalogue's field; one that is not there is reported, a custom one as a warning."""
    if group.fields is None:
        return None
    known = group.fields.get(name)
    if known:
        return known
    hint = did_you_mean(name, group.fields)
    if CUSTOM.fullmatch(name):
        place.warn(
            "E202",
            f"'{name}' of {group.owner} is not described in objects/{hint}",
            "import the field into objects/, so that it can be checked",
            key=True,
        )
    elif group.open:
        place.warn("E202", f"'{name}' is no known field of {group.owner}{hint}", key=True)
    else:
        place.error("E202", f"'{name}' is no field of {group.owner}{hint}", key=True)
    return None


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
        "E211", f"'{name}' is {_article(listed)} in NetSuite, not {_article(given)}"
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
    if rule.ref or rule.set_text or not (known and known.refers):
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
    if _all_looked_up(value):
        return
    by = "itemid" if known.refers == "item" else "externalid"
    position = "from" if rule.from_ else "concat" if rule.concat else "coalesce"
    at = place / position if place.source.has((*place.loc, position)) else place
    at.error(
        "E203",
        f"'{name}' on {group.owner} is a list of {known.refers} records; "
        f"a text value needs a reference",
        f"add  ref: {{record: {known.refers}, by: {by}}}",
    )


def _all_looked_up(value: Value) -> bool:
    parts = getattr(value.source, "parts", ())
    return bool(parts) and all(
        part.ref or isinstance(part.source, Literal_ | Hook) or _all_looked_up(part)
        for part in parts
    )


def _check_target(
    context: FlowContext, known: Field | None, referred: str, place: Place, name: str
) -> None:
    """A reference (or a variable) to records that the field does not hold."""
    if not (known and known.refers):
        return
    records = context.project.catalog.records
    held, given = records.get(known.refers), records.get(referred)
    if held is None or given is None or held.family == given.family:
        return
    if held.open or (known.refers in ("entity", "transaction", "item") and held.kind == given.kind):
        return
    if given.id in known.refers or {held.family, given.family} <= {"salestaxitem", "taxgroup"}:
        return
    place.error("E228", f"'{name}' holds {known.refers} records, not {referred} records")


def _check_default(rule: Rule, place: Place) -> None:
    if rule.default and rule.default.var is None and rule.ref:
        (place / "default").warn(
            "E222",
            "the default of a reference is an internal id, which differs between accounts",
            "use a variable: default: {var: name}",
        )


def _check_literal(value: Value, kind: str, known: Field | None, place: Place, name: str) -> None:
    if not isinstance(value.source, Literal_) or value.ref or value.map or value.apply:
        return
    literal = value.source.value
    at = place / "value"
    if kind == "boolean" and not isinstance(literal, bool):
        at.error("E212", f"'{name}' is true or false; found {literal!r}")
    elif kind in NUMBERS and not re.fullmatch(r"-?\d+(\.\d+)?", str(literal)):
        at.error("E213", f"'{name}' is a number; found '{literal}'")
    elif kind == "date":
        try:
            date.fromisoformat(str(literal)[:10])
        except ValueError:
            at.error("E213", f"'{name}' is a date; found '{literal}'", 'write "2026-01-31"')
    elif kind in TEXTS and known and known.length and isinstance(literal, str):
        units = len(literal.encode("utf-16-le")) // 2
        if units > known.length:
            at.error("E205", f"'{name}' takes {known.length} characters; this text has {units}")


def _check_cut(value: Value, known: Field | None, place: Place, name: str) -> None:
    if not (known and known.length):
        return
    for index, call in enumerate(value.apply):
        if (
            call.name == "truncate"
            and isinstance(call.argument, int)
            and call.argument > known.length
        ):
            (place / "apply" / index / "truncate").warn(
                "E205",
                f"'{name}' takes {known.length} characters; truncate {call.argument} is longer",
            )


def _check_dates(
    context: FlowContext, rule: Rule, value: Value | None, kind: str, place: Place, name: str
) -> None:
    if rule.timezone is not None:
        check_zone(rule.timezone, place / "timezone")
    if kind not in DATES:
        for option in ("format", "timezone"):
            if getattr(rule, option) is not None and kind != "timeofday":
                (place / option).error(
                    "E116", f"'{option}' is for dates; '{name}' is {_article(kind)}", key=True
                )
        return
    if value is None or rule.timezone or context.project.timezone:
        return
    if isinstance(value.source, Literal_ | VarRef | Hook):
        return
    if any(call.name == "parse_date" for call in value.apply):
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
        if kind not in ("select", "multiselect"):
            (place / "set_text").error("E116", "'set_text' is for selects", key=True)
        elif rule.ref:
            (place / "set_text").error("E116", "'set_text' and 'ref' exclude each other", key=True)
    if rule.policy == "add" and kind != "multiselect":
        (place / "policy").error("E116", "'policy' of a field is for multi-selects", key=True)
    falls_back = rule.ref is not None and rule.ref.missing == "default"
    if falls_back and rule.default is None and not place.lost("default"):
        (place / "ref" / "missing").error("E221", "missing: default needs 'default'")


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _errors(place: Place) -> int:
    return sum(1 for found in place.sink if found.severity == "error")
