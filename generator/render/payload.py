"""The payload of an outbound flow: functions that make JSON of a record, its lines and a poll's rows."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from msgspec import Struct

from generator.plan.outbound import Join, OutboundPlan, PayloadField, PayloadList
from generator.plan.values import DisplayText, FieldName
from generator.render.expressions import Scope, condition, describe, expression
from generator.render.functions import Function
from generator.render.js import Modules, Raw, camel, comment, literal, member
from generator.transforms import TRANSFORMS

_KINDS = {
    "text": "text", "textarea": "text", "email": "text", "phone": "text", "url": "text",
    "integer": "integer", "decimal": "number", "percent": "number", "float": "number",
    "currency": "number", "rate": "rate", "boolean": "boolean", "date": "date",
    "datetime": "datetime", "select": "text",
}  # fmt: skip
_READERS = {None: "value", "datetime": "instant", "timeofday": "time"}
_JOINED = {"boolean": "joinedFlag", "multiselect": "joinedIds"}


def record_scope(
    modules: Modules, place: str, within: Collection[str] = (), record: str = "rec"
) -> Scope:
    """
    Names where values come from NetSuite.

    Args:
        modules: of the file.
        place: variable that reads the place.
        within: its fields that are subrecords.
        record: variable that reads the whole record.
    """

    def read(name: FieldName | DisplayText) -> str:
        base, last = ".".join(name.segments[:-1]), name.segments[-1]
        shown = isinstance(name, DisplayText)
        if not base:
            method = "text" if isinstance(name, DisplayText) else _READERS[name.form]
            return f"{place}.{method}({literal(last)})"
        if base in within:
            inside = "insideText" if shown else "inside"
            return f"{place}.{inside}({literal(base)}, {literal(last)})"
        if isinstance(name, FieldName) and name.form in _JOINED:
            return f"{place}.{_JOINED[name.form]}({literal(base)}, {literal(last)})"
        return f"{place}.joined({literal(base)}, {literal(f'df_{last}' if shown else last)})"

    def query(name: str) -> str:
        return f"{place}.queried({literal(name)})"

    return Scope(
        modules,
        place=place,
        doc=record,
        field=read,
        query=query,
    )


def payload_functions(plan: OutboundPlan, modules: Modules) -> list[Function]:
    """Every function of the flow's module, inner ones first; the last one is `payload`."""
    made: list[Function] = []
    scope = _scope(plan, modules, "", "rec")
    lists = [_list(plan, found, "", modules, made) for found in plan.lists]
    made.append(_payload(plan, scope, lists))
    return made


def joins(found: tuple[Join, ...]) -> list[dict[str, Any]]:
    """Joins that one query answers together, in the order in which they need each other."""
    grouped: dict[_JoinKey, list[str]] = {}
    for join in found:
        columns = grouped.setdefault(_JoinKey(join.sublist or "", join.base, join.table), [])
        column = f"{join.column} AS {join.alias}" if join.alias else join.column
        if column not in columns:
            columns.append(column)
    steps = sorted(grouped.items(), key=lambda item: item[0].base.count("."))
    return [
        {"at": one.sublist, "base": one.base, "table": one.table, "columns": columns}
        for one, columns in steps
    ]


def queries(plan: OutboundPlan, modules: Modules) -> list[dict[str, Any]]:
    """Queries of payload values, each with how a place's key is read."""
    found = []
    for query in plan.queries:
        scope = _scope(plan, modules, query.sublist, "row" if query.sublist else "rec")
        assert scope.field is not None
        key = Raw(f"({scope.place}) => {scope.field(query.key)}")
        found.append(
            {
                "name": query.name,
                "at": query.sublist,
                "key": key,
                "numeric": query.numeric,
                "text": query.text,
            }
        )
    return found


def _scope(plan: OutboundPlan, modules: Modules, path: str, place: str) -> Scope:
    within = {field for sublist, field in plan.within if sublist == path}
    return record_scope(modules, place, within)


class _JoinKey(Struct, frozen=True):
    sublist: str
    base: str
    table: str


def _payload(plan: OutboundPlan, scope: Scope, lists: list[list[str]]) -> Function:
    lines = ["/** @type {any} */", "const data = {};"]
    for field in plan.payload:
        lines += ["", *_field(field, scope, "")]
    for found in lists:
        lines += ["", *found]
    if plan.hooks and plan.hooks.after_map:
        hook = member("hooks", plan.hooks.after_map)
        lines += ["", f"return {hook}(data, rec, ctx) || data;"]
    else:
        lines += ["", "return data;"]
    first = "rec"
    if plan.hooks and plan.hooks.before_map:
        first = "found"
        hook = member("hooks", plan.hooks.before_map)
        lines = [f"const rec = {hook}(found, ctx) || found;", "", *lines]
    params = _params((first, "at", "ctx"), lines)
    return Function("What the target is told.", "payload", params, tuple(lines))


def _list(
    plan: OutboundPlan, found: PayloadList, path: str, modules: Modules, made: list[Function]
) -> list[str]:
    """The statements that set a list in its place (`rec` or `row`), after its functions were made."""
    outer = "row" if path else "rec"
    inner = f"{path}/{found.sublist}" if path else found.sublist
    scope = _scope(plan, modules, inner, "row")
    lines = ["/** @type {any} */", "const data = {};"]
    for field in found.fields:
        lines += ["", *_field(field, scope, f"{found.name}.")]
    for nested in found.lists:
        lines += ["", *_list(plan, nested, inner, modules, made)]
    lines += ["", "return data;"]
    words = [*(word for word in path.split("/") if word), found.name]
    name = _free(camel("read", *words), made)
    function = Function(
        f"An element of {found.name}.",
        name,
        _params(("row", "at", "ctx", "rec"), lines),
        tuple(lines),
    )
    made.append(function)
    one = "line" if path else "row"
    source = f"{outer}.rows({literal(found.sublist)})"
    if found.when:
        kept = condition(found.when, _scope(plan, modules, inner, one))
        source += f".filter(({one}) => {kept})"
    about = found.sublist if found.sublist == "rows" else f"lines of {found.sublist}"
    arguments = ", ".join([one, "at", "ctx", "rec"][: len(function.params)])
    return [
        comment(f"{found.name} <- {about}", found.origin),
        f"{member('data', found.name)} = {source}.map(({one}) => {name}({arguments}));",
    ]


def _free(name: str, made: list[Function]) -> str:
    taken = {function.name for function in made} | {"payload", "when", "joins", "queries", "reads"}
    free, number = name, 2
    while free in taken:
        free, number = f"{name}{number}", number + 1
    return free


def _params(names: tuple[str, ...], lines: list[str]) -> tuple[str, ...]:
    code = "\n".join(line for line in lines if not line.startswith("//"))
    used = [bool(re.search(rf"\b{name}\b", code)) for name in names]
    return names[: len(used) - used[::-1].index(True)] if True in used else ()


def _field(plan: PayloadField, scope: Scope, prefix: str) -> list[str]:
    name = ".".join(plan.name)
    rule: dict[str, Any] = {}
    if plan.required:
        rule["required"] = True
    if plan.null:
        rule["null"] = True
    if plan.places is not None:
        rule["places"] = plan.places
    if plan.format:
        rule["format"] = plan.format
    if plan.timezone:
        rule["timezone"] = plan.timezone
    arguments = [expression(plan.value, scope), *([literal(rule)] if rule else [])]
    at = f"at({literal(prefix + name)}, {literal(str(plan.origin))})"
    value = f"{at}.{_kind(plan)}({', '.join(arguments)})"
    if len(plan.name) > 1:
        scope.modules.use("../lib/payload", "payloads")
        statement = f"payloads.put(data, {literal(list(plan.name))}, {value});"
    else:
        statement = f"{member('data', plan.name[0])} = {value};"
    return [comment(f"{name} <- {describe(plan.value)}", plan.origin), statement]


def _kind(plan: PayloadField) -> str:
    if plan.type is not None:
        return _KINDS.get(plan.type, "any")
    # Numbers are decimal text on the way; JSON gets a number again.
    last = plan.value.apply[-1] if plan.value.apply and not plan.value.map else None
    return "number" if last and TRANSFORMS[last.name].gives == "number" else "any"
