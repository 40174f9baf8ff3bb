"""Date formats: what is a token, what stands for itself, and what was meant to be a token."""

from __future__ import annotations

import re

from generator.compile.context import Place

TOKENS = "YYYY YY MM M DD D HH H mm ss SSS Z"
_PARTS = re.compile(
    r"\[[^\]]*\]|YYYY|YY|MM|M|DD|D|HH|H|mm|ss|SSS|Z|[A-Za-z]+?(?=YYYY|MM|DD|HH|mm|ss|\W|\d|_|$)|.",
    re.DOTALL,
)
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
