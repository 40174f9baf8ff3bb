"""Conditions: the shape is data, here it becomes the plan's tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from generator.catalog import Field
from generator.compile.choices import check_choice, choices
from generator.compile.context import FlowContext, Place, exactly_one
from generator.compile.paths import compile_path
from generator.compile.types import DATES, NUMBERS, Target, misfit
from generator.plan.values import All, AnyOf, Condition, FieldName, Not, Path, Test
from generator.spec.fields import ConditionSpec
from generator.spec.inbound import InboundFlow

_OPERATORS = (
    "equals", "not_equals", "in", "not_in", "present", "matches", "gt", "lt", "changed",
)  # fmt: skip
_GROUPS = ("all", "any", "not")

FieldCheck = Callable[[tuple[str, ...], Place], Field | None]
"""Reports a field name that is wrong, and answers the catalogue's field where it is known."""


def compile_condition(
    context: FlowContext,
    spec: ConditionSpec,
    place: Place,
    check: FieldCheck | None = None,
    *,
    document: bool | None = None,
    save: bool = False,
) -> Condition | None:
    """
    The plan's condition, None where it is wrong (which is reported).

    Args:
        context: the flow.
        spec: as written.
        place: where.
        check: called with every field that an outbound condition names.
        document: whether subjects are paths; by default so for inbound flows. The condition of a
            `where` always reads elements.
        save: whether it is about a save, which has a before: `changed`.
    """
    reads_document = not context.outbound if document is None else document
    given = spec.written
    groups = [name for name in _GROUPS if name in given]
    tests = [name for name in _OPERATORS if name in given]
    subjects = [name for name in ("path", "field") if name in given]
    if groups and not tests and not subjects:
        if not exactly_one(place, _GROUPS, groups, "of"):
            return None
        return _group(context, spec, place, check, groups[0], document=reads_document, save=save)
    if groups:
        place.error(
            "E115",
            f"'{groups[0]}' stands alone; found {', '.join(sorted(given - set(groups)))} beside it",
            key=True,
        )
        return None
    if not exactly_one(place, _OPERATORS, tests, "comparison"):
        return None
    subject = _subject(spec, place, subjects, document=reads_document)
    if subject is None:
        return None
    known: Field | None = None
    before = len(place.sink)
    if check and isinstance(subject, FieldName):
        known = check(subject.segments, place / "field")
        if known is not None and known.type in ("datetime", "timeofday") and not _joined(subject):
            subject = FieldName(subject.segments, known.type)
    if any(found.severity == "error" for found in place.sink[before:]):
        return None
    if tests[0] == "changed" and not _has_before(context, subject, place, save=save):
        return None
    test = _test(spec, place, subject, tests[0])
    if test:
        _check_literals(context, test, known, place / tests[0])
    return test


def _group(
    context: FlowContext,
    spec: ConditionSpec,
    place: Place,
    check: FieldCheck | None,
    group: str,
    *,
    document: bool,
    save: bool,
) -> Condition | None:
    if group == "not":
        if spec.not_ is None:
            place.error("E115", "'not' needs a condition")
            return None
        inner = compile_condition(
            context, spec.not_, place / "not", check, document=document, save=save
        )
        return Not(inner) if inner else None
    members = (spec.all_ if group == "all" else spec.any_) or ()
    if not members:
        place.error("E115", f"'{group}' needs at least one condition")
        return None
    compiled = [
        compile_condition(
            context, member, place / group / index, check, document=document, save=save
        )
        for index, member in enumerate(members)
    ]
    whole = tuple(part for part in compiled if part is not None)
    if len(whole) < len(compiled):
        return None
    return All(whole) if group == "all" else AnyOf(whole)


def _subject(
    spec: ConditionSpec,
    place: Place,
    subjects: Sequence[str],
    *,
    document: bool,
) -> Path | FieldName | None:
    wanted, other = ("path", "field") if document else ("field", "path")
    if other in subjects:
        side = "the document" if document else "the record"
        (place / other).error(
            "E116", f"a condition on {side} names a '{wanted}', not a '{other}'", key=True
        )
        return None
    if document:
        if spec.path is None:
            if not place.lost("path"):
                place.error("E111", "missing key 'path'", key=True)
            return None
        return compile_path(spec.path, place / "path")
    if spec.field is None:
        if not place.lost("field"):
            place.error("E111", "missing key 'field'", key=True)
        return None
    segments = tuple(spec.field.split("."))
    if not all(segments):
        (place / "field").error("E122", f"'{spec.field}' is not a field name")
        return None
    return FieldName(segments)


def _has_before(
    context: FlowContext, subject: Path | FieldName, place: Place, *, save: bool
) -> bool:
    """Whether there is a value to compare with (else reported): of the saved record's own fields."""
    at = place / "changed"
    if not context.outbound:
        at.error("E116", "'changed' is for outbound flows: a document has no before", key=True)
    elif not save:
        at.error("E296", "'changed' is for via.events.when: here is no before", key=True)
    elif _joined(subject):
        at.error(
            "E296",
            "'changed' compares the record's own fields, not those of others and of subrecords",
            key=True,
        )
    else:
        return True
    return False


def _test(
    spec: ConditionSpec, place: Place, subject: Path | FieldName, operator: str
) -> Test | None:
    value: Any = getattr(spec, "in_" if operator == "in" else operator)
    at = place / operator
    if operator in ("in", "not_in"):
        if not value:
            at.error("E113", f"'{operator}' needs at least one value", key=True)
            return None
        value = list(value)
    elif operator == "matches" and not _is_pattern(value, at):
        return None
    return Test(subject, operator, value)  # type: ignore[arg-type]


def _check_literals(context: FlowContext, test: Test, known: Field | None, place: Place) -> None:
    """What a test compares with against the type of its field, where that is known."""
    if test.operator == "matches" and known is not None and (found := _many(test, known)):
        place.error(*found)
    if test.operator not in ("equals", "not_equals", "in", "not_in", "gt", "lt"):
        return
    listed = choices(context.record, known.id) if known and not _joined(test.subject) else None
    cells = isinstance(test.subject, Path) and _reads_cells(context)
    many = isinstance(test.value, list)
    for index, literal in enumerate(test.value if isinstance(test.value, list) else [test.value]):
        at = place / index if many else place
        if known is not None:
            found = _many(test, known) or _never(literal, known, joined=_joined(test.subject))
            if found:
                at.error(*found)
            elif listed is not None:
                check_choice(literal, at, known.id, listed)
        elif cells and test.operator not in ("gt", "lt") and not isinstance(literal, str):
            at.warn(
                "E216",
                f"a cell of a CSV file is text: it is never {str(literal).lower()}",
                "compare with the text that stands in the file, in quotes",
            )
        elif test.operator in ("gt", "lt") and not any(c.isdigit() for c in str(literal)):
            at.warn(
                "E213",
                f"'{test.operator}' compares '{literal}' letter by letter",
                "numbers and ISO dates are compared by their value",
            )


def _many(test: Test, known: Field) -> tuple[str, str, str | None] | None:
    """Why a multi-select of the record has no single value to compare."""
    if known.type != "multiselect" or _joined(test.subject):
        return None
    return (
        "E203",
        f"'{known.id}' holds a list of internal ids; '{test.operator}' compares a single value",
        "ask whether it is present or changed, or send the list and let the target judge",
    )


def _reads_cells(context: FlowContext) -> bool:
    """Whether what is read are cells of a CSV file, as they stand there."""
    spec = context.spec
    hooks = spec.hooks is not None and spec.hooks.before_map is not None
    via = spec.via if isinstance(spec, InboundFlow) else None
    return via is not None and via.file is not None and via.file.csv is not None and not hooks


def _joined(subject: Path | FieldName) -> bool:
    return isinstance(subject, FieldName) and len(subject.segments) > 1


def _never(literal: Any, known: Field, *, joined: bool) -> tuple[str, str, str | None] | None:
    """Why a field can never have this value; a joined checkbox is read as T or F."""
    if literal is None or literal == "":
        return None
    if known.type in ("select", "multiselect"):
        if known.refers is None or str(literal).isdecimal():
            return None
        return (
            "E203",
            f"'{known.id}' holds the internal id of a {known.refers}; it is never '{literal}'",
            f"name a field of it:  {known.id}.name,  or  {known.id}.externalid",
        )
    target = Target(known.id, known.type)
    if known.type in NUMBERS or known.type in DATES or known.type == "boolean":
        return misfit(literal, target, plain=not joined)
    return None


def _is_pattern(value: Any, place: Place) -> bool:
    try:
        # JavaScript spells named groups (?<x>), Python (?P<x>); the rest that people write agrees.
        re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", value or ""))
    except re.error as fault:
        place.error("E113", f"'{value}' is not a regular expression: {fault}")
        return False
    return True
