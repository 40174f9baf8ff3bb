"""
NetSuite's own description of a record type, read into fields.

`GET /services/rest/record/v1/metadata-catalog/<record>` with `Accept: application/schema+json`
answers a JSON Schema (draft 6) of the record as the caller's role sees it, custom fields included
(help topics "Getting Metadata", section_1540810174, and "Working with JSON Schema Metadata",
section_1545129726). What its parts look like beyond the short example there is taken from public
connectors that read it:

    scalar      {"type": "string", "format": "date", "title": "Start Date"}
    custom      ... "x-ns-custom-field": true
    reference   an object of id, refName, externalId and links, or {"$ref": ".../metadata-catalog/customer"}
    multi-select, sublist
                an object whose property `items` is an array; of references, or of rows
    read-only   "readOnly": true

Names are those of REST, which are the ids of SuiteScript in camel case; they are compared in lower
case. The schema says of no field that it is required.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from generator.catalog.model import Field

_SCALARS = {
    ("string", "date"): "date",
    ("string", "date-time"): "datetime",
    ("string", "email"): "email",
    ("string", "uri"): "url",
    ("integer", None): "integer",
    ("number", None): "float",
    ("boolean", None): "boolean",
}
_OF_REST = frozenset(
    ("id", "refname", "externalid", "links", "items", "totalresults", "customform")
)
_REFERENCE = frozenset(("id", "refName"))
_CUSTOM = ("cust", "cseg")


class Described(Struct, frozen=True):
    """A record type as an account describes it: fields of the body, and of the lines by sublist."""

    record: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    sublists: Mapping[str, Mapping[str, Field]] = field(default_factory=dict)


def read_schema(record: str, schema: Mapping[str, Any]) -> Described:
    """The fields and sublists that a schema lists; what has no type that we know is left out."""
    fields: dict[str, Field] = {}
    sublists: dict[str, Mapping[str, Field]] = {}
    for name, part in _properties(schema).items():
        rows = _rows(part)
        if name.lower() in _OF_REST:
            continue
        if rows is not None and "$ref" not in rows and not _is_reference(rows):
            lines = {
                each.id: each
                for column, inner in _properties(rows).items()
                if column.lower() not in _OF_REST and (each := _field(column, inner))
            }
            if lines:
                sublists[name.lower()] = lines
        elif found := _field(name, part):
            fields[found.id] = found
    return Described(record, fields, sublists)


def _properties(part: Mapping[str, Any]) -> Mapping[str, Any]:
    found = part.get("properties")
    if not isinstance(found, dict):
        return {}
    return {name: inner for name, inner in found.items() if isinstance(inner, dict)}


def _rows(part: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the elements of a collection look like; None where it is none."""
    items = _properties(part).get("items", {}).get("items")
    return items if isinstance(items, dict) else None


def _is_reference(part: Mapping[str, Any]) -> bool:
    return _properties(part).keys() >= _REFERENCE


def _refers(part: Mapping[str, Any]) -> str | None:
    """The record type that a `$ref` names; elements of sublists have schemas too, with a dash."""
    target = str(part.get("$ref", "")).rpartition("/")[2].lower()
    return target if target and "-" not in target and target != "nslink" else None


def _field(name: str, part: Mapping[str, Any]) -> Field | None:
    kind, refers = _kind(part)
    if kind is None:
        return None
    length = part.get("maxLength")
    custom = name.lower().startswith(_CUSTOM)
    return Field(
        id=name.lower(),
        type=kind,
        read_only=part.get("readOnly") is True,
        length=length if isinstance(length, int) else None,
        refers=refers,
        column=name.lower() if custom else None,
        state="documented" if custom else "assumed",
        label=str(part["title"]) if custom and part.get("title") else None,
    )


def _kind(part: Mapping[str, Any]) -> tuple[str | None, str | None]:
    rows = _rows(part)
    if rows is not None and ("$ref" in rows or _is_reference(rows)):
        return "multiselect", _refers(rows)
    if "$ref" in part:
        refers = _refers(part)
        return ("select", refers) if refers else (None, None)
    if _is_reference(part):
        return "select", None
    kind, form = part.get("type"), part.get("format")
    found = _SCALARS.get((str(kind), form)) or _SCALARS.get((str(kind), None))
    return found or ("text" if kind == "string" else None), None
