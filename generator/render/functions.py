"""The read and write functions of a mapping: one pair for the body, each sublist and each subrecord."""

from __future__ import annotations

import re
from collections.abc import Mapping as Mapping_
from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field

from generator.catalog import Sublist
from generator.catalog.model import CARRIED
from generator.plan.inbound import FieldPlan, LinesPlan, SubrecordPlan
from generator.plan.values import Path
from generator.render.expressions import Scope, condition, path
from generator.render.fields import Place, read_block, reading_order, write_line
from generator.render.js import Raw, camel, comment, literal, member

# Item sublists with price levels: a rate is kept only beside price level -1 (custom).
_PRICED = frozenset(
    (
        "salesorder", "invoice", "estimate", "cashsale", "cashrefund", "creditmemo", "opportunity",
        "returnauthorization",
    )
)  # fmt: skip
# Fields by which a line that is made is taken or left.
_TICKS = ("itemreceive", "markreceived")

Sublists = Mapping_[str, Sublist]


class Function(Struct, frozen=True):
    """A function of the generated module: what it is, its name, its parameters, its lines."""

    about: str
    name: str
    params: tuple[str, ...]
    body: tuple[str, ...]

    def call(self, *arguments: str) -> str:
        """A call that passes exactly what the function takes."""
        return f"{self.name}({', '.join(arguments[: len(self.params)])})"


class Mapping(Struct):
    """
    Collects the functions of one record's mapping, inner ones first.

    Args:
        scope: names in the functions.
        record: the record type, which decides how item lines are priced and received.
        transformed: NetSuite makes the lines, from the record that this one is made of.
        sublists: the record type's own, as the catalogue knows them.
    """

    scope: Scope
    record: str
    transformed: bool = False
    sublists: Sublists = field(default_factory=dict)
    functions: list[Function] = field(default_factory=list)

    def body(
        self,
        read: str,
        write: str,
        params: tuple[str, ...],
        fields: tuple[FieldPlan, ...],
        lines: tuple[LinesPlan, ...] = (),
        subrecords: tuple[SubrecordPlan, ...] = (),
        what: str = "the record",
    ) -> None:
        """The record itself; `what` it is to the reader of the script."""
        block = _Block(self.scope, "", None, fields)
        for subrecord in subrecords:
            self._subrecord(subrecord, block)
        matched = (plan for plan in lines if self.transformed and plan.policy == "merge")
        carried = [plan.sublist for plan in matched if plan.sublist in CARRIED]
        for plan in lines:
            self._lines(plan, block, carried)
        self._add(block, read, write, params, what)

    def _add(
        self,
        block: _Block,
        read: str,
        write: str,
        params: tuple[str, ...],
        what: str,
        last: tuple[str, ...] = (),
    ) -> tuple[Function, Function]:
        body = block.read_lines()
        reading = Function(f"Reads {what}.", read, _used(params, body), tuple(body))
        writes = (*(write_line(plan) for plan in block.fields), *block.writes, *last)
        writing = Function(f"Writes {what}.", write, ("put", "v"), writes)
        self.functions += [reading, writing]
        return reading, writing

    def _subrecord(self, plan: SubrecordPlan, outer: _Block) -> None:
        scope = outer.scope
        prefix = f"{outer.prefix}{plan.field}."
        name = "part" if scope.place != "part" else "inner"
        block = _Block(scope.inside(name), prefix, "around", plan.fields)
        for lines in plan.lines:
            self._lines(lines, block)
        reading, writing = self._add(
            block,
            camel("read", prefix),
            camel("write", prefix),
            (name, "doc", "at", "ctx", "around"),
            f"{outer.prefix}{plan.field}",
        )
        target = f"v.subrecords.{plan.field}"
        rest = ("doc", "at", "ctx", "v")
        if plan.source is None or not plan.source.segments:
            root = plan.source is not None and plan.source.root
            call = f"{target} = {reading.call(scope.doc if root else scope.place, *rest)};"
        else:
            found = path(plan.source, scope)
            inner = reading.call(name, *rest)
            call = f"{target} = {scope.lib('values')}.within({found}, ({name}) => {inner});"
        if plan.when:
            call = f"if ({condition(plan.when, scope)}) {call}"
        shown = _shown(plan.source) if plan.source else "."
        outer.reads += ["", comment(f"{plan.field} <- {shown}", plan.origin), call]
        method = "address" if plan.kind == "address" and not outer.prefix else "subrecord"
        outer.writes.append(f"put.{method}({literal(plan.field)}, {target}, {writing.name});")
        outer.holds.add("subrecords")

    def _lines(self, plan: LinesPlan, outer: _Block, carried: Sequence[str] = ()) -> None:
        """`carried`: the sublists of the record whose lines NetSuite makes from another record's."""
        scope = outer.scope
        prefix = f"{outer.prefix}{plan.sublist}."
        name = "entry" if outer.prefix else "line"
        block = _Block(
            scope.inside(name), prefix, "around" if outer.prefix else None, _with_key(plan)
        )
        for subrecord in plan.subrecords:
            self._subrecord(subrecord, block)
        reprice = self._reprice(plan)
        reading, writing = self._add(
            block,
            camel("read", prefix),
            camel("write", prefix),
            (name, "doc", "at", "ctx", *(["around"] if outer.prefix else [])),
            f"a line of {outer.prefix}{plan.sublist}",
            (reprice,) if reprice else (),
        )
        keep = f"({name}) => {condition(plan.when, block.scope)}" if plan.when else "null"
        call = reading.call(name, "doc", "at", "ctx", "around")
        values = scope.lib("values")
        target = f"v.lines.{plan.sublist}"
        outer.reads += [
            "",
            comment(f"{plan.sublist} <- {_shown(plan.source)}, {_policy(plan)}", plan.origin),
            f"{target} = {values}.elements({path(plan.source, scope)}, {keep}, ({name}) => {call});",
        ]
        rule = literal(self._line_rule(plan, carried, own=not outer.prefix))
        outer.writes.append(
            f"put.lines({literal(plan.sublist)}, {target}, {rule}, {writing.name});"
        )
        outer.holds.add("lines")

    def _line_rule(self, plan: LinesPlan, carried: Sequence[str], *, own: bool) -> dict[str, Any]:
        """`own`: the sublist is the record's, not one of a subrecord, whose lines are always ours."""
        rule: dict[str, Any] = {"policy": plan.policy}
        if plan.key:
            rule["key"] = plan.key.field
        if plan.unmatched != "keep":
            rule["unmatched"] = plan.unmatched
        known = self.sublists.get(plan.sublist) if own else None
        if plan.sublist in carried:
            rule["policy"] = "merge"
            tick = next((name for name in _TICKS if known and name in known.fields), None)
            rule["fixed"] = "untick" if tick else "remove"
            if tick:
                rule["tick"] = tick
            if len(carried) > 1:
                rule["among"] = list(carried)
        elif known and known.fills_itself:
            rule["fixed"] = "fail"
        return rule

    def _reprice(self, plan: LinesPlan) -> str | None:
        ids = {found.id for found in plan.fields}
        known = self.sublists.get(plan.sublist)
        without_amounts = known is not None and "amount" not in known.fields
        if plan.sublist != "item" or not ids & {"quantity", "rate"} or without_amounts:
            return None
        # A currency has two places or none (section_N1397831); which, only the spec can say here.
        whole = any(f.places == 0 for f in plan.fields if f.id in ("amount", "rate"))
        written = {f.id for f in plan.fields if f.on != "create"}
        rule: dict[str, Any] = {"priced": self.record in _PRICED, "places": 0 if whole else 2}
        rule |= {name: Raw(member("v", name)) for name in ("price", "amount") if name in written}
        return f"put.reprice({literal(rule)});"


class _Block(Struct):
    """One place while its function is put together."""

    scope: Scope
    prefix: str
    around: str | None
    fields: tuple[FieldPlan, ...]
    reads: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    holds: set[str] = field(default_factory=set)

    def read_lines(self) -> list[str]:
        ids = frozenset(plan.id for plan in self.fields)
        place = Place(self.scope, self.prefix, "v", self.around, ids)
        inner = ", ".join(f"{name}: {{}}" for name in sorted(self.holds))
        lines = ["/** @type {any} */", f"const v = {{ {inner} }};" if inner else "const v = {};"]
        for plan in reading_order(self.fields):
            lines += ["", *read_block(plan, place)]
        return [*lines, *self.reads, "", "return v;"]


def _with_key(plan: LinesPlan) -> tuple[FieldPlan, ...]:
    """The line's fields with its key, which is set on new lines like any other text."""
    if plan.key is None or plan.key.field in {found.id for found in plan.fields}:
        return plan.fields
    key = FieldPlan(
        id=plan.key.field,
        value=plan.key.value,
        type="text",
        required=True,
        origin=plan.key.value.origin,
    )
    return (key, *plan.fields)


def _used(params: tuple[str, ...], body: list[str]) -> tuple[str, ...]:
    """The parameters up to the last one that the body uses."""
    code = "\n".join(line for line in body if not line.startswith("//"))
    used = [bool(re.search(rf"\b{name}\b", code)) for name in params]
    return params[: len(used) - used[::-1].index(True)] if True in used else ()


def _policy(plan: LinesPlan) -> str:
    words = {"merge": "merged", "replace": "replaced", "append": "appended"}[plan.policy]
    if plan.key:
        words += f" by {plan.key.field}"
    return words if plan.unmatched == "keep" else f"{words}, unmatched {plan.unmatched}"


def _shown(found: Path) -> str:
    return ("$." if found.root else "") + (".".join(found.segments) or ".")
