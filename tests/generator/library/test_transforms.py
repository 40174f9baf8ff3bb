"""Every transform does what its examples say, in the JavaScript that customers run."""

from __future__ import annotations

import re
from typing import Any

import pytest

from generator.plan.values import Path, Test, TransformCall
from generator.render.expressions import Scope, transform
from generator.render.js import Modules, literal
from generator.spec.model import NotReadError, read_as
from generator.spec.twins import errors_of
from generator.transforms import TRANSFORMS


def emitted(name: str, given: Any, argument: Any) -> str:
    declared = TRANSFORMS[name]
    call = TransformCall(name, None if declared.predicate else argument)
    if declared.predicate:
        path, (operator, value) = (
            argument["path"],
            next((k, v) for k, v in argument.items() if k != "path"),
        )
        call = TransformCall(name, None, Test(Path((path,)), operator, value))
    text = transform(call, literal(given), Scope(Modules()))
    return re.sub(r"(?<![.\w])get\(", "values.get(", text)


def test_the_first_set_is_complete() -> None:
    wanted = (
        "trim upper lower title collapse_spaces truncate prefix suffix replace extract digits_only pad_left "
        "split join take first last pluck where sum count parse_number round multiply divide abs negate "
        "parse_date format_date email_normalize phone"
    )
    assert sorted(wanted.split()) == sorted(TRANSFORMS)


def test_examples_hold_in_node(evaluate: Any) -> None:
    examples = [(name, one) for name, t in TRANSFORMS.items() for one in t.examples]
    answers = evaluate([emitted(name, one.given, one.argument) for name, one in examples])
    wrong = [
        f"{name}({one.given!r}, {one.argument!r}) gives {answer}, not {one.result!r}"
        for (name, one), answer in zip(examples, answers, strict=True)
        if answer.get("value", answer) != one.result
    ]
    assert wrong == []


@pytest.mark.parametrize("name", TRANSFORMS)
def test_arguments_of_examples_validate(name: str) -> None:
    declared = TRANSFORMS[name]
    for one in declared.examples:
        if declared.argument is None:
            assert one.argument is None
        else:
            read_as(one.argument, declared.argument)


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("truncate", "45"),
        ("truncate", 0),
        ("replace", {"find": "a"}),
        ("replace", {"find": "a", "with": "b", "all": True}),
        ("divide", 0),
        ("divide", "0.00"),
        ("multiply", "1e3"),
        ("multiply", True),
        ("extract", "("),
        ("pluck", "a..b"),
        ("format_date", {"format": "YYYY", "timezone": "Europe/Nowhere"}),
        ("phone", {"region": "germany"}),
    ],
)
def test_a_wrong_argument_is_refused(name: str, argument: Any) -> None:
    with pytest.raises(NotReadError):
        read_as(argument, TRANSFORMS[name].argument)
    assert errors_of(argument, TRANSFORMS[name].argument)


def test_nothing_stays_nothing(evaluate: Any) -> None:
    names = [n for n, t in TRANSFORMS.items() if t.takes != "list" and n != "split"]
    answers = evaluate([emitted(n, None, TRANSFORMS[n].examples[0].argument) for n in names])
    assert [
        name for name, answer in zip(names, answers, strict=True) if answer != {"value": None}
    ] == []
