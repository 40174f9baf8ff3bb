"""Types of the transforms' arguments, as pydantic checks them."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, NotRequired
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Field, StrictInt, StrictStr, with_config
from typing_extensions import TypedDict

_CLOSED = ConfigDict(extra="forbid", strict=True)
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


def _path(value: str) -> str:
    split_path(value)
    return value


def _pattern(value: str) -> str:
    # Python's and JavaScript's regular expressions agree on what people write in a spec; named
    # groups are spelled differently, so that spelling is translated for the check alone.
    try:
        re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", value))
    except re.error as fault:
        raise ValueError(f"not a regular expression: {fault}") from fault
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as fault:
        raise ValueError(f"unknown time zone '{value}'") from fault
    return value


def _decimal(value: int | float | str) -> int | float | str:
    if not re.fullmatch(r"-?\d+(\.\d+)?", _plain(value)):
        raise ValueError(f"'{value}' is not a plain decimal number")
    return value


def _not_zero(value: int | float | str) -> int | float | str:
    if not _plain(value).strip("-0."):
        raise ValueError("cannot divide by 0")
    return value


def _plain(value: int | float | str) -> str:
    return value if isinstance(value, str) else repr(value)


def decimal_text(argument: Any) -> tuple[str, ...]:
    """A number of the spec as decimal text, as the library computes with it."""
    return (_plain(argument),)


Text = StrictStr
Length = Annotated[StrictInt, Field(ge=1)]
Places = Annotated[StrictInt, Field(ge=0, le=15)]
PathText = Annotated[StrictStr, AfterValidator(_path)]
Pattern = Annotated[StrictStr, Field(min_length=1), AfterValidator(_pattern)]
Zone = Annotated[StrictStr, AfterValidator(_zone)]
Character = Annotated[StrictStr, Field(min_length=1, max_length=1)]
Number = Annotated[
    StrictInt | Annotated[float, Field(strict=True)] | StrictStr, AfterValidator(_decimal)
]
Divisor = Annotated[Number, AfterValidator(_not_zero)]
# The regions whose numbers suitescript/lib/phone.js knows how to complete.
Region = Literal[
    "AE", "AR", "AT", "AU", "BE", "BG", "BR", "CA", "CH", "CL", "CN", "CO", "CZ", "DE", "DK",
    "EE", "ES", "FI", "FR", "GB", "GR", "HK", "HR", "HU", "ID", "IE", "IL", "IN", "IS", "IT",
    "JP", "KR", "LT", "LU", "LV", "MX", "MY", "NL", "NO", "NZ", "PE", "PH", "PL", "PT", "RO",
    "RS", "SA", "SE", "SG", "SI", "SK", "TH", "TR", "TW", "UA", "US", "VE", "VN", "ZA",
]  # fmt: skip

_FORMAT = "Parts of the text: YYYY YY MM M DD D HH H mm ss SSS Z; other text in [brackets]."
DateFormat = Annotated[str, Field(min_length=1, description=_FORMAT)]

# Written as calls, because `with` is a keyword of Python.
Replace = TypedDict(
    "Replace",
    {
        "find": Annotated[str, Field(min_length=1, description="The text to find.")],
        "with": Annotated[str, Field(description="What stands there instead.")],
    },
)
PadLeft = TypedDict(
    "PadLeft",
    {
        "length": Annotated[Length, Field(description="Characters to fill up to.")],
        "with": NotRequired[Annotated[Character, Field(description="Filled with this; 0.")]],
    },
)
Replace.__pydantic_config__ = _CLOSED  # type: ignore[attr-defined]
PadLeft.__pydantic_config__ = _CLOSED  # type: ignore[attr-defined]


@with_config(_CLOSED)
class Split(TypedDict):
    """Argument of `split`."""

    on: Annotated[str, Field(min_length=1, description="The text between the parts.")]


@with_config(_CLOSED)
class ParseNumber(TypedDict):
    """Argument of `parse_number`."""

    decimal: NotRequired[Annotated[Character, Field(description="The decimal sign; a point.")]]
    group: NotRequired[Annotated[Character, Field(description="The sign between groups; none.")]]


@with_config(_CLOSED)
class ParseDate(TypedDict):
    """Argument of `parse_date`."""

    format: DateFormat
    timezone: NotRequired[Annotated[Zone, Field(description="Zone of a time without offset.")]]


@with_config(_CLOSED)
class FormatDate(TypedDict):
    """Argument of `format_date`."""

    format: DateFormat
    timezone: NotRequired[Annotated[Zone, Field(description="Zone that a time is shown in; UTC.")]]


@with_config(_CLOSED)
class Phone(TypedDict):
    """Argument of `phone`."""

    region: Annotated[
        Region, Field(description="Country of numbers without one, by its two letters: US, GB.")
    ]
