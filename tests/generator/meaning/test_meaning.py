"""
For random field rules and documents, generated code agrees with the meaning that the reference
gives to every transform, type, condition, map and rule.

The meaning is written down in Python from the words of docs/spec.md (`meaning_*.py`), apart from
the library. Cases are many at a time: compiled as one spec, run in one Node process.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import meaning_cases as cases
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from meaning_node import COMPANY_ZONE, Node, compiled, expressions
from meaning_rules import field
from meaning_transforms import MEANING
from meaning_values import MISSING, Wrong

from generator.transforms import TRANSFORMS

MORE = int(os.environ.get("SUITELOOM_SOAK", "1"))
AT_ONCE = 100
THOROUGH = settings(
    max_examples=10 * MORE,
    derandomize=MORE == 1,
    deadline=None,
    phases=[Phase.generate],  # a case is small already; the rest of its list says nothing
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("meaning")


def meant(rule: dict[str, Any], document: Any) -> dict[str, Any]:
    try:
        value = field(rule, document, cases.MAPS, COMPANY_ZONE)
    except Wrong as fault:
        return {"error": fault.code}
    return {"nothing": True} if value is MISSING else {"value": value}


def disagreements(node: Node, folder: Path, made: list[tuple[dict[str, Any], Any]]) -> list[Any]:
    plan = compiled(folder, [rule for rule, _ in made], cases.MAPS)
    answers = node.run(expressions(plan, [document for _, document in made]))
    found = []
    for (rule, document), answer in zip(made, answers, strict=True):
        answer.pop("message", None)
        wanted = meant(rule, document)
        if answer != wanted or type(answer.get("value")) is not type(wanted.get("value")):
            found.append({"rule": rule, "document": document, "meant": wanted, "generated": answer})
    return found


def check(node: Node, folder: Path, made: list[tuple[dict[str, Any], Any]]) -> None:
    found = disagreements(node, folder, made)
    if found:  # told by itself: the list that hypothesis prints is long
        pytest.fail(f"{len(found)} of {len(made)}, the first: {found[0]}", pytrace=False)


def valued(case: tuple[dict[str, Any], Any]) -> tuple[dict[str, Any], Any]:
    """A rule that reads `v`, with a document that has it."""
    return case[0], {"v": case[1]}


@THOROUGH
@given(made=st.lists(cases.transformed().map(valued), min_size=AT_ONCE, max_size=AT_ONCE))
def test_every_transform_means_what_the_reference_says(
    node: Node, folder: Path, made: list[Any]
) -> None:
    check(node, folder, made)


@THOROUGH
@given(made=st.lists(cases.typed().map(valued), min_size=AT_ONCE, max_size=AT_ONCE))
def test_every_type_means_what_the_reference_says(
    node: Node, folder: Path, made: list[Any]
) -> None:
    check(node, folder, made)


@THOROUGH
@given(made=st.lists(cases.ruled(), min_size=AT_ONCE, max_size=AT_ONCE))
def test_sources_maps_conditions_and_empty_values_mean_what_the_reference_says(
    node: Node, folder: Path, made: list[Any]
) -> None:
    check(node, folder, made)


def test_every_transform_has_a_meaning_or_is_the_telephones() -> None:
    assert set(TRANSFORMS) - set(MEANING) == {"phone"}
    assert set(cases.ARGUMENTS) | {"parse_date", "format_date", "phone"} == set(TRANSFORMS)


@pytest.mark.parametrize("name", MEANING)
def test_the_meaning_agrees_with_the_examples_of_the_reference(name: str) -> None:
    for example in TRANSFORMS[name].examples:
        value = MEANING[name](example.given, example.argument)
        assert (None if value is MISSING else value) == example.result
