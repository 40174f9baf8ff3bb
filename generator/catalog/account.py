"""
What an account says of its record types: one small committed file each, `catalog/<record>.json`.

    metadata catalogue ─► schema.read_schema ─► own() ─► catalog/customer.json ─► with_account() ─► Catalog

A file holds what the standard catalogue does not know: custom fields, lines' custom columns, custom
record types, and standard fields that are missing there. The project's own objects come first: they
say more (lengths, what is required).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, ValidationError, convert, field
from msgspec.structs import replace

from generator.catalog.model import Catalog, Field, RecordType, Sublist
from generator.catalog.notation import TYPES
from generator.catalog.schema import Described

FOLDER = "catalog"


class FileError(ValueError):
    """A catalogue file that cannot be read; `line` and `column` are 1-based."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class _Field(Struct, frozen=True, forbid_unknown_fields=True):
    type: str
    label: str | None = None
    length: int | None = None
    read_only: bool = False
    refers: str | None = None


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    record: str
    fields: dict[str, _Field] = field(default_factory=dict)
    sublists: dict[str, dict[str, _Field]] = field(default_factory=dict)


def own(described: Described, standard: RecordType | None) -> Described:
    """What the standard catalogue does not have."""
    if standard is None:
        return described
    fields = {name: each for name, each in described.fields.items() if name not in standard.fields}
    sublists = {}
    for name, lines in described.sublists.items():
        known = standard.sublists.get(name)
        more = {
            column: each
            for column, each in lines.items()
            if not known or column not in known.fields
        }
        if more:
            sublists[name] = more
    return Described(described.record, fields, sublists)


def to_text(described: Described) -> str:
    """The file's text: sorted, the same for the same answer."""

    def shown(fields: Mapping[str, Field]) -> dict[str, Any]:
        return {
            name: {
                "type": each.type,
                **({"label": each.label} if each.label else {}),
                **({"length": each.length} if each.length is not None else {}),
                **({"read_only": True} if each.read_only else {}),
                **({"refers": each.refers} if each.refers else {}),
            }
            for name, each in sorted(fields.items())
        }

    data: dict[str, Any] = {"record": described.record, "fields": shown(described.fields)}
    if described.sublists:
        data["sublists"] = {
            name: shown(fields) for name, fields in sorted(described.sublists.items())
        }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def from_text(text: str) -> Described:
    """A file's content; FileError where it is none."""
    try:
        file = convert(json.loads(text), _File)
    except json.JSONDecodeError as fault:
        raise FileError(f"no JSON: {fault.msg}", fault.lineno, fault.colno) from fault
    except ValidationError as fault:
        raise FileError(f"not a file of 'suiteloom catalog pull': {fault}") from fault
    except (ValueError, RecursionError) as fault:  # numbers and depths that Python does not read
        raise FileError(f"not a file of 'suiteloom catalog pull': {fault}") from fault
    return Described(
        file.record,
        _fields(file.fields),
        {name: _fields(lines) for name, lines in file.sublists.items()},
    )


def _fields(given: Mapping[str, _Field]) -> dict[str, Field]:
    found = {}
    for name, each in given.items():
        if each.type not in TYPES:
            raise FileError(f"'{name}' has the type '{each.type}', which is none")
        custom = name.startswith(("cust", "cseg"))
        found[name] = Field(
            id=name,
            type=each.type,
            read_only=each.read_only,
            length=each.length,
            refers=each.refers,
            column=name if custom else None,
            state="documented" if custom else "assumed",
            label=each.label,
        )
    return found


def described_files(folder: Path) -> list[Path]:
    """The files of a project's `catalog/`, by path."""
    return sorted(path for path in (folder / FOLDER).glob("*.json") if not path.is_dir())


def described_ids(folder: Path) -> frozenset[str]:
    """Script ids of what the files of a project's `catalog/` say that the account has."""
    found: set[str] = set()
    for path in described_files(folder):
        each = from_text(path.read_text(encoding="utf-8"))
        fields = [each.fields, *each.sublists.values()]
        found.add(each.record)
        found.update(id_ for group in fields for id_ in group)
        found.update(field.refers or "" for group in fields for field in group.values())
    return frozenset(id_ for id_ in found if id_.startswith(("cust", "cseg")))


def with_account(catalog: Catalog, described: Iterable[Described]) -> Catalog:
    """The catalogue with what an account says; what is known already stays."""
    records = dict(catalog.records)
    for each in described:
        record = records.get(each.record) or _new(each.record)
        if record is None:
            continue
        sublists = dict(record.sublists)
        for name, fields in each.sublists.items():
            lines = sublists.get(name) or Sublist(name, {})
            sublists[name] = replace(lines, fields={**fields, **lines.fields})
        records[each.record] = replace(
            record, fields={**each.fields, **record.fields}, sublists=sublists
        )
    return Catalog(records)


def _new(record: str) -> RecordType | None:
    """A custom record type or list that only the account knows; None for anything else."""
    if not record.startswith(("customrecord", "customlist")):
        return None
    fields = (
        Field("name", "text", inline=True, length=300, column="name"),
        Field("externalid", "text", length=255, column="externalid"),
        Field("isinactive", "boolean", inline=True, column="isinactive"),
    )
    listed = record.startswith("customlist")
    return RecordType(
        id=record,
        label=record,
        kind="custom",
        family=record,
        table=record,
        permission="ADMI_CUSTLIST" if listed else record,
        fields={each.id: each for each in fields},
        name_column="name",
        sdf_token=None if listed else f"[scriptid={record}]",
        features=() if listed else ("CUSTOMRECORDS",),
        has_inactive=True,
    )


def differences(before: Described | None, after: Described) -> list[str]:
    """What changed, one line each: `customer.custentity_tier is now select (was text)`."""
    if before is None:
        return [f"{after.record}: not pulled yet"]
    told = _changes(after.record, before.fields, after.fields)
    for name in sorted({*before.sublists, *after.sublists}):
        told += _changes(
            f"{after.record}.{name}", before.sublists.get(name, {}), after.sublists.get(name, {})
        )
    return told


def _changes(owner: str, before: Mapping[str, Field], after: Mapping[str, Field]) -> list[str]:
    told = [f"{owner}.{name} is gone" for name in sorted(before.keys() - after.keys())]
    told += [
        f"{owner}.{name} is new ({after[name].type})"
        for name in sorted(after.keys() - before.keys())
    ]
    for name in sorted(before.keys() & after.keys()):
        old, new = before[name], after[name]
        for what in ("type", "refers", "length", "read_only", "label"):
            if getattr(old, what) != getattr(new, what):
                told.append(
                    f"{owner}.{name}: {what} is now {getattr(new, what)} (was {getattr(old, what)})"
                )
    return told
