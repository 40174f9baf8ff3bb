"""Oracle's functions of numbers and texts, where SQLite's own differ or are missing."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from emulator.suiteql.faults import search_error

Number = int | float
Function = tuple[str, int, Callable[..., Any]]


def shortest(value: Any) -> str:
    """A value as text, as TO_CHAR writes it without a mask."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else _decimal(value)
    return str(value)


def _decimal(value: float) -> str:
    """A fraction without its leading zero, as Oracle writes it."""
    text = f"{Decimal(repr(value)):f}"
    if text.startswith("0."):
        return text[1:]
    return f"-{text[2:]}" if text.startswith("-0.") else text


def plain(value: float) -> Number:
    """A whole number without its fraction."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def numeric(value: Any) -> Number:
    """A number from a number or a text; SSS_SEARCH_ERROR_OCCURRED (Oracle's ORA-01722) otherwise."""
    if isinstance(value, int | float):
        return value
    text = str(value).strip()
    try:
        return int(text) if text.lstrip("+-").isdecimal() else float(text)
    except ValueError:
        raise search_error(f"Invalid number: '{value}'") from None


def _round(value: Any, digits: int | None = None) -> Number | None:
    if value is None:
        return None
    amount = Decimal(repr(numeric(value)))
    step = Decimal(1).scaleb(-int(digits or 0))
    rounded = (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    return plain(float(rounded))


def _mod(value: Any, by: Any) -> Number | None:
    if value is None or by is None:
        return None
    left, right = Decimal(repr(numeric(value))), Decimal(repr(numeric(by)))
    return plain(float(left % right)) if right else plain(float(left))


def _remainder(value: Any, by: Any) -> Number | None:
    if value is None or by is None:
        return None
    return plain(math.remainder(numeric(value), _divisor(by)))


def _divisor(value: Any) -> Number:
    number = numeric(value)
    if number == 0:
        raise search_error("Divisor is equal to zero")
    return number


def _div(value: Any, by: Any) -> Number | None:
    if value is None or by is None:
        return None
    return plain(numeric(value) / _divisor(by))


def _log(base: Any, value: Any) -> float | None:
    return None if base is None or value is None else math.log(numeric(value), numeric(base))


def _bitand(left: Any, right: Any) -> int | None:
    return None if left is None or right is None else int(left) & int(right)


def _width_bucket(value: Any, low: Any, high: Any, buckets: Any) -> int | None:
    if None in (value, low, high, buckets):
        return None
    share = (numeric(value) - numeric(low)) / _divisor(numeric(high) - numeric(low))
    return 0 if share < 0 else min(int(share * int(buckets)) + 1, int(buckets) + 1)


def _upper(value: Any) -> str | None:
    return None if value is None else shortest(value).upper()


def _lower(value: Any) -> str | None:
    return None if value is None else shortest(value).lower()


def _instr(value: Any, part: Any, start: int = 1, nth: int = 1) -> int | None:
    """Where the nth occurrence of a part begins, from a place on, backwards from a negative one."""
    if value is None or part is None:
        return None
    text, wanted, at = shortest(value), shortest(part), int(start)
    places = [n for n in range(len(text)) if text.startswith(wanted, n)]
    if at < 0:
        found = [n for n in reversed(places) if n <= len(text) + at]
    else:
        found = [n for n in places if n >= at - 1]
    return found[int(nth) - 1] + 1 if len(found) >= nth else 0


def _translate(value: Any, find: str | None, by: str | None) -> str | None:
    if value is None or find is None or by is None:
        return None
    table: dict[int, str | None] = {}
    for place, character in enumerate(find):
        table.setdefault(ord(character), by[place] if place < len(by) else None)
    return shortest(value).translate(table) or None


def _trimmed(strip: Callable[[str, str], str]) -> Callable[..., str | None]:
    def trim(value: Any, characters: str | None = " ") -> str | None:
        if value is None or characters is None:
            return None
        return strip(shortest(value), characters) or None

    return trim


def _ascii(value: Any) -> int | None:
    return None if value is None else ord(shortest(value)[0])


def _chr(value: Any) -> str | None:
    return None if value is None else chr(int(value))


def _asciistr(value: Any) -> str | None:
    if value is None:
        return None
    return "".join(
        c if ord(c) < 128 else f"\\{unit:04X}"
        for c in shortest(value)
        for unit in ([ord(c)] if ord(c) < 0x10000 else _surrogates(c))
    )


def _surrogates(character: str) -> list[int]:
    data = character.encode("utf-16-be")
    return [int.from_bytes(data[n : n + 2]) for n in (0, 2)]


def _lengthb(value: Any) -> int | None:
    return None if value is None else len(shortest(value).encode())


def _length(value: Any) -> int | None:
    return None if value is None else len(shortest(value))


def _normal(form: Any) -> Callable[[Any], str | None]:
    return lambda value: None if value is None else unicodedata.normalize(form, shortest(value))


_SOUNDS = {
    c: n for n, letters in enumerate(("BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"), 1) for c in letters
}


def _soundex(value: Any) -> str | None:
    """Knuth's rule: vowels part equal sounds, H and W do not."""
    letters = [] if value is None else [c for c in shortest(value).upper() if "A" <= c <= "Z"]
    if not letters:
        return None
    code, last = letters[0], _SOUNDS.get(letters[0])
    for letter in letters[1:]:
        sound = _SOUNDS.get(letter)
        if sound is not None and sound != last:
            code += str(sound)
        if letter not in "HW":
            last = sound
    return code[:4].ljust(4, "0")


def _of_one(function: Callable[[float], float]) -> Callable[[Any], Number | None]:
    def call(value: Any) -> Number | None:
        if value is None:
            return None
        try:
            return plain(function(numeric(value)))
        except ValueError:
            raise search_error(f"Argument {value} is out of range") from None

    return call


def _atan2(y: Any, x: Any) -> float | None:
    return None if y is None or x is None else math.atan2(numeric(y), numeric(x))


def _same(value: Any) -> Any:
    return value


FUNCTIONS: tuple[Function, ...] = (
    ("sl_round", -1, _round),
    ("sl_mod", 2, _mod),
    ("sl_remainder", 2, _remainder),
    ("sl_div", 2, _div),
    ("sl_log", 2, _log),
    ("sl_bitand", 2, _bitand),
    ("sl_width_bucket", 4, _width_bucket),
    ("sl_upper", -1, lambda value, *_: _upper(value)),
    ("sl_lower", -1, lambda value, *_: _lower(value)),
    ("sl_instr", -1, _instr),
    ("sl_translate", 3, _translate),
    ("sl_ltrim", -1, _trimmed(str.lstrip)),
    ("sl_rtrim", -1, _trimmed(str.rstrip)),
    ("sl_trim", -1, _trimmed(str.strip)),
    ("sl_ascii", 1, _ascii),
    ("sl_chr", 1, _chr),
    ("sl_asciistr", 1, _asciistr),
    ("sl_length", 1, _length),
    ("sl_lengthb", 1, _lengthb),
    ("sl_compose", 1, _normal("NFC")),
    ("sl_decompose", 1, _normal("NFD")),
    ("sl_soundex", 1, _soundex),
    ("sl_atan2", 2, _atan2),
    ("sl_same", 1, _same),
    *(
        (f"sl_{name}", 1, _of_one(function))
        for name, function in (
            ("acos", math.acos),
            ("asin", math.asin),
            ("atan", math.atan),
            ("cos", math.cos),
            ("cosh", math.cosh),
            ("exp", math.exp),
            ("ln", math.log),
            ("sin", math.sin),
            ("sinh", math.sinh),
            ("sqrt", math.sqrt),
            ("tan", math.tan),
            ("tanh", math.tanh),
        )
    ),
)
