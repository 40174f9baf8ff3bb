"""
Types of values, followed through the pipeline: source, `apply`, `map`, `default`, field.

Three answers: it fits, it cannot fit (an error), or nobody can know before a document comes, which
is no finding. What a document holds is unknown, so only literals, variables, maps and transforms
prove anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from generator.compile.context import FlowContext, Place
from generator.compile.formats import example, reads
from generator.plan.values import (
    Coalesce,
    Concat,
    DisplayText,
    FieldName,
    Literal_,
    TransformCall,
    Value,
    VarRef,
)
from generator.transforms import TRANSFORMS

NUMBERS = frozenset(("integer", "decimal", "float", "currency", "rate", "percent"))
TEXTS = frozenset(("text", "email", "phone", "url"))
DATES = frozenset(("date", "datetime"))

_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\s*")
_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_EPOCH = re.compile(r"\d{9,13}")
_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_ISO_FORMATS = re.compile(r"YYYY-MM-DD((\[T\]|T| )HH:mm(:ss(\.SSS)?)?Z?)?")
_WORDS = frozenset(("true", "t", "1", "false", "f", "0"))
# Transforms that leave letters where they are: after them a value is as little a number as before.
_KEEPING = frozenset(
    ("trim", "upper", "lower", "title", "collapse_spaces", "prefix", "suffix", "pad_left")
)
# What may stand beside digits that come from the document, in a number.
_NUMERIC = re.compile(r"[\d+\-.eE\s]*")


class Flowing(Struct, frozen=True):
    """
    What is known of a value on its way.

    `kind` is any, text, number, date, boolean or list; `by` what made it, for messages; `stuck` is
    a text inside of it that no number has; `made` the transform that made it.
    """

    kind: str
    by: str = "the source"
    stuck: str | None = None
    made: TransformCall | None = None


KINDS = {
    **dict.fromkeys(NUMBERS, "number"),
    **dict.fromkeys(DATES, "date"),
    "boolean": "boolean",
}
"""Type of a field to the kind of its values; every other type gives any."""


class Fault(Struct, frozen=True):
    """A step that cannot work: its index in `apply`, the code and the sentence."""

    index: int
    code: str
    message: str


def follow(apply: tuple[TransformCall, ...], value: Flowing) -> tuple[Flowing, Fault | None]:
    """What comes out of a chain of transforms; a step that cannot work ends it."""
    for index, call in enumerate(apply):
        wrong = _refuses(call, value)
        if wrong:
            return Flowing("any"), Fault(index, *wrong)
        value = _after(call, value)
    return value, None


def _after(call: TransformCall, value: Flowing) -> Flowing:
    transform = TRANSFORMS[call.name]
    kind: str = transform.gives
    if kind == "element":
        kind = "any"
    elif transform.takes == kind == "text" and value.kind in ("any", "list"):
        kind = value.kind  # text transforms go over the elements of a list
    stuck = value.stuck if call.name in _KEEPING else None
    if call.name in ("prefix", "suffix") and not _NUMERIC.fullmatch(str(call.argument)):
        stuck = str(call.argument)
    return Flowing(kind, f"'{call.name}'", stuck, call)


def _refuses(call: TransformCall, value: Flowing) -> tuple[str, str] | None:
    takes = TRANSFORMS[call.name].takes
    name, kind, by = call.name, value.kind, value.by
    if takes == "list" and kind in ("text", "number", "date", "boolean"):
        return "E123", f"'{name}' takes a list, but {by} gives {article(kind)}"
    if takes in ("number", "date") and kind == "list":
        return "E123", f"'{name}' takes a {takes}, but {by} gives a list"
    if takes == "number" and kind in ("date", "boolean"):
        return "E210", f"'{name}' takes a number, but {by} gives {article(kind)}"
    if takes == "number" and value.stuck is not None:
        return "E210", f"'{name}' takes a number, but the text holds '{value.stuck}'"
    counted = kind == "number" and value.made is not None and value.made.name == "count"
    if takes == "date" and (kind == "boolean" or counted):
        return "E210", f"'{name}' takes a date, but {by} gives {article(kind)}"
    if name == "parse_number" and kind in ("date", "boolean"):
        return "E210", f"'{name}' takes a text, but {by} gives {article(kind)}"
    return None


# --- a value against its field ---


class Target(Struct, frozen=True):
    """
    The field that takes a value.

    Args:
        name: of the field.
        type: of the field, as the plan has it.
        length: longest text, None where unknown.
        format: of a date, where the spec gives one.
        zoned: whether a time without an offset has a zone.
        words: texts that mean true, where the spec lists some.
        least: smallest number, of custom fields.
        most: largest number, of custom fields.
    """

    name: str
    type: str
    length: int | None = None
    format: str | None = None
    zoned: bool = True
    words: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None

    def says(self) -> str:
        """`'quantity' is a number`."""
        if self.type == "rate":
            return f"'{self.name}' is a number or a percentage"
        if self.type in NUMBERS:
            return f"'{self.name}' is a {'whole ' if self.type == 'integer' else ''}number"
        what = {
            "boolean": "true or false",
            "date": "a date",
            "datetime": "a date with a time",
            "timeofday": "a time of day",
            "email": "an e-mail address",
        }
        return f"'{self.name}' is {what.get(self.type, 'a text')}"


def check_fit(context: FlowContext, value: Value, target: Target, place: Place) -> None:
    """Report what can never be what the field takes; a reference's value is its key, not the field's."""
    if value.ref and value.ref.parts:
        return  # the key is made of other values
    if not _check_single(value, target, place) or value.ref:
        return
    if target.type in ("select", "multiselect"):
        return
    _check_end(value, target, place)
    for literal, at, plain in literals(context, value, place):
        found = misfit(literal, target, plain=plain)
        if found:
            at.error(*found)


def _check_single(value: Value, target: Target, place: Place) -> bool:
    """Whether not a list arrives where one value is taken, which is reported."""
    flowing, _ = follow(value.apply, start(value))  # a step that cannot work was reported before
    if flowing.kind != "list" or target.type == "multiselect":
        return True
    (place / "apply" / (len(value.apply) - 1)).error(
        "E123",
        f"'{target.name}' takes one value, but {flowing.by} gives a list",
        'add  join: ", "  or  first',
    )
    return False


def _check_end(value: Value, target: Target, place: Place) -> None:
    """The last transform, and fixed text, against the field."""
    flowing, _ = follow(value.apply, start(value))
    at = place / "apply" / (len(value.apply) - 1) if value.apply else _source_place(value, place)
    if value.map:
        return
    if flowing.kind == "number" and target.type in ("email", "url"):
        at.error("E210", f"{target.says()}, but {flowing.by} gives a number")
    elif flowing.kind == "date" and (target.type in NUMBERS or target.type in ("boolean", "email")):
        at.error("E210", f"{target.says()}, but {flowing.by} gives a date")
    elif target.type == "rate" and flowing.stuck is not None and flowing.stuck.strip() == "%":
        return
    elif flowing.stuck is not None and target.type in NUMBERS:
        at.error("E210", f"{target.says()}, but the text holds '{flowing.stuck}'")
    made = flowing.made
    if made is None:
        return
    argument: Any = made.argument
    if made.name == "count" and (target.type in DATES or target.type == "boolean"):
        at.error("E210", f"{target.says()}, but 'count' gives a number")
    elif made.name == "format_date" and target.type in DATES:
        form = argument["format"]
        if form != target.format and (target.format or not _ISO_FORMATS.fullmatch(form)):
            at.error(
                "E210",
                f"{target.says()}, and cannot read the text that format_date makes ({form})",
                "leave format_date out: the field's type makes the date",
            )
    elif made.name == "parse_date" and target.type in DATES and target.format:
        at.error(
            "E210",
            f"parse_date gives an ISO date, which 'format' ({target.format}) cannot read",
            "leave one of the two out",
        )
    elif target.type == "integer" and (
        made.name == "divide" or (made.name == "round" and argument > 0)
    ):
        at.warn("E210", f"{target.says()}, but '{made.name}' may give decimals", "add  round: 0")
    if target.length is None or target.type in NUMBERS:
        return
    if made.name == "truncate" and argument > target.length:
        (at / "truncate").warn(
            "E205",
            f"'{target.name}' takes {target.length} characters; truncate {argument} is longer",
        )
    elif made.name == "pad_left" and argument["length"] > target.length:
        (at / "pad_left").error(
            "E205",
            f"'{target.name}' takes {target.length} characters; "
            f"pad_left makes {argument['length']}",
        )


def start(value: Value, field: str | None = None) -> Flowing:
    """What a source gives; `field` is the type of the field that an outbound one names."""
    source = value.source
    if isinstance(source, Concat):
        fixed = [
            str(part.source.value)
            for part in source.parts
            if isinstance(part.source, Literal_) and part.source.value is not None
        ]
        stuck = next((text for text in fixed if not _NUMERIC.fullmatch(text)), None)
        return Flowing("text", "'concat'", stuck)
    if isinstance(source, Literal_) and source.value is not None:
        kinds = {bool: "boolean", str: "text"}
        return Flowing(kinds.get(type(source.value), "number"))
    if isinstance(source, DisplayText):
        # The texts of a multi-select are a list.
        return Flowing("any" if field == "multiselect" else "text")
    if isinstance(source, FieldName) and field in KINDS:
        return Flowing(KINDS[field], f"'{'.'.join(source.segments)}'")
    return Flowing("any")


def _source_place(value: Value, place: Place) -> Place:
    return place / "concat" if isinstance(value.source, Concat) else place


def literals(context: FlowContext, value: Value, place: Place) -> Iterator[tuple[Any, Place, bool]]:
    """
    Every value that is known beforehand and arrives at the field, and where it stands.

    The third is True for a literal of the field itself, which says what the field's type says.
    """
    if value.map:
        spec = context.spec.maps[value.map]
        at = context.place / "maps" / value.map
        for key, mapped in spec.values.items():
            yield mapped, at / "values" / key, False
        if "value" in spec.otherwise.written:
            yield spec.otherwise.value, at / "otherwise" / "value", False
    elif not value.apply:
        if isinstance(value.source, Literal_):
            yield value.source.value, place / "value", True
        elif isinstance(value.source, VarRef):
            var = context.known_var(value.source.name)
            if var and var.type not in ("select", "multiselect"):
                for _, each in var.values:
                    if misfit(each, Target(var.name, var.type), plain=False) is None:
                        yield each, place / "var", False
        elif isinstance(value.source, Coalesce):
            for index, part in enumerate(value.source.parts):
                yield from literals(context, part, place / "coalesce" / index)
    if isinstance(value.default, Literal_):
        at = place / "default"
        yield value.default.value, at / "value" if at.source.has((*at.loc, "value")) else at, False


def misfit(literal: Any, target: Target, *, plain: bool) -> tuple[str, str, str | None] | None:
    """Why a literal can never be the field's value; `plain` wants a boolean written as one."""
    if literal is None or literal == "":
        return None
    shown = "true" if literal is True else "false" if literal is False else str(literal)
    if target.type == "boolean":
        fits = isinstance(literal, bool) or (
            not plain and (bool(target.words) or shown.strip().lower() in _WORDS)
        )
        text = repr(literal) if plain else f"'{shown}'"
        return None if fits else ("E212", f"{target.says()}; found {text}", None)
    if target.type in NUMBERS:
        return _number_misfit(literal, shown, target)
    if target.type in DATES:
        return _date_misfit(literal, shown, target)
    if target.type == "timeofday" and not _TIME.match(shown):
        return "E213", f"{target.says()}; found '{shown}'", 'write "14:30"'
    if target.type == "email" and not all(_EMAIL.fullmatch(e.strip()) for e in shown.split(";")):
        return "E213", f"{target.says()}; found '{shown}'", None
    units = len(shown.encode("utf-16-le")) // 2
    if target.length is not None and units > target.length:
        return (
            "E205",
            f"'{target.name}' takes {target.length} characters; this text has {units}",
            None,
        )
    return None


def _number_misfit(literal: Any, shown: str, target: Target) -> tuple[str, str, str | None] | None:
    if target.type == "rate" and shown.rstrip().endswith("%"):
        shown = shown.rstrip()[:-1]  # of a discount: a share of what stands above it
    if isinstance(literal, bool) or not _NUMBER.fullmatch(shown):
        return "E213", f"{target.says()}; found '{shown}'", None
    number = float(shown)
    if target.type == "integer" and not number.is_integer():
        return "E213", f"{target.says()}; found '{shown}'", None
    if target.least is not None and number < target.least:
        return "E213", f"'{target.name}' is at least {target.least:g}; found '{shown}'", None
    if target.most is not None and number > target.most:
        return "E213", f"'{target.name}' is at most {target.most:g}; found '{shown}'", None
    return None


def _date_misfit(literal: Any, shown: str, target: Target) -> tuple[str, str, str | None] | None:
    if target.format is not None:
        if reads(target.format, shown):
            return None
        says = f"'{target.name}' is read as {target.format}; found '{shown}'"
        return "E213", says, f'write "{example(target.format)}"'
    advice = 'write "2026-01-31"' if target.type == "date" else 'write "2026-01-31T14:00:00Z"'
    wrong = "E213", f"{target.says()}; found '{shown}'", advice
    if isinstance(literal, bool):
        return wrong
    if _EPOCH.fullmatch(shown):
        return None
    match = _ISO.fullmatch(shown.strip())
    if match is None:
        return wrong
    try:
        date.fromisoformat(shown.strip()[:10])
        if match[1]:
            datetime.strptime(match[1][1:6], "%H:%M")
    except ValueError:
        return wrong
    if match[1] and not match[4] and not target.zoned:
        return (
            "E214",
            f"{target.says()} but '{shown}' is a time without a zone",
            "write the offset, or add  timezone: America/New_York  (project.yaml has none)",
        )
    return None


def article(kind: str) -> str:
    """`a text`, `an integer`."""
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
