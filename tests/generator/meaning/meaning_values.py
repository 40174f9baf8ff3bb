"""
What values mean, from the words of docs/spec.md: emptiness, text, numbers.

Written down from the reference, never from the library; where both disagree the words decide.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any


class Missing:
    """A value that the document does not have, or that a pipeline did not give."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = Missing()
EXACT = Context(prec=400)
# White space of the reference: what Unicode calls white space but U+0085, and U+FEFF.
SPACES = " \t\n\v\f\r\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


class Wrong(Exception):
    """The document is answered `failed` with this code."""

    def __init__(self, code: str = "BAD_VALUE") -> None:
        super().__init__(code)
        self.code = code


def is_empty(value: Any) -> bool:
    """Missing, null, '' and an empty list; false and 0 are not."""
    return value is MISSING or value is None or (isinstance(value, str | list) and len(value) == 0)


def as_list(value: Any) -> list[Any]:
    """A single value is a list of one, nothing an empty list."""
    if isinstance(value, list):
        return value
    return [] if is_empty(value) else [value]


def over(value: Any, change: Callable[[Any], Any]) -> Any:
    """A change of a value or of each element of a list; nothing stays nothing, empty elements go."""
    if isinstance(value, list):
        changed = [over(one, change) for one in value]
        return [one for one in changed if not is_empty(one)]
    if is_empty(value):
        return MISSING
    result = change(value)
    return MISSING if is_empty(result) else result


def as_text(value: Any) -> str:
    """A single value as text: numbers in their shortest form, booleans as `true` and `false`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return shortest(number(value))
    raise Wrong


def is_numeric(value: Any) -> bool:
    """A number, or text that reads as one: sign, digits with a point, exponent; blanks around it."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return True
    if not isinstance(value, str) or not _NUMBER.fullmatch(value.strip(SPACES)):
        return False
    return math.isfinite(float(value.strip(SPACES)))  # what no double holds is none


def number(value: Any) -> Decimal:
    """The exact decimal; a number of the document counts as it is written, never as a float."""
    if not is_numeric(value):
        raise Wrong
    return Decimal(value.strip(SPACES) if isinstance(value, str) else repr(value))


def shortest(value: Decimal) -> str:
    """Without exponent, without needless zeros, without a negative zero."""
    if value == 0:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(value: Decimal, places: int) -> Decimal:
    """Half away from zero, on the decimal text."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT)


def fixed(value: Decimal, places: int) -> str:
    """With all its places."""
    text = format(rounded(value, places), "f")
    return text.removeprefix("-") if not any(digit in "123456789" for digit in text) else text


def units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
