"""What the models allow at a place of a file."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any

from generator.spec.model import Model, Only, keys
from generator.spec.source import Loc


def keys_at(model: type[Model], loc: Loc) -> frozenset[str]:
    """The keys that the language knows in the map at `loc`."""
    for annotation in follow(model, loc):
        if isinstance(annotation, type) and issubclass(annotation, Model):
            return frozenset(key for key, _ in keys(annotation))
    return frozenset()


def choices(model: type[Model], loc: Loc) -> list[Any]:
    """The literals that may stand at `loc`; none where the type is not a list of them."""
    return [
        choice
        for annotation in follow(model, loc)
        if typing.get_origin(annotation) is typing.Literal
        for choice in typing.get_args(annotation)
    ]


def follow(model: type[Model], loc: Loc) -> list[Any]:
    """The types that a value at `loc` may have."""
    at: list[Any] = [model]
    for part in loc:
        at = [inner for annotation in at for inner in _inside(annotation, part)]
    return at


def _inside(annotation: Any, part: str | int) -> Iterator[Any]:
    origin = typing.get_origin(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Model):
        for key, field in keys(annotation):
            if key == part:
                yield from branches(field.type)
    elif origin is dict:
        yield from branches(typing.get_args(annotation)[1])
    elif origin is tuple:
        yield from branches(typing.get_args(annotation)[0])


def branches(annotation: Any) -> Iterator[Any]:
    """The types of a union, without what is said about them."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        inner, *rest = typing.get_args(annotation)
        only = [typing.Literal[one.value] for one in rest if isinstance(one, Only)]
        yield from only or branches(inner)
    elif origin in (typing.Union, types.UnionType):
        for branch in typing.get_args(annotation):
            yield from branches(branch)
    else:
        yield annotation
