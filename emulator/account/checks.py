"""
Checks that hold for every record type, in the order in which the account makes them.

    draft ─► canonical values ─► fields that may not change ─► references ─► (rules of the kind) ─► required fields
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from emulator.account import addresses
from emulator.account.book import Book
from emulator.account.store import Row
from emulator.account.values import canonical
from emulator.account.work import Line, Work, bad_reference, user_error
from emulator.errors import NetSuiteError
from emulator.ports import RecordData
from generator.catalog.model import Field, RecordType, Sublist

# Field ids with these beginnings are custom: all of the account's own are known.
_CUSTOM = ("custbody", "custcol", "custentity", "custitem", "custrecord", "custevent")
# Kept apart from the fields: written by the account itself.
TIMES = frozenset({"createddate", "lastmodifieddate", "datecreated", "created", "lastmodified"})
# Written by the account on every transaction that has statuses, listed for most of them.
OF_STATUS = frozenset({"status", "statusref"})
_UNKNOWN = "text"
_SELECTS = frozenset({"select", "multiselect"})
# Quantities at the head of an item's price matrix: no fields of a form.
_MATRIX_HEAD = re.compile(r"price\d*quantity\d+")


def field_of(fields: Mapping[str, Field], name: str, where: str) -> Field:
    """
    The field of that id.

    A custom field id that the account does not have is refused. A standard one that the catalogue
    does not list is taken as text, because the catalogue never proves that a field does not exist.
    """
    field = fields.get(name)
    if field is not None:
        return field
    if name.startswith(_CUSTOM):
        raise NetSuiteError("SSS_INVALID_FIELD_ID", f"Invalid field: {name} on {where}")
    return Field(name, _UNKNOWN, state="assumed")


def canonical_fields(
    known: Mapping[str, Field], given: Mapping[str, Any], where: str
) -> dict[str, Any]:
    """Canonical values of the given fields, without the empty ones."""
    out = {}
    for name, value in given.items():
        field = known.get(name)
        if field is None:
            field = field_of(known, name, where)
            found = value if _is_plain(value) else canonical(field, value)
        elif field.type == "summary":
            continue
        else:
            found = canonical(field, value)
        if found is not None and found != "":
            out[name] = found
    return out


def _is_plain(value: Any) -> bool:
    return isinstance(value, bool | int | float | list)


def canonical_lines(
    book: Book,
    record: RecordType,
    given: Mapping[str, Iterable[Mapping[str, Any]]],
    old: Row | None,
) -> dict[str, list[Line]]:
    """
    The sublists in canonical form, every line with its stable number.

    The account fills some sublists itself: a script may change their lines but never add one.
    """
    out: dict[str, list[Line]] = {}
    for name, lines in given.items():
        sublist = record.sublists.get(name)
        if sublist is None:
            raise NetSuiteError(
                "SSS_INVALID_SUBLIST_OPERATION", f"{record.id} has no sublist {name}"
            )
        stored = [] if old is None else old.sublists.get(name, [])
        known = {line["line"] for line in stored}
        number = max(known, default=0)
        ready: list[Line] = []
        for line in lines:
            stable = line.get("line")
            if stable is None or (old is not None and stable not in known):
                number += 1
                stable = number
            number = max(number, stable)
            ready.append(_line(book, record, sublist, line, stable))
        out[name] = ready
    return out


def _line(
    book: Book, record: RecordType, sublist: Sublist, line: Mapping[str, Any], stable: int
) -> Line:
    where = f"{record.id}.{sublist.id}"
    fields = canonical_fields(sublist.fields, line.get("fields", {}), where)
    ready: Line = {"line": stable, "fields": fields}
    subrecords = {}
    for name, subrecord in (line.get("subrecords") or {}).items():
        kind = sublist.subrecords.get(name)
        if kind is None:
            raise NetSuiteError(
                "FIELD_1_IS_NOT_A_SUBRECORD_FIELD", f"Field {name} is not a subrecord field"
            )
        if subrecord:
            subrecords[name] = canonical_subrecord(book, kind, subrecord)
    if subrecords:
        ready["subrecords"] = subrecords
    return ready


def canonical_subrecord(book: Book, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """An address or an inventory detail in canonical form."""
    if kind == "address":
        return addresses.check(book, given)
    record = book.catalog.records[kind]
    return {
        "fields": canonical_fields(record.fields, given.get("fields", {}), kind),
        "sublists": canonical_lines(book, record, given.get("sublists", {}), None),
    }


def begin(
    book: Book, record: RecordType, draft: RecordData, old: Row | None
) -> tuple[dict[str, Any], dict[str, list[Line]], dict[str, dict[str, Any]]]:
    """Fields, sublists and subrecords of a draft, canonical."""
    given = draft.get("fields") or {}
    if not TIMES.isdisjoint(given):
        given = {name: value for name, value in given.items() if name not in TIMES}
    fields = canonical_fields(record.fields, given, record.id)
    if book.preferences.unknown_fields == "refuse":
        _known_only(record, fields, {} if old is None else old.fields)
    sublists = canonical_lines(book, record, draft.get("sublists") or {}, old)
    subrecords = {}
    for name, subrecord in (draft.get("subrecords") or {}).items():
        kind = record.subrecords.get(name)
        if kind is None:
            raise NetSuiteError(
                "FIELD_1_IS_NOT_A_SUBRECORD_FIELD", f"Field {name} is not a subrecord field"
            )
        if subrecord and (subrecord.get("fields") or subrecord.get("sublists")):
            subrecords[name] = canonical_subrecord(book, kind, subrecord)
    return fields, sublists, subrecords


def _known_only(record: RecordType, fields: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    for name in fields:
        listed = name in record.fields or name in before or record.open or name in OF_STATUS
        if not listed and not _MATRIX_HEAD.fullmatch(name):
            raise NetSuiteError("SSS_INVALID_FIELD_ID", f"Invalid field: {name} on {record.id}")


def keep_fixed(work: Work) -> None:
    """Put back what only the account changes, and refuse to change what is set once."""
    fixed, old = _fixed(work.book, work.record), work.old
    if old is None:
        for name in fixed.keys() & work.fields.keys():
            if fixed[name].read_only:
                del work.fields[name]
        return
    for name, field in fixed.items():
        before = old.fields.get(name)
        if field.read_only:
            if before is None:
                work.fields.pop(name, None)
            else:
                work.fields[name] = before
        elif before is not None and work.fields.get(name) != before:
            raise user_error(f"The field {name} cannot be changed once the record is saved.")
    # The account's own notes on a record (facts.py) start with an underscore.
    for name, value in old.fields.items():
        if name.startswith("_"):
            work.fields[name] = value


def _fixed(book: Book, record: RecordType) -> Mapping[str, Field]:
    known = record.fields.items()
    return book.worked_out(
        ("fixed", record.id),
        lambda: {name: f for name, f in known if f.read_only or f.set_once},
    )


def _mandatory(book: Book, record: RecordType) -> list[Field]:
    known = record.fields.values()
    return book.worked_out(
        ("mandatory", record.id), lambda: [f for f in known if f.required and not f.read_only]
    )


def references(work: Work) -> None:
    """
    Every select value must exist: INVALID_KEY_OR_REF otherwise.

    Only values that are new are looked up, so that a record with an inactive customer can still be
    edited.
    """
    seen: set[tuple[str, str]] = set()
    _references(
        work, work.record.fields, work.fields, {} if work.old is None else work.old.fields, seen
    )
    for name, lines in work.sublists.items():
        known = work.record.sublists[name].fields
        for line in lines:
            before = work.old_line(name, line["line"])
            _references(work, known, line["fields"], before["fields"] if before else {}, seen)


def _references(
    work: Work,
    known: Mapping[str, Field],
    fields: Mapping[str, Any],
    before: Mapping[str, Any],
    seen: set[tuple[str, str]],
) -> None:
    for name in [name for name in fields if name in known and known[name].type in _SELECTS]:
        field, value = known[name], fields[name]
        if before.get(name) == value:
            continue
        for one in value if isinstance(value, list) else (value,):
            if field.refers is None:
                options = work.book.options(work.record, field)
                if options is not None and one not in options:
                    raise bad_reference(name, one)
            elif (field.refers, one) not in seen:
                _reference(work, field, one)
                seen.add((field.refers, one))


def _reference(work: Work, field: Field, value: str) -> None:
    if field.refers is None or field.refers not in work.book.catalog.records:
        return
    # Negative ids are system entries that every account has (price level -1, tax code -8, ...).
    if value.startswith("-") and value[1:].isdigit():
        return
    row = work.book.reference(field.refers, value)
    if row is None:
        raise bad_reference(field.id, value)
    if row.fields.get("isinactive") and work.book.preferences.refuse_inactive:
        raise bad_reference(field.id, value, " (the record is inactive)")


def required(work: Work, *, ignore_mandatory: bool) -> None:
    """
    Fields that must not be empty.

    `ignore_mandatory` passes over what a form or a custom field demands, not over standard fields
    that are mandatory by design (help topic "Record.save(options)").
    """
    missing = [
        field.id
        for field in _mandatory(work.book, work.record)
        if field.id not in work.fields and not (ignore_mandatory and field.id.startswith(_CUSTOM))
    ]
    if missing:
        raise user_error(f"Please enter value(s) for: {', '.join(missing)}")
    for name, lines in work.sublists.items():
        wanted = [f for f in work.record.sublists[name].fields.values() if f.required]
        for index, line in enumerate(lines, start=1):
            empty = [
                field.id
                for field in wanted
                if field.id not in line["fields"]
                and not (ignore_mandatory and field.id.startswith(_CUSTOM))
            ]
            if empty:
                raise user_error(
                    f"Please enter value(s) for: {', '.join(empty)} (line {index} of {name})"
                )


def external_id(work: Work) -> None:
    """One record for an external id: UNIQUE_RCRD_ID_REQD on custom records, DUP_RCRD elsewhere."""
    key = work.fields.get("externalid")
    if key is None or (work.old is not None and work.old.externalid == key):
        return
    other = work.book.by_external_id(work.record, key)
    if other is None or (work.old is not None and other.id == work.old.id):
        return
    if work.record.kind == "custom":
        raise NetSuiteError(
            "UNIQUE_RCRD_ID_REQD",
            f"A record with this External ID already exists: {key}. Enter a unique External ID.",
        )
    raise NetSuiteError("DUP_RCRD", f"This record already exists: externalid {key}")
