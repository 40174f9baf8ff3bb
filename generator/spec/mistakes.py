"""
Mistakes in shape, in our words and at their places.

Pydantic finds them, by the twins of the models; what it calls them stays in here.
"""

from __future__ import annotations

import re
import typing
from typing import TYPE_CHECKING, Any

from generator.spec.allowed import choices, follow, keys_at
from generator.spec.diagnose import Diagnostic, did_you_mean, listed, near
from generator.spec.model import Model
from generator.spec.source import Loc, Source

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def own_causes(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Errors without those that only follow: a key that is misspelt beside it, a list whose elements are wrong."""
    unknown = [error["loc"] for error in errors if error["type"] == "extra_forbidden"]

    def follows(error: ErrorDetails) -> bool:
        loc = error["loc"]
        if error["type"] == "too_short":
            return any(other["loc"][: len(loc)] == loc != other["loc"] for other in errors)
        return error["type"] == "missing" and any(
            other[:-1] == loc[:-1] and near(str(other[-1]), [str(loc[-1])]) for other in unknown
        )

    return [error for error in errors if not follows(error)]


def describe(source: Source, model: type[Model], error: ErrorDetails) -> Diagnostic:
    """A pydantic error in our words, at its place."""
    loc = tuple(part for part in error["loc"])
    kind = error["type"]
    context = error.get("ctx") or {}
    value = error["input"]
    name = _name(source, loc)
    if kind == "extra_forbidden":
        key = str(loc[-1])
        allowed = sorted(keys_at(model, loc[:-1]))
        advice = _moved(source, model, loc[:-1], key)
        hint = "" if advice else did_you_mean(key, allowed)
        if not advice and not near(key, allowed):
            advice = f"allowed here: {', '.join(allowed)}{_too_deep(source, model, loc)}"
        return source.report(source.key(loc), "E110", f"unknown key '{key}'{hint}", help=advice)
    if kind == "missing":
        place = source.key(loc[:-1]) if len(loc) > 1 else source.value(())
        return source.report(place, "E111", f"missing key '{loc[-1]}'")
    place = source.value(loc) if not isinstance(value, dict | list) else source.key(loc)
    if kind in ("literal_error", "enum"):
        return _not_allowed(source, loc, value, model)
    if kind in ("string_type", "string_sub_type"):
        if isinstance(value, bool | int | float):
            raw = source.raw(loc) or str(value)
            return source.report(
                place,
                "E106",
                f"'{name}' needs text; {raw} without quotes is {_unquoted(value)}",
                help=f'quote it: "{raw}"',
            )
        advice = "a map is declared under maps:, and named here" if name == "map" else None
        return source.report(
            place, "E112", f"'{name}' must be text; found {_kind(value)}", help=advice
        )
    if kind in _EXPECTED:
        message = f"'{name}' must be {_EXPECTED[kind]}; found {_kind(value)}"
        written = source.raw(loc)
        advice = None
        if kind == "model_type":
            advice = _as_map(keys_at(model, loc), value, written)
        elif kind == "tuple_type" and isinstance(value, str | dict) and "\n" not in (written or ""):
            advice = f"a list of one is [{written or '{...}'}]"
        return source.report(place, "E112", message, help=advice)
    if kind == "string_pattern_mismatch" or kind.startswith("string_too"):
        return _form(source, loc, value)
    if kind in _BOUNDS:
        word, key = _BOUNDS[kind]
        return source.report(
            place, "E113", f"'{name}' must be {word} {context[key]:g}; found {value}"
        )
    if kind in ("step", "by"):
        return source.report(place, "E112", error["msg"])
    if kind in ("too_short", "value_error"):
        message = "must not be empty" if kind == "too_short" else str(context.get("error", ""))
        return source.report(place, "E113", f"'{name}' {message}")
    what = f"each value of '{name}'" if isinstance(loc[-1], int) else f"'{name}'"
    return source.report(place, "E112", f"{what} {error['msg'][:1].lower()}{error['msg'][1:]}")


def _as_map(keys: frozenset[str], value: Any, raw: str | None) -> str | None:
    """How that is written as a map which stands alone in its place."""
    if "equals" in keys:
        lists = "several conditions are {all: [...]} or {any: [...]}"
        return lists if isinstance(value, list) else "a condition is {path: name, equals: value}"
    if isinstance(value, int | float | bool):
        return f"a literal is {{value: {raw or value}}}"
    if isinstance(value, list) and "concat" in keys:
        return "of several values: {concat: [...]} joins them, {coalesce: [...]} takes the first that is there"
    if keys == {"secret"}:
        return "secrets are given by name: {secret: name}"
    if isinstance(value, str) and "missing" in keys:
        return f"a reference is {{record: {value}}}"
    return None


def _moved(source: Source, model: type[Model], around: Loc, key: str) -> str | None:
    """Where an unknown key belongs, if the map around it knows it, or one map that stands beside it."""
    names = [name for name in sorted(keys_at(model, around)) if source.has((*around, name))]
    knowing = [name for name in names if key in keys_at(model, (*around, name))]
    if len(knowing) == 1:
        return f"'{key}' is a key of '{knowing[0]}': write it in there"
    while around and isinstance(around[-1], int):
        around = around[:-1]
    if around and key in keys_at(model, around[:-1]):
        return f"'{key}' stands beside '{around[-1]}', not in it"
    return None


def _too_deep(source: Source, model: type[Model], loc: Loc) -> str:
    """A line under a name that is free to choose may be another such name, indented too far."""
    around = loc[:-1]
    free = any(typing.get_origin(one) is dict for one in follow(model, around[:-1]))
    if not around or not free or source.key(loc).line == source.key(around).line:
        return ""
    return f"; what stands beside '{around[-1]}' begins in its column"


_EXPECTED = {
    "model_type": "a map of keys",
    "dict_type": "a map of keys",
    "model_attributes_type": "a map of keys",
    "tuple_type": "a list",
    "list_type": "a list",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
}
_BOUNDS = {
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("greater than", "gt"),
}
_FORMS = {
    "flow": "lower-case words joined by '-', 2 to 40 characters",
    "project": "lower-case words joined by '-', 2 to 40 characters",
    "prefix": "2 to 6 lower-case letters and digits, a letter first",
    "account": "an account id such as 1234567_SB1",
    "secret": "the name of a secret: lower-case letters, digits and '_'",
    "at": 'a time such as "02:30"',
    "account_objects": "a list of script ids such as customlist_colours",
    "path": "an address path that starts with '/'",
    "fingerprints": "a list of SHA-256 in hex, 64 digits each",
}


def _form(source: Source, loc: Loc, value: Any) -> Diagnostic:
    name = _name(source, loc)
    if name not in _FORMS:
        message = (
            f"'{name}' must not be empty" if value == "" else f"'{name}' must be one character"
        )
        return source.report(source.value(loc), "E114", message)
    suggestion = ""
    if name in ("flow", "project"):
        words = "".join(
            c if c.isascii() and c.isalnum() else " " for c in str(value).lower()
        ).split()
        slug = "-".join(words)[:40].rstrip("-").lstrip("0123456789-")
        suggestion = f": try {slug}" if len(slug) > 1 else ""
    return source.report(source.value(loc), "E114", f"{name} must be {_FORMS[name]}{suggestion}")


def _not_allowed(source: Source, loc: Loc, value: Any, model: type[Model]) -> Diagnostic:
    name = _name(source, loc)
    allowed = [
        str(choice).lower() if isinstance(choice, bool) else str(choice)
        for choice in choices(model, loc)
    ]
    if isinstance(value, dict | list):
        message = f"'{name}' must be {listed(allowed)}; found {_kind(value)}"
        return source.report(source.key(loc), "E112", message)
    shown = source.raw(loc) if source.raw(loc) is not None else str(value)
    if name == "spec" and isinstance(value, int):
        return source.report(
            source.value(loc),
            "E105",
            f"spec version {shown} is not known to this generator; it reads 1",
        )
    if not source.has(loc) and "value" in keys_at(model, loc[:-1]):
        allowed.append(f"{{value: {shown}}}")
    return source.report(
        source.value(loc),
        "E113",
        f"'{shown}' is no value of '{name}'{did_you_mean(str(shown), allowed)}",
        help=f"allowed: {listed(allowed)}" if allowed else None,
    )


def _name(source: Source, loc: Loc) -> str:
    """The innermost key of `loc` that somebody wrote."""
    while loc and not (isinstance(loc[-1], str) and source.has(loc)):
        loc = loc[:-1]
    return str(loc[-1]) if loc else source.file


def _unquoted(value: Any) -> str:
    return "true or false" if isinstance(value, bool) else "a number"


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text '{value}'" if len(value) < 40 else "text"
    return "a list" if isinstance(value, list) else "a map"


def describe_argument(
    source: Source, loc: Loc, name: str, error: ErrorDetails, model: type[Model] | None
) -> Diagnostic:
    """A pydantic error inside a transform's argument; `loc` is where the argument stands."""
    inner = error["loc"]
    whole = (*loc, *inner)
    kind = error["type"]
    value = error["input"]
    context = error.get("ctx") or {}
    place = source.key(whole) if isinstance(value, dict | list) else source.value(whole)
    what = f"'{inner[-1]}' of '{name}'" if inner else f"'{name}'"
    advice = None
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        allowed = sorted(keys_at(model, inner[:-1])) if model else []
        return source.report(
            source.key(whole),
            "E110",
            f"unknown key '{inner[-1]}' of '{name}'{did_you_mean(str(inner[-1]), allowed)}",
        )
    if kind == "missing":
        return source.report(source.key(loc), "E111", f"'{name}' needs the key '{inner[-1]}'")
    if kind in _BOUNDS:
        word, key = _BOUNDS[kind]
        message = f"{what} must be {word} {context[key]:g}; found {value}"
    elif kind == "value_error":
        message = f"{what}: {context.get('error', error['msg'])}"
    elif kind == "string_too_short" and value == "":
        message = f"{what} must not be empty"
    elif kind == "string_too_long":
        message = f"{what} must be {context['max_length']} character at most; found '{value}'"
    elif kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", context["expected"])
        message = f"'{value}' is no value of {what}{did_you_mean(str(value), allowed)}"
        advice = f"allowed: {listed(allowed)}"
    else:
        expected = _EXPECTED.get(kind) or ("text" if kind.startswith("string") else None)
        message = (
            f"{what} must be {expected}; found {_kind(value)}"
            if expected
            else f"{what}: {error['msg'][:1].lower()}{error['msg'][1:]}; found {_kind(value)}"
        )
    return source.report(place, "E121", message, help=advice)
