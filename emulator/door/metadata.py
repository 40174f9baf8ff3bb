"""
The metadata catalogue of REST web services: `GET /services/rest/record/v1/metadata-catalog[/<record>]`.

What it looks like is told by help topics "Getting Metadata" (section_1540810174) and "Working with
JSON Schema Metadata" (section_1545129726), and beyond their short examples by public connectors
that read it. It knows what the account's catalogue knows, the fields of deployed objects included,
and no more: names stand in lower case where NetSuite writes camel case, titles are given for custom
fields alone, subrecords are empty objects, and the OpenAPI form is not made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator.calls import Call
from emulator.door import rest
from emulator.door.gate import Gate
from emulator.door.hosts import signed_url
from emulator.errors import NetSuiteError
from emulator.ports import Account, Session
from generator.catalog.model import Catalog, Field, RecordType

PATH = "/services/rest/record/v1/metadata-catalog"
SCHEMA = "application/schema+json"
DRAFT = "https://json-schema.org/draft-06/hyper-schema#"
_LINKS = {"type": "array", "readOnly": True, "items": {"$ref": f"{PATH}/nsLink"}}
_SCALARS: Mapping[str, Mapping[str, str]] = {
    "decimal": {"type": "number", "format": "double"},
    "float": {"type": "number", "format": "double"},
    "percent": {"type": "number", "format": "double"},
    "currency": {"type": "number", "format": "double"},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer", "format": "int64"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
}


class MetadataAddress:
    """Answers what the account's records are like."""

    def __init__(self, account: Account, gate: Gate) -> None:
        self._account = account
        self._gate = gate

    async def answer(self, request: Request) -> Response:
        """The list of record types, or one record type as a JSON Schema."""

        async def work(session: Session) -> Response:
            return await anyio.to_thread.run_sync(self._reply, request, session)

        return await rest.answer(self._account, self._gate, request, Call("metadata"), work)

    def _reply(self, request: Request, session: Session) -> Response:
        catalog = self._account.catalog
        name = request.path_params.get("record")
        seen = {
            record.id: record
            for record in catalog.records.values()
            if _has_address(record) and self._sees(session, record)
        }
        if name is None:
            base = signed_url(request).partition("?")[0]
            return JSONResponse({"items": [_item(base, each) for each in sorted(seen)]})
        record = seen.get(str(name).lower())
        if record is None:
            message = f"Record type '{name}' does not exist."
            raise NetSuiteError("NONEXISTENT_RECORD_TYPE", message, status=404)
        if SCHEMA not in request.headers.get("accept", ""):
            message = f"The local account describes records as {SCHEMA} alone."
            raise NetSuiteError("NOT_ACCEPTABLE", message, status=406)
        return JSONResponse(_schema(record, catalog), media_type=SCHEMA)

    def _sees(self, session: Session, record: RecordType) -> bool:
        return record.permission is None or self._account.allows(session, record.permission, "VIEW")


def _has_address(record: RecordType) -> bool:
    """Families (`item`) and parts of records (`address`) are no resources of their own."""
    return record.sdf_token is not None or (record.permission is not None and not record.open)


def _item(base: str, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "links": [
            {"rel": "canonical", "href": f"{base}/{name}", "mediaType": "application/json"},
            {"rel": "alternate", "href": f"{base}/{name}", "mediaType": SCHEMA},
        ],
    }


def _schema(record: RecordType, catalog: Catalog) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "id": {"title": "Internal ID", "type": "string", "readOnly": True},
        "externalId": {"title": "External ID", "type": "string", "nullable": True},
        "links": _LINKS,
    }
    for each in record.fields.values():
        if each.id not in ("id", "externalid"):
            properties[each.id] = _property(each, catalog)
    for sublist in record.sublists.values():
        rows = {each.id: _property(each, catalog) for each in sublist.fields.values()}
        properties[sublist.id] = _collection({"type": "object", "properties": rows})
    schema: dict[str, Any] = {"type": "object", "properties": properties, "$schema": DRAFT}
    if record.kind == "custom":
        schema["x-ns-custom-record"] = True
    return schema


def _property(field: Field, catalog: Catalog) -> dict[str, Any]:
    found: dict[str, Any]
    if field.type == "select":
        found = _reference(field, catalog)
    elif field.type == "multiselect":
        found = _collection(_reference(field, catalog))
    elif field.type == "summary":
        found = {"type": "object", "properties": {}}
    else:
        found = dict(_SCALARS.get(field.type, {"type": "string"}))
    if field.label:
        found["title"] = field.label
    if field.read_only:
        found["readOnly"] = True
    if field.id.startswith(("cust", "cseg")):
        found["x-ns-custom-field"] = True
    return {**found, "nullable": True}


def _reference(field: Field, catalog: Catalog) -> dict[str, Any]:
    """One to a record type that has an address names it; any other shows its parts."""
    target = catalog.record(field.refers) if field.refers else None
    if target is not None and _has_address(target):
        return {"$ref": f"{PATH}/{target.id}"}
    parts = {name: {"type": "string"} for name in ("id", "refName", "externalId")}
    return {"type": "object", "properties": {**parts, "links": _LINKS}}


def _collection(rows: dict[str, Any]) -> dict[str, Any]:
    items = {"type": "array", "items": rows}
    return {
        "type": "object",
        "properties": {"links": _LINKS, "items": items, "totalResults": {"type": "integer"}},
    }
