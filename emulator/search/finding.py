"""
Searches without a definition: by keywords over everything, and for duplicates.

Help topics "search.global(options)" (section_4345775747) and "search.duplicates(options)"
(section_4345775593). Which fields hold keywords, what info1 and info2 show, and that one equal
field makes a duplicate, is assumed.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from emulator.errors import NetSuiteError
from generator.catalog.model import RecordType

LIMIT = 1000
COLUMNS = ("name", "type", "info1", "info2")
# Record types with duplicate detection, and the fields it compares where a record is given.
DETECTED = frozenset({"customer", "lead", "prospect", "contact", "partner", "vendor"})
COMPARED = ("companyname", "email", "phone")
_ALIASES = {"name": "altname", "address1": "billaddress1", "city": "billcity", "state": "billstate",
            "zipcode": "billzipcode"}  # fmt: skip
# By space: where keywords are looked for, what names a record, what is told of it.
_SPACES = {
    "entity": (
        ("entityid", "companyname", "firstname", "lastname", "email", "phone"),
        "entityid", "email", "phone",
    ),
    "item": (("itemid", "displayname", "upccode"), "itemid", "displayname", "upccode"),
    "transaction": (("tranid", "otherrefnum"), "tranid", "trandate", "otherrefnum"),
}  # fmt: skip
_PREFIX = re.compile(r"\s*([a-z]+)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)


def everywhere(
    connection: sqlite3.Connection,
    keywords: str,
    records: Mapping[str, RecordType],
    visible: Collection[str],
) -> list[list[str]]:
    """
    [record type, id, name, label, info1, info2] of the records in which all keywords stand.

    `cu: smith` looks only into record types whose id or label begins with the letters before the
    colon.
    """
    found = _PREFIX.fullmatch(keywords)
    prefix, text = (found[1].lower(), found[2]) if found else ("", keywords)
    words = [word.lower() for word in text.split()]
    types = [
        record
        for record in records.values()
        if record.id in visible
        and (record.kind in _SPACES or record.kind == "custom")
        and (record.id.startswith(prefix) or record.label.lower().startswith(prefix))
    ]
    if not words or not types:
        return []
    out: list[list[str]] = []
    by_space: dict[str, list[RecordType]] = {}
    for record in types:
        by_space.setdefault(record.kind if record.kind in _SPACES else record.id, []).append(record)
    for space, of in by_space.items():
        fields, name, *infos = _SPACES.get(space, (("name",), "name", None, None))
        whole = " || ' ' || ".join(map(_read, fields))
        first, second = ("''" if info is None else _read(info) for info in infos)
        condition = " AND ".join(["instr(lower(whole), ?) > 0"] * len(words))
        marks = ", ".join("?" * len(of))
        sql = (
            f"SELECT type, id, name, info1, info2 FROM (SELECT r.type, r.id, {whole} AS whole,"  # noqa: S608 - our own words
            f" {_read(name)} AS name, {first} AS info1, {second} AS info2 FROM record AS r"
            f" WHERE r.space = ? AND r.type IN ({marks})) WHERE {condition} ORDER BY id LIMIT {LIMIT}"
        )
        values = [space, *(record.id for record in of), *words]
        for type_, id_, *shown in connection.execute(sql, values):
            label = records[type_].label
            out.append([type_, str(id_), shown[0], label, *shown[1:]])
    return out[:LIMIT]


def _read(name: str) -> str:
    return f"COALESCE(CAST(json_extract(r.body, '$.{name}') AS TEXT), '')"


def duplicate_filters(type_: str, fields: Mapping[str, Any], id_: int | None) -> Sequence[Any]:
    """
    Filters that find the records which have one of these values.

    Raises:
        NetSuiteError: SSS_INVALID_TYPE_ARG for a record type without duplicate detection.
    """
    if type_ not in DETECTED:
        raise NetSuiteError(
            "SSS_INVALID_TYPE_ARG", f"Duplicates of the record type {type_} are not detected."
        )
    parts: list[Any] = []
    for name, value in fields.items():
        if value not in (None, ""):
            parts += ["or", [_ALIASES.get(name.lower(), name.lower()), "is", value]]
    if not parts:
        return []
    others = [] if id_ is None else ["and", ["internalid", "noneof", id_]]
    return [parts[1:], *others]
