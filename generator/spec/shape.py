"""
From plain values to a model, with every mistake in shape, and a model all the same.

Values that do not fit are reported and taken out, and what is left is validated again, so that the
checks of `generator.compile` still run over the rest of the file: all mistakes in one run. Where
something was taken out is remembered in `broken`; a check for something missing looks there first.
"""

from __future__ import annotations

import copy
import typing
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct

from generator.spec.allowed import branches, follow
from generator.spec.diagnose import Diagnostic
from generator.spec.fields import Emptyable
from generator.spec.model import Model, NotReadError, keys, read_as
from generator.spec.source import Loc, Source

M = TypeVar("M", bound=Model)

_ROUNDS = 20


class Shaped(Struct, Generic[M], frozen=True):
    """
    A file as a model.

    `model` is None where too much is wrong; `broken` holds the places that were taken out.
    """

    source: Source
    model: M | None
    broken: frozenset[Loc]
    diagnostics: tuple[Diagnostic, ...]


def shape(source: Source, model: type[M], stand_ins: Mapping[str, Any]) -> Shaped[M]:
    """
    Validate a file.

    Args:
        source: the file, read.
        model: what it should be.
        stand_ins: values for keys of the root that cannot be left out, should they be wrong.
    """
    data = source.data
    found: list[Diagnostic] = []
    broken = {loc for loc in source.doubtful if not source.has(loc)}
    unfinished = _unfinished(model, source.nothing)
    if unfinished:
        data = copy.deepcopy(data)
    for loc in unfinished:
        if loc not in source.doubtful:
            what = f"'{loc[-1]}' must be a map of keys or a list; found nothing"
            found.append(
                source.report(source.key(loc), "E112", what, help="leave the key out, or go on")
            )
        _take_out(data, loc, missing=False, stand_ins=stand_ins)
        broken.add(loc)
    try:
        return Shaped(source, read_as(data, model), frozenset(broken), tuple(found))
    except NotReadError:
        return _told(source, model, data, broken, found, stand_ins)


def _told(
    source: Source,
    model: type[M],
    data: Any,
    broken: set[Loc],
    found: list[Diagnostic],
    stand_ins: Mapping[str, Any],
) -> Shaped[M]:
    """With the mistakes that are in `data`, and the model of what is left without them."""
    from generator.spec.mistakes import describe, own_causes
    from generator.spec.twins import errors_of

    for attempt in range(_ROUNDS):
        errors = errors_of(data, model)
        if not errors:
            return Shaped(source, read_as(data, model), frozenset(broken), tuple(found))
        if data is source.data:
            data = copy.deepcopy(data)  # what is taken out stays in the source
        causes = own_causes(errors)
        for error in errors:
            loc = _written(error["loc"], data)
            if attempt == 0 and loc not in source.doubtful and error in causes:
                found.append(describe(source, model, error))
            if error["type"] == "string_type" and _quote(data, loc, source):
                continue
            _take_out(data, loc, missing=error["type"] == "missing", stand_ins=stand_ins)
            broken.add(loc)
    return Shaped(source, None, frozenset(broken), tuple(found))


def _unfinished(model: type[Model], nothing: Sequence[Loc]) -> list[Loc]:
    """
    Optional keys with nothing behind them.

    `verify:` without a kind would be no check of the sender, `accept:` without a test no condition:
    what was begun is not what was left out.
    """
    return [
        loc for loc in nothing if any(_begun(around, loc[-1]) for around in follow(model, loc[:-1]))
    ]


def _begun(annotation: Any, key: Any) -> bool:
    """Whether the key's value is a map or a list that may be left out, but not be nothing."""
    if not (isinstance(annotation, type) and issubclass(annotation, Model)):
        return False
    kind = next((field.type for name, field in keys(annotation) if name == key), None)
    if kind is None or Emptyable in typing.get_args(kind):
        return False
    kinds = list(branches(kind))
    some = [one for one in kinds if one is not type(None)]
    return (
        len(some) < len(kinds) and bool(some) and all(map(_is_structure, some)) and key != "default"
    )


def _is_structure(annotation: Any) -> bool:
    if typing.get_origin(annotation) in (tuple, dict):
        return True
    return isinstance(annotation, type) and issubclass(annotation, Model)


def _written(loc: Loc, data: Any) -> Loc:
    """
    The part of a loc that exists in the data, and one key more.

    Short forms add keys of their own, and a list of one may be written as that one.
    """
    at = data
    out: Loc = ()
    for part in loc:
        if isinstance(part, int) and not isinstance(at, list):
            continue
        if not _holds(at, part):
            return (*out, part) if isinstance(at, dict) else out
        out = (*out, part)
        at = at[part]
    return out


def _quote(data: Any, loc: Loc, source: Source) -> bool:
    """Where a number stands for text, go on as if it were quoted."""
    raw = source.raw(loc)
    at = data
    for part in loc[:-1]:
        at = at[part] if _holds(at, part) else None
    if raw is None or not loc or not _holds(at, loc[-1]) or at[loc[-1]] is None:
        return False
    at[loc[-1]] = raw
    return True


def _take_out(data: Any, loc: Loc, *, missing: bool, stand_ins: Mapping[str, Any]) -> None:
    """Remove the value at `loc`; of a list the whole list, so that no index moves."""
    path = list(loc)
    if missing and len(path) > 1:
        path.pop()
    while path:
        at = data
        for part in path[:-1]:
            at = at[part] if _holds(at, part) else None
        if isinstance(at, dict):
            if len(path) == 1 and path[0] in stand_ins:
                at[path[0]] = copy.deepcopy(stand_ins[str(path[0])])
                return
            if path[-1] in at:
                del at[path[-1]]
                return
        path.pop()


def _holds(at: Any, part: str | int) -> bool:
    if isinstance(at, dict):
        return part in at
    return isinstance(at, list) and isinstance(part, int) and part < len(at)
