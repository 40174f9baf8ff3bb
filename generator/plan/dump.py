"""Plans as stable JSON: the same plan gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from msgspec import UNSET, Struct

from generator.plan.values import Origin


def to_json(value: Any, *, origins: bool = True, defaults: bool = True) -> Any:
    """
    A plan (or a part of it) as JSON values, keys in the order of the struct.

    Values of a union carry their class as `kind`, so that a reader can tell them apart. A struct's
    `no_contract` names fields that no contract covers: what is hashed leaves them out.

    Args:
        value: struct, tuple or plain value.
        origins: whether spec lines, and what no contract covers, are kept; hashes leave them out.
        defaults: whether fields at their default are kept; hashes leave them out, so that a new
            option of the language changes the hash of no plan that does not use it.
    """
    return _teller(origins, defaults)(value)


Tell = Callable[[Any], Any]


@cache
def _teller(origins: bool, defaults: bool) -> Tell:
    """What tells values as JSON. How, is settled by their class and once: a project has a million of them."""
    known: dict[type[Any], Tell] = {}

    def tell(value: Any) -> Any:
        kind = type(value)
        how = known.get(kind)
        if how is None:
            how = known[kind] = teller(kind)
        return how(value)

    def teller(kind: type[Any]) -> Tell:
        if issubclass(kind, Origin):
            return str
        if issubclass(kind, Struct):
            return struct(kind)
        if issubclass(kind, tuple | list):
            return lambda items: [tell(item) for item in items]
        if issubclass(kind, dict):
            return lambda items: {str(key): tell(item) for key, item in items.items()}
        return lambda plain: plain

    def struct(kind: type[Struct]) -> Tell:
        tag = kind.__name__.rstrip("_").lower() if kind.__name__ in _TAGGED else None
        outside = () if origins else getattr(kind, "no_contract", ())
        told = [
            (name, UNSET if defaults else default)
            for name, default in _defaults(kind)
            if name not in outside
        ]

        def entries(value: Any) -> dict[str, Any]:
            found: dict[str, Any] = {"is": tag} if tag else {}
            for name, default in told:
                inner = getattr(value, name)
                how = type(inner)
                if inner is default or (how is type(default) and inner == default):
                    continue
                if how in _PLAIN:
                    found[name] = inner
                elif origins or how is not Origin:
                    found[name] = tell(inner)
            return found

        return entries

    return tell


def _defaults(kind: type[Struct]) -> list[tuple[str, Any]]:
    """A struct's fields with their defaults, UNSET where there is none."""
    given = kind.__struct_defaults__
    missing = len(kind.__struct_fields__) - len(given)
    return list(
        zip(kind.__struct_fields__, (*(UNSET for _ in range(missing)), *given), strict=True)
    )


_PLAIN = frozenset((str, int, float, bool, type(None)))
_TAGGED = frozenset(
    (
        "Path", "Literal_", "VarRef", "Concat", "Coalesce", "Hook", "FieldName", "DisplayText",
        "QueryValue", "Test", "All", "AnyOf", "Not", "RestletVia", "FileVia", "EventsVia", "PollVia",
    )
)  # fmt: skip


def dump(value: Any) -> str:
    """A plan as JSON text for people: indented, with spec lines."""
    return json.dumps(to_json(value), indent=2, ensure_ascii=False)


def canonical(value: Any) -> str:
    """A plan as compact JSON without spec lines and defaults, for hashes."""
    return json.dumps(
        to_json(value, origins=False, defaults=False),
        separators=(",", ":"), ensure_ascii=True, sort_keys=True,
    )  # fmt: skip
