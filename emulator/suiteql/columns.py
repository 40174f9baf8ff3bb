"""How columns are read from the storage: SQL over the JSON of a record's body or of one of its lines."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.suiteql.model import Column, Kind
from generator.catalog.model import Field, RecordType

# Stands for a record's own id where a display text is asked of a column that is no field.
ID_FIELD = "_self"


def fields(record: RecordType, source: str) -> Iterable[Column]:
    """The columns of a record type's body fields."""
    for listed in record.fields.values():
        found = column(record.id, listed, source)
        if found is not None:
            yield found


def column(record: str, listed: Field, source: str, *, sublist: str | None = None) -> Column | None:
    """The column of one field, or None where it is none."""
    name = (listed.column or listed.id).lower()
    if listed.type == "summary" or not name.isidentifier():
        return None
    place = (record, listed.id, sublist)
    match listed.type:
        case "boolean":
            return Column(name, boolean(source, listed.id), "boolean", *place)
        case "date":
            return Column(
                name, f"char(29) || {json_of(source, listed.id)} || ' 00:00:00'", "date", *place
            )
        case "datetime":
            return Column(name, f"sl_local({json_of(source, listed.id)})", "date", *place)
        case "integer":
            return Column(name, read(source, listed.id, "INTEGER"), "number", *place)
        case "decimal" | "currency" | "float" | "rate" | "percent":
            return Column(name, read(source, listed.id, "NUMERIC"), "number", *place)
        case "select" if listed.refers is not None:
            return Column(
                name, read(source, listed.id, "INTEGER"), "id", *place, refers=listed.refers
            )
        case "select":
            return Column(name, f"sl_id({json_of(source, listed.id)})", "code", *place)
        case "multiselect":
            return Column(name, f"sl_multi({json_of(source, listed.id)})", "text", *place)
        case _:
            indexed = source == "r.body" and listed.id.startswith("cust")
            return Column(name, read(source, listed.id), "text", *place, indexed=indexed)


def text(name: str, *, indexed: bool = False) -> Column:
    """A text of the body."""
    return Column(name, read("r.body", name), "text", indexed=indexed)


def json_of(source: str, name: str) -> str:
    """A value of a JSON text, as SQL."""
    return f"json_extract({source}, '$.{name}')"


def read(source: str, name: str, affinity: str = "TEXT") -> str:
    """A value of a JSON text that compares as the affinity says."""
    return f"CAST({json_of(source, name)} AS {affinity})"


def boolean(source: str, name: str) -> str:
    """A checkbox as T or F."""
    return f"CASE WHEN {json_of(source, name)} THEN 'T' ELSE 'F' END"


def codes(pairs: Iterable[tuple[str, str]]) -> str:
    """Record types to their codes."""
    whens = " ".join(f"WHEN '{record}' THEN '{code}'" for record, code in pairs)
    return f"CASE r.type {whens} END"


def made(name: str, sql: str, kind: Kind = "text", refers: str | None = None) -> Column:
    """
    A column that is no field of a record type.

    One that `refers` to a record type shows that record's name.
    """
    if refers is None:
        return Column(name, sql, kind)
    return Column(name, sql, "id", refers, ID_FIELD, refers=refers)


def date(source: str, name: str) -> str:
    """A date of a JSON text as it travels through a query."""
    return f"char(29) || {json_of(source, name)} || ' 00:00:00'"
