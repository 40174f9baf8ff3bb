"""Plans as stable JSON: the same plan gives the same bytes."""

from __future__ import annotations

import json
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any

from generator.plan.model import Origin


def to_json(value: Any, *, origins: bool = True, defaults: bool = True) -> Any:
    """
    A plan (or a part of it) as JSON values, keys in the order of the dataclass.

    Values of a union carry their class as `kind`, so that a reader can tell them apart.

    Args:
        value: dataclass, tuple or plain value.
        origins: whether spec lines, and what only the units bill reads, are kept; hashes leave
            them out.
        defaults: whether fields at their default are kept; hashes leave them out, so that a new
            option of the language changes the hash of no plan that does not use it.
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Origin):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        tag, told = _told(type(value))
        entries: dict[str, Any] = {"is": tag} if tag else {}
        for name, default, contract in told:
            inner = getattr(value, name)
            if not origins and (isinstance(inner, Origin) or not contract):
                continue
            if not defaults and inner == default:
                continue
            entries[name] = to_json(inner, origins=origins, defaults=defaults)
        return entries
    if isinstance(value, tuple | list):
        return [to_json(item, origins=origins, defaults=defaults) for item in value]
    if isinstance(value, dict):
        return {
            str(key): to_json(item, origins=origins, defaults=defaults)
            for key, item in value.items()
        }
    return value


@cache
def _told(kind: type[Any]) -> tuple[str | None, tuple[tuple[str, Any, bool], ...]]:
    """How a class is told from others of its union; its fields, their defaults, and who reads them."""
    tag = kind.__name__.rstrip("_").lower() if kind.__name__ in _TAGGED else None
    return tag, tuple(
        (field.name, _default(field), field.metadata.get("contract", True))
        for field in fields(kind)
    )


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


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
