"""Values and conditions of the plan as JavaScript expressions, and in words for comments."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from generator.plan.values import (
    All,
    AnyOf,
    Coalesce,
    Concat,
    Condition,
    DisplayText,
    FieldName,
    Hook,
    Literal_,
    Not,
    Path,
    QueryValue,
    Source,
    Test,
    TransformCall,
    Value,
    VarRef,
)
from generator.render.js import Modules, literal, member, pattern
from generator.transforms import TRANSFORMS

FieldReader = Callable[[FieldName | DisplayText], str]


class Scope(Struct, frozen=True):
    """
    What the names in the generated function are.

    Args:
        modules: the file's modules; what an expression needs is noted there.
        place: variable that relative paths start in.
        doc: variable of the whole document.
        field: how a field of the NetSuite record, or its display text, is read (outbound).
        query: how the value of one of the flow's queries is read (outbound).
    """

    modules: Modules
    place: str = "doc"
    doc: str = "doc"
    field: FieldReader | None = None
    query: Callable[[str], str] | None = None

    def inside(self, place: str) -> Scope:
        """The same file, in an element."""
        return replace(self, place=place)

    def lib(self, module: str) -> str:
        """A library module's name in the file."""
        return self.modules.use(f"../lib/{module}")


# --- values -----------------------------------------------------------------------------------


def key_expression(value: Value, scope: Scope) -> str:
    """
    A key: as `expression`, but nothing where the document gives no part of it.

    A key that has parts of the spec's own alone would be the same for all documents that have none.
    """
    parts = value.source.parts if isinstance(value.source, Concat) else ()
    given = [part for part in parts if not isinstance(part.source, Literal_ | VarRef)]
    text = expression(value, scope)
    if not given or len(given) == len(parts):
        return text
    inner = ", ".join(expression(part, scope) for part in given)
    return f"{scope.lib('values')}.coalesce([{inner}]) === undefined ? undefined : {text}"


def expression(value: Value, scope: Scope) -> str:
    """The pipeline up to the default, without the reference (whose default waits for it)."""
    text = source(value.source, scope)
    for call in value.apply:
        text = transform(call, text, scope)
    if value.map:
        text = f"{scope.lib('values')}.mapped({member('MAPS', value.map)}, {text})"
    if value.default is not None and value.ref is None:
        text = f"{scope.lib('values')}.or({text}, {source(value.default, scope)})"
    return text


def transform(call: TransformCall, text: str, scope: Scope) -> str:
    """One step of `apply` around an expression."""
    declared = TRANSFORMS[call.name]
    scope.lib(declared.module)
    if declared.predicate:
        assert call.condition is not None
        return declared.emit(text, f"(one) => {condition(call.condition, scope.inside('one'))}")
    return declared.emit(text, call.argument)


def source(found: Source, scope: Scope) -> str:
    """A source as an expression."""
    match found:
        case Path():
            return path(found, scope)
        case Literal_(value):
            return literal(value)
        case VarRef(name):
            return member("ctx.vars", name)
        case Concat(parts):
            inner = ", ".join(expression(part, scope) for part in parts)
            return f"{scope.lib('text')}.concat([{inner}])"
        case Coalesce(parts):
            inner = ", ".join(expression(part, scope) for part in parts)
            return f"{scope.lib('values')}.coalesce([{inner}])"
        case Hook(function):
            return f"{member('hooks', function)}({scope.place}, {scope.doc}, ctx)"
        case FieldName() | DisplayText():
            assert scope.field is not None
            return scope.field(found)
        case QueryValue(query):
            assert scope.query is not None
            return scope.query(query)


def path(found: Path, scope: Scope) -> str:
    """A path; without segments it is the place itself."""
    start = scope.doc if found.root else scope.place
    if not found.segments:
        return start
    scope.lib("values")
    return f"get({', '.join([start, *(literal(segment) for segment in found.segments)])})"


def named(value: Value, scope: Scope) -> str | None:
    """An expression that says whether the document names the value at all, be it empty."""
    paths = _paths(value)
    if not paths:
        return None
    scope.lib("values")
    tests = []
    for found in paths:
        if not found.segments:
            return "true"
        start = scope.doc if found.root else scope.place
        arguments = ", ".join([start, *(literal(segment) for segment in found.segments)])
        tests.append(f"has({arguments})")
    return " || ".join(dict.fromkeys(tests))


def _paths(value: Value) -> list[Path]:
    match value.source:
        case Path():
            return [value.source]
        case Concat(parts) | Coalesce(parts):
            return [found for part in parts for found in _paths(part)]
        case _:
            return []


# --- conditions -------------------------------------------------------------------------------


def condition(found: Condition, scope: Scope) -> str:
    """A condition as a boolean expression."""
    match found:
        case All(of):
            return " && ".join(_grouped(part, scope) for part in of)
        case AnyOf(of):
            return " || ".join(_grouped(part, scope) for part in of)
        case Not(of):
            return negated(of, scope)
        case Test():
            return _test(found, scope)


def negated(found: Condition, scope: Scope) -> str:
    """The condition turned around: why something is not taken."""
    if isinstance(found, Not):
        return condition(found.of, scope)
    text = condition(found, scope)
    if isinstance(found, All | AnyOf):
        return f"!({text})"
    return text[1:] if text.startswith("!") else f"!{text}"


def _grouped(found: Condition, scope: Scope) -> str:
    text = condition(found, scope)
    return f"({text})" if isinstance(found, All | AnyOf) else text


def _test(test: Test, scope: Scope) -> str:
    if test.operator == "changed":
        assert isinstance(test.subject, FieldName)
        changed = f"save.changed({literal(['.'.join(test.subject.segments)])})"
        return changed if test.value is not False else f"!{changed}"
    values = scope.lib("values")
    left = source(test.subject, scope)
    # A record's select, number or checkbox comes in NetSuite's form, a document's value as it is.
    equals, among = (
        ("alike", "alikeAny") if isinstance(test.subject, FieldName) else ("equals", "among")
    )
    match test.operator:
        case "equals":
            return f"{values}.{equals}({left}, {literal(test.value)})"
        case "not_equals":
            return f"!{values}.{equals}({left}, {literal(test.value)})"
        case "in":
            return f"{values}.{among}({left}, {literal(test.value)})"
        case "not_in":
            return f"!{values}.{among}({left}, {literal(test.value)})"
        case "present":
            return f"{'' if test.value is False else '!'}{values}.isEmpty({left})"
        case "matches":
            return f"{values}.matches({left}, {pattern(str(test.value))})"
        case "gt":
            return f"{values}.greater({left}, {literal(test.value)})"
        case "lt":
            return f"{values}.less({left}, {literal(test.value)})"


# --- in words ---------------------------------------------------------------------------------


def describe(value: Value) -> str:
    """The pipeline in a few words, for the comment above a field."""
    words = _describe_source(value.source)
    for call in value.apply:
        words += f" | {call.name}"
    if value.map:
        words += f", map {value.map}"
    if value.ref:
        words += f", ref {value.ref.lookup}"
    if value.default is not None:
        words += f", default {_describe_source(value.default)}"
    return words


def _describe_source(found: Source) -> str:
    match found:
        case Path(segments, root):
            return ("$." if root else "") + (".".join(segments) or ".")
        case Literal_(value):
            return f"value {literal(value)}"
        case VarRef(name):
            return f"var {name}"
        case QueryValue(query):
            return query
        case Concat(parts):
            return f"concat({', '.join(describe(part) for part in parts)})"
        case Coalesce(parts):
            return f"coalesce({', '.join(describe(part) for part in parts)})"
        case Hook(function):
            return f"hook {function}"
        case FieldName(segments):
            return ".".join(segments)
        case DisplayText(segments):
            return f"text of {'.'.join(segments)}"


def describe_condition(found: Condition) -> str:
    """A condition in words: why a document was skipped."""
    match found:
        case All(of):
            return " and ".join(_words(part) for part in of)
        case AnyOf(of):
            return " or ".join(_words(part) for part in of)
        case Not(of):
            return f"not ({describe_condition(of)})"
        case Test(subject, operator, value):
            shown = (
                ", ".join(str(item) for item in value) if isinstance(value, list) else _plain(value)
            )
            return f"{_describe_source(subject)} {operator.replace('_', ' ')} {shown}"


def _words(found: Condition) -> str:
    text = describe_condition(found)
    return f"({text})" if isinstance(found, All | AnyOf) else text


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
