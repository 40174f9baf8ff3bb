"""Types of the transforms' arguments."""

import re
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from generator.spec.model import Check, Model, says

_SEGMENT = re.compile(r'\["([^"]+)"\]|([^.\[\]"]+)')


def split_path(path: str) -> tuple[str, ...]:
    """Segments of a path: split at dots, `["a.b"]` quotes one. ValueError where it is none."""
    segments: list[str] = []
    at = 0
    while at < len(path):
        match = _SEGMENT.match(path, at)
        if not match:
            raise ValueError(f"'{path}' is not a path")
        segments.append(match[1] or match[2])
        at = match.end()
        if path[at : at + 1] == ".":
            at += 1
            if at == len(path):
                raise ValueError(f"'{path}' is not a path")
    if not segments:
        raise ValueError("a path is not empty")
    return tuple(segments)


def _path(value: str) -> None:
    split_path(value)


def _pattern(value: str) -> None:
    # Python's and JavaScript's regular expressions agree on what people write in a spec; named
    # groups are spelled differently, so that spelling is translated for the check alone.
    try:
        re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", value))
    except re.error as fault:
        raise ValueError(f"not a regular expression: {fault}") from fault


def _zone(value: str) -> None:
    from zoneinfo import ZoneInfo  # few specs name one, and its import is felt in a rebuild

    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as fault:
        raise ValueError(f"unknown time zone '{value}'") from fault


def _decimal(value: int | float | str) -> None:
    if not re.fullmatch(r"-?\d+(\.\d+)?", _plain(value)):
        raise ValueError(f"'{value}' is not a plain decimal number")


def _not_zero(value: int | float | str) -> None:
    if not _plain(value).strip("-0."):
        raise ValueError("cannot divide by 0")


def _plain(value: int | float | str) -> str:
    return value if isinstance(value, str) else repr(value)


def decimal_text(argument: Any) -> tuple[str, ...]:
    """A number of the spec as decimal text, as the library computes with it."""
    return (_plain(argument),)


Text = str
Length = Annotated[int, Meta(ge=1)]
Places = Annotated[int, Meta(ge=0, le=15)]
PathText = Annotated[str, Check(_path)]
Pattern = Annotated[str, Meta(min_length=1), Check(_pattern)]
Zone = Annotated[str, Check(_zone)]
Character = Annotated[str, Meta(min_length=1, max_length=1)]
Number = Annotated[int | float | str, Check(_decimal)]
Divisor = Annotated[Number, Check(_not_zero)]
# The regions whose numbers suitescript/lib/phone.js knows how to complete.
Region = Literal[
    "AE", "AR", "AT", "AU", "BE", "BG", "BR", "CA", "CH", "CL", "CN", "CO", "CZ", "DE", "DK",
    "EE", "ES", "FI", "FR", "GB", "GR", "HK", "HR", "HU", "ID", "IE", "IL", "IN", "IS", "IT",
    "JP", "KR", "LT", "LU", "LV", "MX", "MY", "NL", "NO", "NZ", "PE", "PH", "PL", "PT", "RO",
    "RS", "SA", "SE", "SG", "SI", "SK", "TH", "TR", "TW", "UA", "US", "VE", "VN", "ZA",
]  # fmt: skip

_FORMAT = "Parts of the text: YYYY YY MM M DD D HH H mm ss SSS Z; other text in [brackets]."
DateFormat = Annotated[str, says(_FORMAT, min_length=1)]


class Replace(Model, frozen=True, kw_only=True):
    """Argument of `replace`."""

    find: Annotated[str, says("The text to find.", min_length=1)]
    with_: Annotated[str, says("What stands there instead.")]


class PadLeft(Model, frozen=True, kw_only=True):
    """Argument of `pad_left`."""

    length: Annotated[Length, says("Characters to fill up to.")]
    with_: Annotated[Character | UnsetType, says("Filled with this; 0.")] = UNSET


class Split(Model, frozen=True, kw_only=True):
    """Argument of `split`."""

    on: Annotated[str, says("The text between the parts.", min_length=1)]


class ParseNumber(Model, frozen=True, kw_only=True):
    """Argument of `parse_number`."""

    decimal: Annotated[Character | UnsetType, says("The decimal sign; a point.")] = UNSET
    group: Annotated[Character | UnsetType, says("The sign between groups; none.")] = UNSET


class ParseDate(Model, frozen=True, kw_only=True):
    """Argument of `parse_date`."""

    format: DateFormat
    timezone: Annotated[Zone | UnsetType, says("Zone of a time without offset.")] = UNSET


class FormatDate(Model, frozen=True, kw_only=True):
    """Argument of `format_date`."""

    format: DateFormat
    timezone: Annotated[Zone | UnsetType, says("Zone that a time is shown in; UTC.")] = UNSET


class Phone(Model, frozen=True, kw_only=True):
    """Argument of `phone`."""

    region: Annotated[Region, says("Country of numbers without one, by its two letters: US, GB.")]
