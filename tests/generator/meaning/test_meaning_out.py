"""
For random payload fields and values of a record, what is sent agrees with the meaning that the
reference gives: the same sources, transforms, maps and defaults as inbound, then JSON of a type.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import meaning_cases as cases
import meaning_dates as dates
import pytest
from hypothesis import given
from hypothesis import strategies as st
from meaning_node import COMPANY_ZONE, Node, compiled_out, payload_expressions
from meaning_rules import pipeline
from meaning_values import MISSING, SPACES, Wrong, as_text, is_empty, number, rounded
from test_meaning import AT_ONCE, THOROUGH

from generator.transforms import TRANSFORMS

NUMBERS = ("integer", "decimal", "percent", "currency", "float")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("meaning_out")


# --- the meaning ---


def told(rule: dict[str, Any], row: Any) -> Any:
    """The JSON value of a payload field; MISSING where its name is left out."""
    value = pipeline(rule, row, cases.MAPS)
    if is_empty(value):
        if rule.get("required"):
            raise Wrong("REQUIRED_EMPTY")
        return None if rule.get("null") else MISSING
    kind, zone = rule.get("type"), rule.get("timezone", COMPANY_ZONE)
    if kind == "text":
        return as_text(value)
    if kind in NUMBERS or (kind is None and counts(rule)):
        places = rule.get("places")
        if kind == "integer":
            whole = rounded(number(value), 0)
            if (places is None and whole != number(value)) or abs(whole) >= 2**53:
                raise Wrong
            return float(whole)
        return float(number(value) if places is None else rounded(number(value), places))
    if kind == "boolean":  # what is not true is false
        return as_text(value).strip(SPACES).lower() in ("true", "t", "1")
    if kind == "date":
        day = dates.day(value, None, zone)
        return dates.format_date(day, rule["format"], None) if "format" in rule else day
    if kind == "datetime":
        form = rule.get("format")
        return dates.format_date(value, form, zone) if form else dates.moment(value, None, zone)
    return value


def counts(rule: dict[str, Any]) -> bool:
    """Whether the last transform gives a number, which is one in JSON."""
    if not rule.get("apply") or "map" in rule:
        return False
    last = rule["apply"][-1]
    name = last if isinstance(last, str) else next(iter(last))
    return TRANSFORMS[name].gives == "number"


# --- cases ---


@st.composite
def typed(draw: Any) -> tuple[dict[str, Any], Any]:
    kind = draw(st.sampled_from(["text", "boolean", "date", "datetime", "number"]))
    if kind == "number":
        kind = draw(st.sampled_from(NUMBERS))
    rule: dict[str, Any] = {"from": "v", "type": kind}
    if kind in ("date", "datetime"):
        if draw(st.booleans()):
            rule["format"] = draw(st.sampled_from(cases.FORMATS))
        if draw(st.booleans()):
            rule["timezone"] = draw(cases.zones)
        value = draw(st.one_of(cases.iso, cases.epochs, cases.bad_dates))
    elif kind in NUMBERS:
        if draw(st.booleans()):
            rule["places"] = draw(st.integers(0, 0 if kind == "integer" else 8))
        value = draw(cases.numbers)
    elif kind == "boolean":
        value = draw(st.one_of(st.sampled_from(["T", "F", "1", 1, 0, "true", " yes", True]), cases.scalars))  # fmt: skip
    else:
        value = draw(cases.scalars)
    return answered(draw, rule), {"v": value}


@st.composite
def transformed(draw: Any) -> tuple[dict[str, Any], Any]:
    rule, value = draw(cases.transformed())
    if draw(st.booleans()):
        del rule["type"]
    return answered(draw, rule), {"v": value}


@st.composite
def sourced(draw: Any) -> tuple[dict[str, Any], Any]:
    rule, row = draw(cases.ruled())
    made = {
        name: rule[name]
        for name in rule
        if name in ("from", "concat", "coalesce", "apply", "map", "default")
    }
    row.pop("deep", None)
    return answered(draw, flat(made)), row


def flat(value: Any) -> Any:
    """A row has columns, and no path into them."""
    if isinstance(value, dict):
        return {
            name: "w" if name == "from" and one == "deep.x" else flat(one)
            for name, one in value.items()
        }
    return [flat(one) for one in value] if isinstance(value, list) else value


def answered(draw: Any, rule: dict[str, Any]) -> dict[str, Any]:
    """The rule, perhaps with what becomes of an empty value."""
    more = draw(st.sampled_from([{}, {}, {"required": True}, {"null": True}]))
    return {**rule, **more}


@THOROUGH
@given(
    made=st.lists(st.one_of(typed(), transformed(), sourced()), min_size=AT_ONCE, max_size=AT_ONCE)
)
def test_what_is_sent_means_what_the_reference_says(
    node: Node, folder: Path, made: list[Any]
) -> None:
    plan = compiled_out(folder, [rule for rule, _ in made], cases.MAPS)
    answers = node.run(payload_expressions(plan, [row for _, row in made]))
    found = []
    for (rule, row), answer in zip(made, answers, strict=True):
        try:
            value = told(rule, row)
            wanted: dict[str, Any] = {"nothing": True} if value is MISSING else {"value": value}
        except Wrong as fault:
            wanted = {"error": fault.code}
        answer.pop("message", None)
        if type(answer.get("value")) is int:  # JSON of a double
            answer["value"] = float(answer["value"])
        if answer != wanted or isinstance(answer.get("value"), bool) != isinstance(
            wanted.get("value"), bool
        ):
            found.append({"rule": rule, "row": row, "meant": wanted, "sent": answer})
    if found:
        pytest.fail(f"{len(found)} of {len(made)}, the first: {found[0]}", pytrace=False)
