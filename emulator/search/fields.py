"""Search fields made from the catalogue's fields, and how they are read from the storage."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.search.model import FieldType, SearchField
from generator.catalog.model import Field, RecordType

_TYPES: dict[str, FieldType] = {
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "currency": "currency",
    "rate": "currency",
    "percent": "percent",
    "integer": "number",
    "decimal": "number",
    "float": "number",
    "select": "select",
    "multiselect": "multiselect",
}
BODY, LINE = "r.body", "l.value"


def json_path(source: str, name: str) -> str:
    """The stored JSON value of a field; those of a line lie under `fields`."""
    return f"json_extract({source}, '$.{'fields.' if source == LINE else ''}{name}')"


def cast(source: str, name: str, affinity: str = "TEXT") -> str:
    """The stored value as text, number or integer."""
    return f"CAST({json_path(source, name)} AS {affinity})"


def stored(
    name: str,
    kind: FieldType = "text",
    *,
    refers: str | None = None,
    place: tuple[str, str, str | None] | None = None,
    source: str = BODY,
    key: str | None = None,
    indexed: bool = False,
) -> SearchField:
    """A search field that is stored under its own name or under `key`."""
    at = key or name
    coded = kind == "select" and refers is None
    match kind:
        case "number" | "currency" | "percent":
            sql = cast(source, at, "NUMERIC")
        case "boolean":
            sql = f"CASE WHEN {json_path(source, at)} THEN 'T' ELSE 'F' END"
        case "select" if not coded:
            sql = cast(source, at, "INTEGER")
        case "date" | "datetime" | "multiselect":
            sql = json_path(source, at)
        case _:
            sql = cast(source, at)
    return SearchField(name, kind, sql, place, refers, coded=coded, indexed=indexed)


def of_record(
    record: RecordType, fields: Iterable[Field], source: str = BODY, sublist: str | None = None
) -> Iterable[SearchField]:
    """The search fields that fields of a record type give; subrecords give none."""
    for field in fields:
        if field.type == "summary" or not field.id.isidentifier():
            continue
        kind = _TYPES.get(field.type, "text")
        yield stored(
            field.id.lower(),
            kind,
            refers=field.refers,
            place=(record.id, field.id, sublist) if kind in ("select", "multiselect") else None,
            source=source,
            key=field.id,
            indexed=source == BODY and (field.id.startswith("cust") and kind in ("text", "select")),
        )


def internal_id(record: str, sql: str = "r.id") -> Iterable[SearchField]:
    """The fields that every search type has for the internal id."""
    yield SearchField("internalid", "select", sql, None, record, text=f"CAST({sql} AS TEXT)")
    yield SearchField("internalidnumber", "number", sql)
    yield SearchField("id", "number", sql)


def external_id() -> Iterable[SearchField]:
    """`externalid` is a select, `externalidstring` the same as text (seen in records' references)."""
    yield SearchField("externalid", "select", "r.externalid", text="r.externalid", coded=True)
    yield SearchField("externalidstring", "text", "r.externalid")
    yield SearchField("@type", "text", "r.type")
