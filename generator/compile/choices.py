"""
Values of fixed lists: select fields whose values and texts are the same in every account.

Three answers: on the list, a text where the value belongs (or the value where the text does), which
never works, or unknown, which is a warning: accounts add numbers, and users see texts in their
language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.catalog import RecordType
from generator.catalog.options import fixed
from generator.compile.context import FlowContext, Place
from generator.compile.types import literals
from generator.plan.values import Value
from generator.spec.diagnose import did_you_mean, listed


def choices(record: RecordType | None, field: str) -> Mapping[str, str] | None:
    """The fixed list of a field of a record's body: texts by value."""
    known = record.fields.get(field) if record is not None else None
    if record is None or known is None or known.type != "select":
        return None
    return fixed(record.id, field)


def check_choices(
    context: FlowContext,
    value: Value,
    place: Place,
    name: str,
    record: RecordType | None,
    *,
    text: bool,
) -> None:
    """Report fixed values of a record's field that its list does not have; `text`: it is set by its texts."""
    known = choices(record, name)
    if known is None:
        return
    for literal, at, _ in literals(context, value, place):
        check_choice(literal, at, name, known, text=text)


def check_choice(
    literal: Any, place: Place, name: str, known: Mapping[str, str], *, text: bool = False
) -> None:
    """Report one value, if it is not on the list."""
    shown = str(literal)
    values = {words.lower(): value for value, words in known.items()}
    if literal in (None, "") or (text and shown.lower() in values) or (not text and shown in known):
        return
    if text and shown in known:
        message = f"set_text takes the text of '{name}': '{known[shown]}', not '{shown}'"
        place.error("E207", message)
    elif not text and shown.lower() in values:
        value = values[shown.lower()]
        message = (
            f"'{name}' is '{value}' where the page shows '{known[value]}'; it is never '{shown}'"
        )
        place.error("E207", message, f"write {value}")
    elif text:
        hint = did_you_mean(shown, known.values())
        if hint:
            place.warn("E207", f"'{shown}' is no text of '{name}' that is known{hint}")
    elif not shown.isdecimal():
        hint = did_you_mean(shown, known) or did_you_mean(shown, known.values())
        each = (f"{value} ({words})" for value, words in known.items())
        message = f"'{shown}' is no value of '{name}' that is known{hint}"
        place.warn("E207", message, f"known: {listed(each)}")
