"""What every transform means, from its sentence in the reference."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import meaning_dates as dates
from meaning_rules import holds, place_value
from meaning_values import (
    EXACT,
    MISSING,
    SPACES,
    Wrong,
    as_list,
    as_text,
    fixed,
    is_empty,
    number,
    over,
    rounded,
    shortest,
    units,
)


def _texts(change: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """A text transform: goes over lists, element by element."""
    return lambda value, argument: over(value, lambda one: change(as_text(one), argument))


def _numbers(change: Callable[[Decimal, Any], str]) -> Callable[[Any, Any], Any]:
    return lambda value, argument: over(value, lambda one: change(number(one), argument))


def _title(text: str, _: Any) -> str:
    lower = text.lower()
    out = ""
    for i, letter in enumerate(lower):
        j = i
        while j > 0 and lower[j - 1] in "'\u2019":
            j -= 1
        begins = j == 0 or unicodedata.category(lower[j - 1])[0] not in "LMN"
        out += letter.upper() if begins and unicodedata.category(letter)[0] == "L" else letter
    return out


def _truncate(text: str, n: int) -> str:
    cut = text
    while units(cut) > n:
        cut = cut[:-1]
    return cut


def _extract(text: str, pattern: str) -> Any:
    found = re.search(pattern, text, re.ASCII)
    if not found:
        return MISSING
    return (found[1] if found.re.groups else found[0]) or MISSING


def _pad(text: str, argument: Any) -> str:
    return str(argument.get("with", "0")) * max(0, argument["length"] - units(text)) + text


def _email(text: str, _: Any) -> str:
    local, at, domain = text.strip(SPACES).rpartition("@")
    return local + at + domain.lower() if at else domain


def _split(value: Any, argument: Any) -> list[str]:
    text = "" if is_empty(value) else as_text(value)
    parts = [part.strip(SPACES) for part in text.split(argument["on"])]
    return [part for part in parts if part]


def _join(value: Any, between: str) -> Any:
    parts = [as_text(one) for one in as_list(value) if not is_empty(one)]
    return between.join(parts) if parts else MISSING


def _pluck(value: Any, path: str) -> list[Any]:
    found = [place_value(one, path.split(".")) for one in as_list(value)]
    return [one for one in found if not is_empty(one)]


def _sum(value: Any, _: Any) -> str:
    total = Decimal(0)
    for one in as_list(value):
        if not is_empty(one):
            total = EXACT.add(total, number(one))
    return shortest(total)


def _parse_number(value: Any, argument: Any) -> Any:
    def one(given: Any) -> str:
        if isinstance(given, int | float) and not isinstance(given, bool):
            return shortest(number(given))  # a number is one already
        point, group = argument.get("decimal", "."), argument.get("group", "")
        text = as_text(given).strip(SPACES)
        for sign in SPACES if group == " " else group:
            text = text.replace(sign, "")
        if point != ".":
            if "." in text:
                raise Wrong
            text = text.replace(point, ".")
        return shortest(number(text))

    return over(value, one)


def _divide(value: Decimal, by: Any) -> str:
    return shortest(rounded(EXACT.divide(value, number(by)), 10))


MEANING: dict[str, Callable[[Any, Any], Any]] = {
    "trim": _texts(lambda text, _: text.strip(SPACES)),
    "upper": _texts(lambda text, _: text.upper()),
    "lower": _texts(lambda text, _: text.lower()),
    "title": _texts(_title),
    "collapse_spaces": _texts(lambda text, _: re.sub(f"[{SPACES}]+", " ", text).strip(SPACES)),
    "truncate": _texts(_truncate),
    "prefix": _texts(lambda text, before: before + text),
    "suffix": _texts(lambda text, after: text + after),
    "replace": _texts(lambda text, a: text.replace(a["find"], a["with"])),
    "extract": _texts(_extract),
    "digits_only": _texts(lambda text, _: "".join(c for c in text if c in "0123456789")),
    "pad_left": _texts(_pad),
    "email_normalize": _texts(_email),
    "split": _split,
    "join": _join,
    "take": lambda value, n: as_list(value)[:n],
    "first": lambda value, _: (as_list(value) or [MISSING])[0],
    "last": lambda value, _: (as_list(value) or [MISSING])[-1],
    "pluck": _pluck,
    "where": lambda value, test: [one for one in as_list(value) if holds(test, one)],
    "count": lambda value, _: len(as_list(value)),
    "sum": _sum,
    "parse_number": _parse_number,
    "round": _numbers(fixed),
    "multiply": _numbers(lambda value, by: shortest(EXACT.multiply(value, number(by)))),
    "divide": _numbers(_divide),
    "abs": _numbers(lambda value, _: shortest(value.copy_abs())),
    "negate": _numbers(lambda value, _: shortest(value.copy_negate())),
    "parse_date": lambda value, a: over(value, lambda one: dates.parse_date(one, a["format"], a.get("timezone"))),
    "format_date": lambda value, a: over(value, lambda one: dates.format_date(one, a["format"], a.get("timezone"))),
}  # fmt: skip
