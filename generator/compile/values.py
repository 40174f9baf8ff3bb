"""Values: one source, then `apply`, `map` and `default`; the reference is added by `references`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from generator.catalog import Field
from generator.compile.conditions import FieldCheck, compile_condition
from generator.compile.context import FlowContext, Place, exactly_one
from generator.compile.formats import check_format
from generator.compile.paths import compile_path
from generator.compile.types import follow, start
from generator.plan.values import (
    Coalesce,
    Concat,
    DisplayText,
    FieldName,
    Hook,
    Literal_,
    QueryValue,
    Source,
    TransformCall,
    Value,
    VarRef,
)
from generator.spec.diagnose import did_you_mean
from generator.spec.fields import ConditionSpec, DefaultSpec, PartSpec, StepSpec, ValueQuerySpec
from generator.spec.model import Model, NotReadError, read_as
from generator.transforms import TRANSFORMS, Transform

INBOUND_SOURCES = ("from", "value", "var", "concat", "coalesce", "hook")
OUTBOUND_SOURCES = (*INBOUND_SOURCES, "text", "suiteql")
POLL_SOURCES = INBOUND_SOURCES
"""The rows of a poll are columns: what else is wanted stands in its query."""

QueryCheck = Callable[[ValueQuerySpec, Place], "QueryValue | None"]


class Scope(Struct, frozen=True):
    """
    Where a value stands: how outbound names, display texts and queries are checked there.

    `sources` are those that are possible there; by default those of the flow's direction.
    """

    check: FieldCheck | None = None
    check_text: FieldCheck | None = None
    query: QueryCheck | None = None
    sources: tuple[str, ...] | None = None


PLAIN = Scope()
"""The scope of a value that may have any source of its flow's direction."""


def _has_form(name: FieldName, known: Field) -> bool:
    """Whether a value is not read as it comes (`FieldName.form`)."""
    joined = len(name.segments) > 1
    return known.type in ("datetime", "timeofday") or (
        known.type in ("boolean", "multiselect") and joined
    )


def compile_value(
    context: FlowContext,
    rule: PartSpec,
    place: Place,
    scope: Scope = PLAIN,
) -> Value | None:
    """The pipeline without its reference; None where it is wrong (which is reported)."""
    before = len(place.sink)
    source = _source(context, rule, place, scope)
    known: Field | None = None
    if isinstance(source, FieldName | DisplayText):
        shown = isinstance(source, DisplayText)
        check = scope.check_text if shown else scope.check
        if check:
            known = check(source.segments, place / ("text" if shown else "from"))
        if isinstance(source, FieldName) and known and _has_form(source, known):
            source = FieldName(source.segments, known.type)
    apply = tuple(
        call
        for index, step in enumerate(rule.apply)
        if (call := _step(context, step, place / "apply" / index)) is not None
    )
    name = context.find_map(rule.map, place / "map") if rule.map is not None else None
    default = _default(context, rule.default, place / "default") if rule.default else None
    if source is None or any(found.severity == "error" for found in place.sink[before:]):
        return None
    value = Value(source=source, apply=apply, map=name, default=default, origin=place.origin())
    _, fault = follow(apply, start(value, known.type if known else None))
    if fault:
        (place / "apply" / fault.index).error(fault.code, fault.message)
        return None
    return value


def _source(context: FlowContext, rule: PartSpec, place: Place, scope: Scope) -> Source | None:
    allowed = scope.sources or (OUTBOUND_SOURCES if context.outbound else INBOUND_SOURCES)
    given = [name for name in OUTBOUND_SOURCES if name in rule.written]
    foreign = [name for name in given if name not in allowed]
    if foreign:
        side = "polled" if scope.sources else "outbound" if context.outbound else "inbound"
        (place / foreign[0]).error(
            "E116",
            f"'{foreign[0]}' is no source of {side} flows",
            f"sources: {', '.join(allowed)}",
            key=True,
        )
        return None
    if not exactly_one(place, allowed, given, "source"):
        return None
    kind = given[0]
    at = place / kind
    if kind == "value":
        return Literal_(rule.value)
    if kind in ("concat", "coalesce"):
        return _parts(context, rule, kind, at, scope)
    if kind == "suiteql":
        assert rule.suiteql is not None
        return scope.query(rule.suiteql, at) if scope.query else None
    text = rule.from_ if kind == "from" else getattr(rule, kind)
    if not text:
        at.error("E115", f"'{kind}' must not be empty", key=True)
        return None
    if kind == "var":
        var = context.find_var(text, at)
        return VarRef(var.name) if var else None
    if kind == "hook":
        context.use_hook(text, at)
        context.hook_fields.add(text)
        return Hook(text)
    if not context.outbound:
        return compile_path(text, at)
    segments = tuple(text.split("."))
    if not all(segments):
        at.error("E122", f"'{text}' is not a field name")
        return None
    return DisplayText(segments) if kind == "text" else FieldName(segments)


def _parts(
    context: FlowContext, rule: PartSpec, kind: str, place: Place, scope: Scope
) -> Source | None:
    specs = (rule.concat if kind == "concat" else rule.coalesce) or ()
    if not specs:
        place.error("E115", f"'{kind}' needs at least one part", key=True)
        return None
    parts = [compile_value(context, part, place / index, scope) for index, part in enumerate(specs)]
    whole = tuple(part for part in parts if part is not None)
    if len(whole) < len(parts):
        return None
    return Concat(whole) if kind == "concat" else Coalesce(whole)


def _default(context: FlowContext, spec: DefaultSpec, place: Place) -> Literal_ | VarRef | None:
    if spec.var is not None:
        if "value" in spec.written:
            place.error("E115", "needs exactly one of value, var; found both", key=True)
            return None
        var = context.find_var(spec.var, place / "var")
        return VarRef(var.name) if var else None
    return Literal_(spec.value)


# --- transforms ---


def _step(context: FlowContext, step: StepSpec, place: Place) -> TransformCall | None:
    transform = TRANSFORMS.get(step.name)
    at = place / step.name if step.has_argument else place
    if transform is None:
        at.error(
            "E120",
            f"unknown transform '{step.name}'{did_you_mean(step.name, TRANSFORMS)}",
            key=step.has_argument,
        )
        return None
    if transform.predicate:
        return _predicate(context, step, at)
    return _call(transform, step, at)


def _predicate(context: FlowContext, step: StepSpec, place: Place) -> TransformCall | None:
    if not isinstance(step.argument, dict):
        place.error(
            "E121", f"'{step.name}' needs a condition: {{{step.name}: {{path: x, equals: y}}}}"
        )
        return None
    try:
        spec = read_as(step.argument, ConditionSpec)
    except NotReadError:
        _report(step, place, ConditionSpec)
        return None
    condition = compile_condition(context, spec, place, document=True)
    return TransformCall(step.name, None, condition) if condition else None


def _call(transform: Transform, step: StepSpec, place: Place) -> TransformCall | None:
    if transform.argument is None:
        if step.has_argument:
            place.error("E121", f"'{step.name}' takes no argument", f"write {step.name}", key=True)
            return None
        return TransformCall(step.name)
    argument = step.argument if step.has_argument else {}
    try:
        read_as(argument, transform.argument)
    except NotReadError:
        if step.has_argument:
            _report(step, place, transform.argument)
        else:
            example = next((e.argument for e in transform.examples if e.argument is not None), None)
            place.error(
                "E121",
                f"'{step.name}' needs an argument",
                f"for example {{{step.name}: {_yaml(example)}}}",
            )
        return None
    if step.name in ("parse_date", "format_date"):
        check_format(argument["format"], place / "format")
    return TransformCall(step.name, argument)


def _report(step: StepSpec, place: Place, kind: Any) -> None:
    """What is wrong with a transform's argument, which should be of this type."""
    from generator.spec.mistakes import describe_argument, own_causes
    from generator.spec.twins import errors_of

    model = kind if isinstance(kind, type) and issubclass(kind, Model) else None
    for error in own_causes(errors_of(step.argument, kind)):
        place.sink.append(describe_argument(place.source, place.loc, step.name, error, model))


def _yaml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(item)}" for key, item in value.items()) + "}"
    return f'"{value}"' if isinstance(value, str) else str(value)
