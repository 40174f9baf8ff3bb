"""
What the shapes of the language are made of, and how a value is read as one.

The annotations of a model say everything about it: types, ranges, short forms, descriptions. msgspec
reads a good value by them and stops at the first mistake. Only then does `generator.spec.twins` make
pydantic models of the same annotations, which tell all mistakes at once: a build without mistakes
does without pydantic, whose import and models were a third of a rebuild.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, TypeVar

from msgspec import Meta, Struct, UnsetType, ValidationError, convert
from msgspec.structs import FieldInfo, fields

T = TypeVar("T")

Items = tuple[T, ...]
"""A YAML list, kept as a tuple."""

_OURS: Final = ("written", "further")


def key_of(name: str) -> str:
    """How a spec writes a field: `from_` is `from`. Those of ours, `read_as` alone writes."""
    return f"({name})" if name in _OURS else name.rstrip("_")


_WRITTEN: Final = key_of("written")
_FURTHER: Final = key_of("further")


class Model(Struct, frozen=True, forbid_unknown_fields=True, rename=key_of):
    """
    A closed, frozen map of the language.

    A subclass with a field `further`, a map of names, is open: keys that it does not know stand there.

    Args:
        written: the keys that stand in the file, also those with nothing behind them.
    """

    written: frozenset[str] = frozenset()


def keys(model: type[Model]) -> Iterable[tuple[str, FieldInfo]]:
    """What a spec may write in a map of this model, by key."""
    return _fields(model)[0].items()


def further(model: type[Model]) -> Any:
    """The type of the names that an open model takes; None of a closed one."""
    return _fields(model)[1]


@cache
def _fields(model: type[Model]) -> tuple[dict[str, FieldInfo], Any]:
    found = {one.name: one for one in fields(model)}
    del found["written"]
    names = found.pop("further", None)
    return {one.encode_name: one for one in found.values()}, names and names.type


def plain(model: Model) -> dict[str, Any]:
    """A model as JSON values, by key; what is None is left out."""
    return {
        key: _plain(value)
        for key, one in keys(type(model))
        if (value := getattr(model, one.name)) is not None
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return plain(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, dict) else value


class Short(Struct, frozen=True):
    """
    In an annotation: a short form, which becomes a long one before it is read.

    Args:
        expand: the long form; `Unfit` where the value is neither.
        written: what may be written, as a type; None where that is what the annotated type says.
    """

    expand: Callable[[Any], Any]
    written: Any = None


class Check(Struct, frozen=True):
    """In an annotation: `test` raises ValueError with what is wrong with a value of that type."""

    test: Callable[[Any], object]


class Only(Struct, frozen=True):
    """In an annotation: the one value that may be written. msgspec has no Literal of true."""

    value: Any


class Unfit(Exception):
    """A value is neither a short nor a long form; `kind` names the mistake."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class NotReadError(Exception):
    """A value has mistakes; which, the twin of its type tells."""


def says(text: str, **constraints: Any) -> Meta:
    """The description of a field, and what msgspec's Meta takes besides: ge, gt, min_length, pattern, ..."""
    return Meta(description=text, **constraints)


def read_as(value: Any, kind: Any) -> Any:
    """
    A value as a model, or as any other type that a field may have.

    Args:
        value: plain maps, lists and scalars, as they stand in a file; it is left as it is.
        kind: the type.

    Raises:
        NotReadError: the value is none.
    """
    step = _step(kind)
    try:
        return convert(value if step is None else step(value), kind)
    except (ValidationError, Unfit, ValueError, TypeError) as fault:
        raise NotReadError(str(fault)) from fault


# --- from short forms to long ones ---

_Step = Callable[[Any], Any]


def _step(kind: Any) -> _Step | None:
    """What gives a value of this type its long form; None where there is nothing to do."""
    origin = typing.get_origin(kind)
    if origin is Annotated:
        inner, *rest = typing.get_args(kind)
        step = _step(inner)
        for one in rest:
            step = _then(_own(one), step)
        return step
    if origin in (typing.Union, UnionType):
        inner = [one for one in typing.get_args(kind) if one not in (NoneType, UnsetType)]
        step = _step(inner[0]) if len(inner) == 1 else None
        return _unless_none(step) if step and NoneType in typing.get_args(kind) else step
    if origin is dict:
        return _each_value(_step(typing.get_args(kind)[1]))
    if origin is tuple:
        return _each_item(_step(typing.get_args(kind)[0]))
    return _map(kind) if isinstance(kind, type) and issubclass(kind, Model) else None


def _own(meta: Any) -> _Step | None:
    """What one part of an annotation does to a value."""
    if isinstance(meta, Short):
        return meta.expand
    if isinstance(meta, Check):
        return _checked(meta.test)
    if isinstance(meta, Only):
        return _only(meta.value)
    ends = isinstance(meta, Meta) and meta.pattern is not None and meta.pattern.endswith("$")
    return _one_line if ends else None


def _then(first: _Step | None, second: _Step | None) -> _Step | None:
    if first is None or second is None:
        return first or second
    return lambda value: second(first(value))


def _checked(test: Callable[[Any], object]) -> _Step:
    def step(value: Any) -> Any:
        test(value)
        return value

    return step


def _only(wanted: Any) -> _Step:
    def step(value: Any) -> Any:
        if value is not wanted:
            raise Unfit("literal", f"must be {wanted}")
        return value

    return step


def _one_line(value: Any) -> Any:
    """Python's `$` stands before a line end, too; that of JSON Schema and of pydantic does not."""
    if isinstance(value, str) and value.endswith("\n"):
        raise Unfit("pattern", "ends with a line end")
    return value


def _unless_none(step: _Step) -> _Step:
    return lambda value: None if value is None else step(value)


def _each_value(step: _Step | None) -> _Step | None:
    if step is None:
        return None
    return lambda value: (
        {key: step(inner) for key, inner in value.items()} if isinstance(value, dict) else value
    )


def _each_item(step: _Step | None) -> _Step | None:
    if step is None:
        return None
    return lambda value: [step(inner) for inner in value] if isinstance(value, list) else value


def _map(model: type[Model]) -> _Step:
    def step(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        known, other = _steps_of(model)
        long: dict[str, Any] = {}
        names: dict[str, Any] = {}
        for key, inner in value.items():
            if key in known:
                own = known[key]
                long[key] = inner if own is None else own(inner)
            else:
                names[key] = inner
        if names:
            if other is None:
                raise Unfit("key", f"unknown key {min(names, key=str)}")
            long[_FURTHER] = other(names)
        long[_WRITTEN] = list(value)
        return long

    return step


@cache
def _steps_of(model: type[Model]) -> tuple[dict[str, _Step | None], _Step | None]:
    """The steps of a model's keys, and that of the keys it does not know where it is open."""
    known = {key: _step(one.type) for key, one in keys(model)}
    return known, _step(further(model)) if further(model) else None
