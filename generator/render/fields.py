"""Field rules: how each is read from the document and how it is written to the record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from generator.plan.inbound import FieldPlan
from generator.plan.values import Coalesce, Value
from generator.render.expressions import (
    Scope,
    condition,
    describe,
    expression,
    key_expression,
    named,
    source,
)
from generator.render.js import Raw, comment, literal, member

# The catalogue's type: how a document's value is read, how the record's field is set.
_KINDS = {
    "integer": ("integer", "number"),
    "decimal": ("number", "number"),
    "percent": ("number", "number"),
    "float": ("number", "number"),
    "currency": ("number", "number"),
    "rate": ("rate", "rate"),
    "boolean": ("boolean", "boolean"),
    "date": ("date", "date"),
    "datetime": ("datetime", "datetime"),
    "timeofday": ("time", "time"),
    "select": ("id", "select"),
    "multiselect": ("ids", "multiselect"),
}
# Where a field has no places of its own, currencies have two; a spec names others.
_CURRENCY_PLACES = 2


class Place(Struct, frozen=True):
    """
    Where fields are read: the scope, and what the field names in errors begin with.

    Args:
        scope: names of the generated function.
        path: `item.` for the fields of a sublist, empty for the body.
        target: variable that receives the values.
        around: variable with the values of the line around a subrecord, or None.
        fields: ids of the fields of this place.
    """

    scope: Scope
    path: str
    target: str
    around: str | None
    fields: frozenset[str]


def read_block(plan: FieldPlan, place: Place) -> list[str]:
    """The comment and the statement that read one field."""
    read = reading(plan, place)
    assign = f"{member(place.target, plan.id)} = {read};"
    tests = [condition(plan.when, place.scope)] if plan.when else []
    if plan.features:
        asked = ", ".join(literal(name) for name in plan.features)
        tests.insert(0, f"{place.scope.lib('features')}.on({asked})")
    if len(tests) > 1:
        tests[-1] = f"({tests[-1]})" if " || " in tests[-1] else tests[-1]
    if tests:
        assign = f"if ({' && '.join(tests)}) {assign}"
    return [comment(f"{plan.id} <- {describe(plan.value)}", plan.origin), assign]


def reading(plan: FieldPlan, place: Place) -> str:
    """`at(field, spec).type(value, rule)`."""
    at = f"at({literal(place.path + plan.id)}, {literal(str(plan.origin))})"
    rule = _read_rule(plan, place.scope)
    if _refers(plan.value):
        return _reference(plan, plan.value, at, place, rule)
    kind = "text" if plan.set_text else _KINDS.get(plan.type, ("text", "text"))[0]
    arguments = [expression(plan.value, place.scope), *([literal(rule)] if rule else [])]
    return f"{at}.{kind}({', '.join(arguments)})"


def _refers(value: Value) -> bool:
    """Whether the value, or every choice of it, is a reference."""
    if value.ref:
        return True
    return isinstance(value.source, Coalesce) and any(part.ref for part in value.source.parts)


def _reference(plan: FieldPlan, value: Value, at: str, place: Place, rule: dict[str, Any]) -> str:
    if value.ref is None:
        assert isinstance(value.source, Coalesce)
        first, *others = value.source.parts
        if not others:
            return _reference(plan, first, at, place, rule)
        rest = Value(Coalesce(tuple(others)), origin=value.origin)
        second = _reference(plan, rest, at, place, {})
        return _reference(plan, first, at, place, {**rule, "fallback": Raw(second)})
    ref = value.ref
    scope = place.scope
    missing: str = ref.missing
    if "fallback" in rule and missing == "skip_field":
        missing = "default"
    settings: dict[str, Any] = {"missing": missing}
    if ref.prefix:
        settings["prefix"] = ref.prefix
    if ref.ambiguous == "lowest_id":
        settings["lowest"] = True
    if ref.create:
        settings["create"] = ref.create
    if value.default is not None:
        settings["fallback"] = Raw(source(value.default, scope))
    settings.update(rule)
    # A line may be new on a record that is not, so only the body's references are left out early.
    if plan.on != "both" and not place.path:
        settings["on"] = plan.on
    lookup = member("LOOKUPS", ref.lookup)
    if ref.parts:
        parts = []
        for part in ref.parts:
            if part.field is not None:
                holder = (
                    place.target if part.field in place.fields else place.around or place.target
                )
                parts.append(member(holder, part.field))
            else:
                assert part.value is not None
                parts.append(expression(part.value, scope))
        return f"{at}.refBy({lookup}, [{', '.join(parts)}], {literal(settings)})"
    many = plan.type == "multiselect"
    arguments = [lookup, key_expression(value, scope), literal(settings)]
    if ref.create and not many:
        arguments.append(scope.place)
    return f"{at}.{'refs' if many else 'ref'}({', '.join(arguments)})"


def _read_rule(plan: FieldPlan, scope: Scope) -> dict[str, Any]:
    rule: dict[str, Any] = {}
    if plan.required:
        rule["required"] = True
    if plan.empty in ("clear", "error"):
        there = named(plan.value, scope)
        rule["clear" if plan.empty == "clear" else "refuse"] = Raw(there or "true")
    if plan.length is not None and _KINDS.get(plan.type, ("text",))[0] == "text":
        rule["length"] = plan.length
    places = _places(plan)
    if places is not None:
        rule["places"] = places
    if plan.format:
        rule["format"] = plan.format
    if plan.timezone and plan.type in ("date", "datetime"):
        rule["timezone"] = plan.timezone
    if plan.true_values:
        rule["trueValues"] = list(plan.true_values)
    return rule


def _places(plan: FieldPlan) -> int | None:
    if plan.places is not None:
        return plan.places
    return _CURRENCY_PLACES if plan.type == "currency" else None


def write_line(plan: FieldPlan) -> str:
    """`put.type(field, value, rule)`."""
    kind = "choice" if plan.set_text else _KINDS.get(plan.type, ("text", "text"))[1]
    rule: dict[str, Any] = {}
    if plan.on != "both":
        rule["on"] = plan.on
    if plan.keep_existing:
        rule["keep"] = True
    places = _places(plan)
    if kind in ("number", "rate") and places is not None:
        rule["places"] = places
    if plan.policy == "add":
        rule["add"] = True
    arguments = [literal(plan.id), member("v", plan.id), *([literal(rule)] if rule else [])]
    return f"put.{kind}({', '.join(arguments)});"


def reading_order(fields: Sequence[FieldPlan]) -> list[FieldPlan]:
    """Fields whose key needs another field's id come after it; the others keep their order."""
    order = [plan for plan in fields if not _needed(plan)]
    left = [plan for plan in fields if _needed(plan)]
    while left:
        names = {plan.id for plan in left}
        ready = [plan for plan in left if not _needed(plan) & (names - {plan.id})] or left
        order += ready
        left = [plan for plan in left if plan not in ready]
    return order


def _needed(plan: FieldPlan) -> set[str]:
    """The fields whose ids are parts of a field's key."""
    ref = plan.value.ref
    return {part.field for part in ref.parts if part.field is not None} if ref else set()
