"""What conditions, maps, sources and field rules mean, and the fixed order of the pipeline."""

from __future__ import annotations

import re
from typing import Any

from meaning_values import (
    MISSING,
    SPACES,
    Wrong,
    as_text,
    is_empty,
    is_numeric,
    number,
    over,
    rounded,
    shortest,
)

Json = Any


def place_value(place: Json, segments: list[str]) -> Json:
    """The value at a path; a path does not go into lists. `.` is the place itself."""
    for segment in segments:
        if not isinstance(place, dict) or segment not in place:
            return MISSING
        place = place[segment]
    return place


def at_path(place: Json, path: str) -> Json:
    return place if path == "." else place_value(place, path.removeprefix("$.").split("."))


# --- conditions ---


def _same(left: Json, right: Json) -> bool:
    """Strict: a text is no number and no boolean; only empty values of all kinds are alike."""
    if is_empty(left) or is_empty(right):
        return is_empty(left) and is_empty(right)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    return isinstance(left, str) and left == right


def _order(left: Json, right: Json) -> int | None:
    """Numbers and numeric text as numbers, other text by its UTF-16 units; empty has no order."""
    if is_empty(left) or is_empty(right):
        return None
    if is_numeric(left) and is_numeric(right):
        a, b = number(left), number(right)
        return (a > b) - (a < b)
    one, other = (as_text(side).encode("utf-16-be", "surrogatepass") for side in (left, right))
    return (one > other) - (one < other)


def holds(test: Json, place: Json) -> bool:
    """A condition of the spec."""
    if "all" in test:
        return all(holds(part, place) for part in test["all"])
    if "any" in test:
        return any(holds(part, place) for part in test["any"])
    if "not" in test:
        return not holds(test["not"], place)
    left = at_path(place, test["path"])
    ((operator, right),) = ((name, value) for name, value in test.items() if name != "path")
    match operator:
        case "equals":
            return _same(left, right)
        case "not_equals":
            return not _same(left, right)
        case "in":
            return any(_same(left, one) for one in right)
        case "not_in":
            return not any(_same(left, one) for one in right)
        case "present":
            return is_empty(left) is not right
        case "matches":
            return not is_empty(left) and re.search(right, as_text(left), re.ASCII) is not None
        case "gt":
            return _order(left, right) == 1
        case "lt":
            return _order(left, right) == -1
    raise AssertionError(operator)


# --- a field ---


def source(rule: Json, place: Json) -> Json:
    """Where a value comes from; a part of concat or coalesce is a pipeline of its own."""
    if "from" in rule:
        return at_path(place, rule["from"])
    if "value" in rule:
        return rule["value"]
    if "concat" in rule:
        parts = [pipeline(part, place, {}) for part in rule["concat"]]
        if all(is_empty(part) for part in parts):
            return MISSING
        return "".join("" if is_empty(part) else as_text(part) for part in parts)
    parts = [pipeline(part, place, {}) for part in rule["coalesce"]]
    return next((part for part in parts if not is_empty(part)), MISSING)


def named(rule: Json, place: Json) -> bool:
    """Whether the document has one of the source's values at all, be it empty."""
    if "from" in rule:
        return at_path(place, rule["from"]) is not MISSING
    parts = rule.get("concat", rule.get("coalesce"))
    if parts is None:
        return True
    paths = [part for part in parts if "from" in part]
    return any(named(part, place) for part in paths) if paths else True


def mapped(spec: Json, value: Json) -> Json:
    """Compared as text; what is not listed is an error, nothing, the same, or a value."""

    def one(given: Json) -> Json:
        key = as_text(given)
        if key in spec["values"]:
            return spec["values"][key]
        other = spec.get("otherwise", "error")
        if other == "error":
            raise Wrong("MAP_NO_MATCH")
        if other == "skip":
            return MISSING
        return given if other == "same" else other["value"]

    return over(value, one)


def pipeline(rule: Json, place: Json, maps: Json) -> Json:
    """Source, transforms, map, default, whatever the order in which they are written."""
    from meaning_transforms import MEANING

    value = source(rule, place)
    for step in rule.get("apply", []):
        name, argument = (step, None) if isinstance(step, str) else next(iter(step.items()))
        value = MEANING[name](value, argument)
    if "map" in rule:
        value = mapped(maps[rule["map"]], value)
    if "default" in rule and is_empty(value):
        value = rule["default"]
    return value


def field(rule: Json, place: Json, maps: Json, zone: str) -> Json:
    """What is set: a value in the type's own form, MISSING to leave the field, None to clear it."""
    if "when" in rule and not holds(rule["when"], place):
        return MISSING
    value = pipeline(rule, place, maps)
    if not is_empty(value):
        return convert(value, rule, zone)
    if rule.get("required"):
        raise Wrong("REQUIRED_EMPTY")
    if rule.get("empty", "skip") == "skip" or not named(rule, place):
        return MISSING
    if rule["empty"] == "error":
        raise Wrong("REQUIRED_EMPTY")
    return None


def convert(value: Json, rule: Json, zone: str) -> Json:
    """The conversion to the field's type."""
    import meaning_dates as dates

    kind, places = rule["type"], rule.get("places")
    if kind in ("text", "email", "phone", "url"):
        return as_text(value)
    if kind in ("decimal", "percent", "float", "rate", "currency"):
        places = 2 if places is None and kind == "currency" else places
        return shortest(number(value) if places is None else rounded(number(value), places))
    if kind == "integer":
        if number(value) != rounded(number(value), 0) and places is None:
            raise Wrong
        return shortest(rounded(number(value), 0))
    if kind == "boolean":
        return boolean(value, rule.get("true_values"))
    if kind == "date":
        return dates.day(value, rule.get("format"), rule.get("timezone", zone))
    if kind == "datetime":
        return dates.moment(value, rule.get("format"), rule.get("timezone", zone))
    if kind == "timeofday":
        return dates.time_of_day(as_text(value))
    raise AssertionError(kind)


def boolean(value: Json, listed: list[str] | None) -> bool:
    """What is listed is true; else a plain boolean word; else false where there is a list."""
    word = as_text(value).strip(SPACES)
    if listed and word in listed:
        return True
    plain = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}
    if word.lower() in plain:
        return plain[word.lower()]
    if listed:
        return False
    raise Wrong
