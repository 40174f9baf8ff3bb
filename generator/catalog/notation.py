"""
The notation of the catalogue files.

A field is one line of text: its type, then what is special about it.

    "select>customer ! 1 @"     type `select`, refers to `customer`, required, set once, a SuiteQL column
    "text ~ #45"                inline-editable, at most 45 characters

    >x  refers to record type x      !  required            ~  inline-editable
    1   set once                     =  read only           *  derived
    #n  length                       @  SuiteQL column of the same name, @x of name x
    ?   assumed, no source           %  seen in public code, not in the documents

Fields that several records spell alike are written once, as a named set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from generator.catalog.model import Field, RecordType, State, Sublist

TYPES: frozenset[str] = frozenset(
    {"text", "textarea", "email", "phone", "url", "integer", "decimal", "float", "percent"}
    | {"currency", "rate", "boolean", "date", "datetime", "timeofday", "select", "multiselect"}
    | {"summary", "other"}
)


@cache
def parse_field(name: str, notation: str) -> Field:
    """One field from its line; ValueError for a mark or type that does not exist. Many records have the same one."""
    head, *marks = notation.split()
    kind, _, refers = head.partition(">")
    if kind not in TYPES:
        raise ValueError(f"{name}: unknown type {kind!r}")
    length: int | None = None
    column: str | None = None
    state: State = "documented"
    flags = set()
    for mark in marks:
        if mark.startswith("#"):
            length = int(mark[1:])
        elif mark.startswith("@"):
            column = mark[1:] or name
        elif mark == "?":
            state = "assumed"
        elif mark == "%":
            state = "seen"
        elif mark in {"!", "~", "1", "=", "*"}:
            flags.add(mark)
        else:
            raise ValueError(f"{name}: unknown mark {mark!r}")
    return Field(
        id=name,
        type=kind,
        required="!" in flags,
        inline="~" in flags,
        set_once="1" in flags,
        read_only="=" in flags,
        derived="*" in flags,
        length=length,
        refers=refers or None,
        column=column,
        state=state,
    )


def _fields(
    sets: Mapping[str, Mapping[str, str]], used: Iterable[str], own: Mapping[str, str]
) -> dict[str, Field]:
    lines: dict[str, str] = {}
    for name in used:
        lines.update(sets[name])
    lines.update(own)
    return {name: parse_field(name, lines[name]) for name in sorted(lines)}


class Records(Mapping[str, RecordType]):
    """
    The record types of catalogue files, each made when it is asked for: most runs need a few.

    Args:
        files: as they are written; what stands in two of them is taken from the last.
    """

    def __init__(self, files: Iterable[Mapping[str, Any]]) -> None:
        self._written = {name: (file, name) for file in files for name in file["records"]}
        self._made: dict[str, RecordType] = {}

    def __getitem__(self, name: str) -> RecordType:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = _record(*self._written[name])
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)


def _record(file: Mapping[str, Any], name: str) -> RecordType:
    sets: Mapping[str, Mapping[str, str]] = file.get("sets", {})
    entry = file["records"][name]
    sublists = {
        sublist: Sublist(
            id=sublist,
            fields=_fields(sets, body.get("sets", ()), body.get("fields", {})),
            closable=body.get("closable", False),
            fills_itself=body.get("fills_itself", False),
            subrecords=body.get("subrecords", {}),
        )
        for sublist, body in entry.get("sublists", {}).items()
    }
    fields = _fields(sets, entry.get("sets", ()), entry.get("fields", {}))
    return RecordType(
        id=name,
        label=entry["label"],
        kind=file["kind"],
        family=entry["family"],
        table=entry["table"],
        permission=entry.get("permission"),
        fields=fields,
        sublists=sublists,
        subrecords=entry.get("subrecords", {}),
        type_code=entry.get("code"),
        name_column=entry.get("name"),
        sdf_token=entry.get("token"),
        features=tuple(entry.get("features", ())),
        transforms_from=tuple(entry.get("from", ())),
        order=tuple(entry.get("order", ())),
        filled_for=entry.get("filled_for", {}),
        has_inactive="isinactive" in fields,
        open=entry.get("open", False),
    )
