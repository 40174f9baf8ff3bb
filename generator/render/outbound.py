"""Outbound flows: the payload module of each, and one user event for each record type."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from generator.plan import names
from generator.plan.model import (
    All,
    AnyOf,
    Condition,
    FieldName,
    Join,
    Not,
    OutboundPlan,
    PayloadField,
    PayloadList,
    Test,
)
from generator.render.engine import render_template
from generator.render.expressions import Scope, condition, describe, expression
from generator.render.functions import Function
from generator.render.inbound import value_map
from generator.render.js import Modules, camel, comment, literal, member
from generator.transforms import TRANSFORMS

_KINDS = {
    "text": "text", "textarea": "text", "email": "text", "phone": "text", "url": "text",
    "integer": "number", "decimal": "number", "percent": "number", "float": "number",
    "currency": "number", "rate": "number", "boolean": "boolean", "date": "date",
    "datetime": "datetime", "select": "text",
}  # fmt: skip


def flow_module(plan: OutboundPlan) -> str:
    """`flows/<flow>.js`: what an event of the flow says."""
    modules = Modules()
    scope = record_scope(modules, "rec")
    functions = [_list_function(found, scope) for found in plan.lists]
    functions.append(_payload(plan, scope, functions))
    when = _delivery_condition(plan)
    text = condition(when, scope) if when else "true"
    if plan.hooks:
        modules.use(f"../{names.hook_file(plan.hooks.module)[:-3]}", "hooks")
    return render_template(
        "flow_outbound.js.j2",
        plan=plan,
        modules=modules.items(),
        maps=[value_map(found) for found in plan.maps],
        joins=[literal(found) for found in _joins(plan.joins)],
        uses_record="rec." in text,
        when=text,
        functions=functions,
    )


def user_event(record: str, plans: list[OutboundPlan]) -> str:
    """`<record>_ue.js`: one block for each flow."""
    modules = Modules()
    modules.use("./lib/events")
    scope = replace(record_scope(modules, "save"), modules=_Near(modules))
    flows = []
    for plan in plans:
        arguments = [
            literal(plan.flow),
            literal(list(plan.via.on)),
            literal(list(plan.via.contexts_excluded)),
        ]
        tests = [f"save.wanted({', '.join(arguments)})"]
        if plan.via.changed:
            tests.append(f"save.changed({literal(list(plan.via.changed))})")
        if plan.via.when_save:
            whole = plan.via.when_save
            parts = whole.of if isinstance(whole, All) else (whole,)
            tests += [_bracketed(part, scope) for part in parts]
        wanted = f"{{ flow: {literal(plan.flow)} }}"
        if plan.deliver == "immediate":
            module = modules.use(f"./{names.flow_file(plan.flow)[:-3]}", camel(plan.flow))
            wanted = f"{{ flow: {literal(plan.flow)}, module: {module} }}"
        flows.append({"plan": plan, "tests": tests, "wanted": wanted})
    return render_template("user_event.js.j2", record=record, flows=flows, modules=modules.items())


class _Near(Modules):
    """The same modules, seen from the project's folder instead of from `flows/`."""

    def __init__(self, modules: Modules) -> None:
        super().__init__()
        self._modules = modules

    def use(self, path: str, name: str | None = None) -> str:
        return self._modules.use(path.replace("../", "./", 1), name)


def record_scope(modules: Modules, record: str) -> Scope:
    """Names where values come from a NetSuite record that the variable `record` reads."""

    def read(method: str) -> Any:
        def reader(segments: tuple[str, ...]) -> str:
            if len(segments) > 1:
                return f"{record}.joined({literal(segments[0])}, {literal('.'.join(segments[1:]))})"
            return f"{record}.{method}({literal(segments[0])})"

        return reader

    return Scope(modules, place=record, doc="rec", field=read("value"), text=read("text"))


def _bracketed(found: Condition, scope: Scope) -> str:
    text = condition(found, scope)
    return f"({text})" if isinstance(found, AnyOf) else text


def _delivery_condition(plan: OutboundPlan) -> Condition | None:
    """Judged at delivery: joins always, own fields again unless the flow sends what was true at the save."""
    parts = []
    if plan.via.when_save and not plan.via.on_event:
        kept = _without_changed(plan.via.when_save)
        if kept:
            parts.append(kept)
    if plan.via.when_drain:
        parts.append(plan.via.when_drain)
    if not parts:
        return None
    flat = tuple(one for part in parts for one in (part.of if isinstance(part, All) else (part,)))
    return flat[0] if len(flat) == 1 else All(flat)


def _without_changed(found: Condition) -> Condition | None:
    """The condition without tests on what changed: at delivery there is no before."""
    match found:
        case Test():
            return None if found.operator == "changed" else found
        case Not(of):
            inner = _without_changed(of)
            return Not(inner) if inner else None
        case All(of) | AnyOf(of):
            parts = [_without_changed(part) for part in of]
            if isinstance(found, AnyOf) and None in parts:
                return None
            kept = tuple(part for part in parts if part)
            if not kept:
                return None
            return All(kept) if isinstance(found, All) else AnyOf(kept)


@dataclass(frozen=True, slots=True)
class _JoinKey:
    sublist: str | None
    base: str
    table: str


def _joins(found: tuple[Join, ...]) -> list[dict[str, Any]]:
    """Joins that one query answers together."""
    grouped: dict[_JoinKey, list[str]] = {}
    for join in found:
        columns = grouped.setdefault(_JoinKey(join.sublist, join.base, join.table), [])
        if join.column not in columns:
            columns.append(join.column)
    return [
        {"sublist": one.sublist, "base": one.base, "table": one.table, "columns": columns}
        for one, columns in grouped.items()
    ]


def _payload(plan: OutboundPlan, scope: Scope, lists: list[Function]) -> Function:
    lines = ["/** @type {any} */", "const data = {};"]
    for field in plan.payload:
        lines += ["", *_field(field, scope, "")]
    for found, function in zip(plan.lists, lists, strict=True):
        arguments = ["row", "at", "ctx"][: len(function.params)]
        source = f"rec.rows({literal(found.sublist)})"
        if found.when:
            row_scope = record_scope(scope.modules, "row")
            source += f".filter((row) => {condition(found.when, row_scope)})"
        lines += [
            "",
            comment(f"{found.name} <- lines of {found.sublist}", found.origin),
            f"{member('data', found.name)} = {source}.map((row) => {function.name}({', '.join(arguments)}));",
        ]
    if plan.hooks and plan.hooks.after_map:
        hook = member("hooks", plan.hooks.after_map)
        lines += ["", f"return {hook}(data, rec, ctx) || data;"]
    else:
        lines += ["", "return data;"]
    return Function("What the target is told.", "payload", _params("rec", lines), tuple(lines))


def _list_function(plan: PayloadList, scope: Scope) -> Function:
    inside = record_scope(scope.modules, "row")
    lines = ["/** @type {any} */", "const data = {};"]
    for field in plan.fields:
        lines += ["", *_field(field, inside, f"{plan.name}.")]
    lines += ["", "return data;"]
    name = camel("read", plan.name)
    return Function(f"An element of {plan.name}.", name, _params("row", lines), tuple(lines))


def _params(first: str, lines: list[str]) -> tuple[str, ...]:
    code = "\n".join(line for line in lines if not line.startswith("//"))
    names_ = (first, "at", "ctx")
    used = [bool(re.search(rf"\b{name}\b", code)) for name in names_]
    return names_[: len(used) - used[::-1].index(True)] if True in used else ()


def _field(plan: PayloadField, scope: Scope, prefix: str) -> list[str]:
    name = ".".join(plan.name)
    if plan.type == "datetime" and isinstance(plan.value.source, FieldName):
        moment = scope.field
        scope = replace(scope, field=lambda segments: _instant(segments, moment))
    rule: dict[str, Any] = {}
    if plan.required:
        rule["required"] = True
    if plan.null:
        rule["null"] = True
    if plan.places is not None:
        rule["places"] = plan.places
    if plan.format:
        rule["format"] = plan.format
    if plan.timezone and plan.type == "datetime":
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


def _instant(segments: tuple[str, ...], reader: Any) -> str:
    text: str = reader(segments)
    return text.replace(".value(", ".instant(", 1)


def _kind(plan: PayloadField) -> str:
    if plan.type is not None:
        return _KINDS.get(plan.type, "any")
    # Numbers are decimal text on the way; JSON gets a number again.
    last = plan.value.apply[-1] if plan.value.apply and not plan.value.map else None
    return "number" if last and TRANSFORMS[last.name].gives == "number" else "any"
