"""Records as a person writes them for a test: references by name instead of internal ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.account.book import Book
from emulator.errors import UsageError
from emulator.ports import RecordData

SAVED_SEARCH = "savedsearch"


def search(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The definition of a saved search to seed. UsageError where it has no script id or type."""
    fields: Mapping[str, Any] = given.get("fields", {})
    if not fields.get("id") or not fields.get("type"):
        raise UsageError(f"A saved search to seed needs the fields id and type: {dict(given)}")
    return {"isPublic": True, "filters": [], "columns": [], **fields}


def resolve(book: Book, given: Mapping[str, Any]) -> RecordData:
    """A draft of a seed record, every `{"ref", "by", "value"}` replaced by an internal id."""
    record = given.get("type")
    if not isinstance(record, str):
        raise UsageError(f"A record to seed needs a type: {given}")
    draft: RecordData = {
        "type": record,
        "id": None,
        "version": None,
        "fields": _fields(book, given.get("fields", {})),
        "sublists": _sublists(book, given.get("sublists", {})),
        "subrecords": _subrecords(book, given.get("subrecords", {})),
    }
    if "externalid" in given:
        draft["fields"].setdefault("externalid", given["externalid"])
    if given.get("id") is not None:
        draft["number"] = int(given["id"])
    return _merged(book, draft)


def _merged(book: Book, draft: RecordData) -> RecordData:
    """The draft laid over the list entry of the same name, where there is one."""
    kind = book.catalog.record(draft["type"])
    if kind is None or kind.kind != "list" or kind.name_column is None:
        return draft
    name = "acctnumber" if kind.id == "account" else kind.name_column
    wanted = draft["fields"].get(name)
    if wanted is None:
        return draft
    found = book.store.all(
        "SELECT id FROM record WHERE space = ? AND json_extract(body, '$.' || ?) = ?",
        book.space(kind),
        name,
        wanted,
    )
    if len(found) != 1 or draft["fields"].get("parent") is not None:
        return draft
    stored = book.store.get(book.space(kind), found[0][0])
    assert stored is not None
    present = book.present(stored)
    return {
        **draft,
        "id": stored.id,
        "fields": {**present["fields"], **draft["fields"]},
        "sublists": draft["sublists"] or present["sublists"],
        "subrecords": draft["subrecords"] or present["subrecords"],
        "number": None,
    }


def _sublists(book: Book, given: Mapping[str, Any]) -> dict[str, Any]:
    out = {}
    for name, lines in given.items():
        ready = []
        for line in lines:
            # A line may be written as its fields alone.
            whole = line if "fields" in line or "subrecords" in line else {"fields": line}
            ready.append(
                {
                    "line": whole.get("line"),
                    "fields": _fields(book, whole.get("fields", {})),
                    "subrecords": _subrecords(book, whole.get("subrecords", {})),
                }
            )
        out[name] = ready
    return out


def _subrecords(book: Book, given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {
            "fields": _fields(book, value.get("fields", {})),
            "sublists": _sublists(book, value.get("sublists", {})),
        }
        for name, value in given.items()
    }


def _fields(book: Book, given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(book, value) for name, value in given.items()}


def _value(book: Book, value: Any) -> Any:
    if isinstance(value, list):
        return [_value(book, one) for one in value]
    if not isinstance(value, Mapping):
        return value
    record, by, wanted = value.get("ref"), value.get("by", "externalid"), value.get("value")
    kind = None if record is None else book.catalog.record(record)
    if kind is None:
        raise UsageError(f"Not a reference: {dict(value)}")
    column = "externalid" if by == "externalid" else "json_extract(body, '$.' || ?)"
    values = [wanted] if by == "externalid" else [by, wanted]
    rows = book.store.all(
        f"SELECT id, type FROM record WHERE space = ? AND {column} = ? ORDER BY id",  # noqa: S608 - column is one of two
        book.space(kind),
        *values,
    )
    found = [number for number, type_ in rows if book.fits(kind.id, type_)]
    if len(found) != 1:
        raise UsageError(f"{len(found)} records of {record} have {by} = {wanted!r}")
    return str(found[0])
