"""Date formats: what is a token, what stands for itself, and what was meant to be a token."""

from __future__ import annotations

import re

from generator.compile.context import Place

TOKENS = "YYYY YY MM M DD D HH H mm ss SSS Z"
_PARTS = re.compile(
    r"\[[^\]]*\]|YYYY|YY|MM|M|DD|D|HH|H|mm|ss|SSS|Z|[A-Za-z]+?(?=YYYY|MM|DD|HH|mm|ss|\W|\d|_|$)|.",
    re.DOTALL,
)
_DIGITS = {
    "YYYY": r"\d{4}", "YY": r"\d\d", "MM": r"(?:0\d|1[0-2])", "M": r"(?:0?\d|1[0-2])",
    "DD": r"(?:[0-2]\d|3[01])", "D": r"(?:[0-2]?\d|3[01])", "HH": r"\d\d", "H": r"\d\d?",
    "mm": r"\d\d", "ss": r"\d\d", "SSS": r"\d{3}", "Z": r"(?:Z|[+-]\d\d:?\d\d)",
}  # fmt: skip
_EXAMPLE = {
    "YYYY": "2026", "YY": "26", "MM": "01", "M": "1", "DD": "31", "D": "31", "HH": "14", "H": "14",
    "mm": "30", "ss": "00", "SSS": "000", "Z": "Z",
}  # fmt: skip
_STEPS = re.compile(r"\[([^\]]*)\]|YYYY|YY|MM|M|DD|D|HH|H|mm|ss|SSS|Z|.", re.DOTALL)
# Letters that other languages of formats use: dd.MM.yyyy, hh:mm a, %d.%m.%Y, MMM.
_FOREIGN = re.compile(r"%|[dyhaAeELnNjfsSmY]+")


def check_format(form: str, place: Place) -> None:
    """Report what cannot be part of a date: `dd`, `yyyy`, `MMM`; other letters are doubtful."""
    parts = _PARTS.findall(form)
    for index, part in enumerate(parts):
        if part in TOKENS.split() or part.startswith("[") or not re.match(r"[A-Za-z%]", part):
            if part == "M" and index and parts[index - 1] == "MM":
                _wrong("MMM", place)
                return
            continue
        before = parts[index - 1] if index else ""
        if part == "T" or (part in ("h", "m", "s") and before in ("HH", "H", "mm", "ss")):
            continue  # of an ISO time, or a unit: 14h30
        if _FOREIGN.fullmatch(part):
            _wrong(part, place)
            return
        place.warn(
            "E113",
            f"'{part}' stands for itself in a date format",
            f"write [{part}] for text; tokens are {TOKENS}",
        )
        return


def _wrong(part: str, place: Place) -> None:
    meant = part.upper() if part.upper() in ("DD", "D", "YYYY", "YY", "HH", "H") else None
    hint = f"; did you mean '{meant}'?" if meant else ""
    advice = f"tokens are {TOKENS}, other text stands in [brackets]"
    place.error("E113", f"'{part}' is no part of a date format{hint}", advice)


def reads(form: str, text: str) -> bool:
    """Whether a text is of this form, as the account's library reads it."""
    pattern = "".join(
        _DIGITS.get(step[0]) or re.escape(step[0] if step[1] is None else step[1])
        for step in _STEPS.finditer(form)
    )
    return re.fullmatch(pattern, text.strip(), re.ASCII) is not None


def example(form: str) -> str:
    """A date of this form."""
    return "".join(
        _EXAMPLE.get(step[0]) or (step[0] if step[1] is None else step[1])
        for step in _STEPS.finditer(form)
    )
