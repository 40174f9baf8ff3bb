"""The record types that a project names: those that its account is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator.catalog.model import Catalog, RecordType
from generator.spec.model import Model, keys


def records_used(models: Iterable[Model], catalog: Catalog) -> list[str]:
    """
    Every record type that these models name, sorted, and those that a payload joins.

    Families (`item`) and parts of records (`address`) have no description of their own.
    """
    found: set[str] = set()
    for model in models:
        for name, value in _values(model):
            if name == "record" and isinstance(value, str):
                found.add(value)
        found.update(_joined(model, catalog))
    return sorted(
        name for name in found if (known := catalog.record(name)) is None or not _is_part(known)
    )


def _is_part(record: RecordType) -> bool:
    return record.sdf_token is None and (record.open or record.permission is None)


def _values(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar of a model with the name of the key that holds it."""
    if isinstance(value, Model):
        for _, one in keys(type(value)):
            yield from _values(getattr(value, one.name), one.name)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _values(inner, name)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _values(inner, name)
    else:
        yield name, value


def _joined(model: Model, catalog: Catalog) -> Iterator[str]:
    """`entity.email` of a sales order leads to customers."""
    record = catalog.record(str(getattr(model, "record", "")))
    if record is None or getattr(model, "direction", None) != "outbound":
        return
    for name, value in _values(model):
        if name in ("from_", "field", "text") and isinstance(value, str) and "." in value:
            base = record.fields.get(value.partition(".")[0])
            if base and base.refers:
                yield base.refers
