"""Paths, conditions and values of a plan in words."""

from __future__ import annotations

import json

from generator.plan.inbound import Lookup
from generator.plan.values import (
    All,
    AnyOf,
    Coalesce,
    Concat,
    Condition,
    DisplayText,
    FieldName,
    Hook,
    Json,
    Literal_,
    Not,
    Path,
    QueryValue,
    Ref,
    Source,
    Test,
    TransformCall,
    Value,
    VarRef,
)
from generator.spec.diagnose import listed

_COMPARED = {
    "equals": "is", "not_equals": "is not", "gt": "is more than", "lt": "is less than",
    "matches": "matches",
}  # fmt: skip


def path(at: Path | FieldName | DisplayText) -> str:
    """`$.customer.id`, as a spec writes it."""
    inner = ".".join(f'["{part}"]' if "." in part else part for part in at.segments)
    if isinstance(at, Path) and at.root:
        return f"$.{inner}" if inner else "$"
    return inner or "."


def condition(found: Condition) -> str:
    """`financial_status is paid or refunded, and not (test is true)`."""
    match found:
        case All(of):
            return ", and ".join(_inner(each) for each in of)
        case AnyOf(of):
            return ", or ".join(_inner(each) for each in of)
        case Not(of):
            return f"not ({condition(of)})"
        case Test(subject, operator, value):
            return f"{path(subject)} {_test(operator, value)}"
    raise TypeError(found)


def _inner(found: Condition) -> str:
    return f"({condition(found)})" if isinstance(found, All | AnyOf) else condition(found)


def _test(operator: str, value: Json) -> str:
    if operator == "present":
        return "is there" if value else "is empty"
    if operator == "changed":
        return "has changed" if value else "has not changed"
    if operator in ("in", "not_in"):
        said = listed(map(literal, value if isinstance(value, list) else [value]))
        return f"is {'not ' if operator == 'not_in' else ''}{said}"
    return f"{_COMPARED.get(operator, operator)} {literal(value)}"


def literal(value: Json) -> str:
    """A literal as JSON writes it."""
    return json.dumps(value, ensure_ascii=False)


def source(found: Source) -> str:
    """Where a value comes from."""
    match found:
        case Path() | FieldName():
            return path(found)
        case Literal_():
            return literal(found.value)
        case VarRef(name):
            return f"variable {name}"
        case Concat(parts):
            return " + ".join(value(part) for part in parts)
        case Coalesce(parts):
            return "the first of " + listed([value(part) for part in parts])
        case Hook(function):
            return f"hook {function}()"
        case DisplayText():
            return f"the text of {path(found)}"
        case QueryValue():
            return "a query of its own"
    raise TypeError(found)


def value(found: Value, lookups: dict[str, Lookup] | None = None) -> str:
    """A value with its steps: `sku, trim, upper, looked up in item by itemid`."""
    parts = [source(found.source), *(_step(call) for call in found.apply)]
    if found.map:
        parts.append(f"map {found.map}")
    if found.ref:
        parts.append(reference(found.ref, lookups or {}))
    if found.default:
        parts.append(f"else {source(found.default)}")
    return ", ".join(parts)


def _step(call: TransformCall) -> str:
    if call.condition:
        return f"{call.name} {condition(call.condition)}"
    return call.name if call.argument is None else f"{call.name} {literal(call.argument)}"


def reference(ref: Ref, lookups: dict[str, Lookup]) -> str:
    """How a key becomes an internal id, and what if there is none."""
    lookup = lookups.get(ref.lookup)
    by = ", ".join(column.name for column in lookup.columns) if lookup else ""
    where = f"looked up in {lookup.record} by {by}" if lookup else f"looked up ({ref.lookup})"
    if lookup and lookup.suiteql:
        where = f"looked up in {lookup.record} by a query"
    if ref.prefix:
        where += f' with "{ref.prefix}" before it'
    missing = {
        "error": "",
        "skip_field": " (missing: left out)",
        "skip_line": " (missing: the line is left out)",
        "default": " (missing: the default)",
        "create": " (missing: created)",
    }[ref.missing]
    return where + missing
