"""
A saved CSV import read against the record types: every field, sublist and subrecord that it names.

The XML spells a field by its id in capitals (`COMPANYNAME`, `ADDR1`), often with STD before it
(`STDEMAIL`), a custom one as a reference; a sublist in singular or plural (`SALESORDER:ITEMS`).
What cannot be found is refused by name, never left out (help topic section_1519143863).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.account.csv_imports import CsvImport, FieldMapping, RecordMapping
from emulator.errors import UnsupportedError
from generator.catalog.model import Catalog, Field, RecordType

# Fields of every record type by which a row names the record that it changes.
KEYS = ("internalid", "externalid")
# What SuiteTalk, whose names the import maps use, calls fields otherwise than SuiteScript does.
_OTHERWISE = {"customer": "entity", "vendor": "entity", "klass": "class"}


@dataclass(frozen=True, slots=True)
class Target:
    """A field and where its value comes from."""

    field: Field
    source: FieldMapping


@dataclass(frozen=True, slots=True)
class Part:
    """
    What one record mapping fills: the body, a subrecord of it, a sublist or a subrecord of its lines.

    `line`: the place of the one line that it makes of every row (None: each row is a line).
    `file`: the file that its columns are in, None for the main one.
    """

    targets: tuple[Target, ...]
    sublist: str | None = None
    subrecord: str | None = None
    line: int | None = None
    file: str | None = None

    @property
    def of_rows(self) -> bool:
        """Whether every row is a line of a sublist."""
        return self.sublist is not None and self.line is None


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole import, ready to run."""

    options: CsvImport
    record: RecordType
    parts: tuple[Part, ...]

    @property
    def body(self) -> tuple[Target, ...]:
        """The body fields."""
        return tuple(t for p in self.parts if not (p.sublist or p.subrecord) for t in p.targets)

    def key(self, name: str) -> Target | None:
        """The body field of that id, where the import maps it."""
        return next((target for target in self.body if target.field.id == name), None)


def plan(options: CsvImport, catalog: Catalog) -> Plan:
    """Read an import. UnsupportedError names what the account does not have of it."""
    record = _record(options, catalog)
    if options.prevent_duplicates:
        raise _refused(options, "the option preventduplicates")
    main = options.files[0].file if options.files else None
    parts = tuple(_part(options, catalog, record, mapping, main) for mapping in options.records)
    return Plan(options, record, parts)


def _record(options: CsvImport, catalog: Catalog) -> RecordType:
    found = catalog.record(options.record.lower())
    if found is None or found.table == "":
        raise _refused(options, f"the record type {options.record}")
    return found


def _part(
    options: CsvImport,
    catalog: Catalog,
    record: RecordType,
    mapping: RecordMapping,
    main: str | None,
) -> Part:
    names = [name.strip() for name in mapping.record.split(":")][1:]
    sublist = subrecord = None
    fields: Mapping[str, Field] = record.fields
    if names and (sublist := _spelled(names[0], record.sublists)) is not None:
        names = names[1:]
        fields = record.sublists[sublist].fields
    subrecords = record.subrecords if sublist is None else record.sublists[sublist].subrecords
    if names and (subrecord := _spelled(names[0], subrecords)) is not None:
        names = names[1:]
        fields = catalog.records[subrecords[subrecord]].fields
    if names:
        raise _refused(options, f"the part {mapping.record}")
    targets = tuple(
        Target(_field(options, record, mapping, fields, source.field), source)
        for source in mapping.fields
    )
    files = {source.file for source in mapping.fields if source.file is not None} - {main}
    linked = {one.file for one in options.files if one.foreign_key is not None} & files
    if len(linked) > 1:
        raise _refused(options, f"the part {mapping.record} out of several files")
    return Part(targets, sublist, subrecord, mapping.line, next(iter(linked), None))


def _spelled(name: str, known: Mapping[str, object]) -> str | None:
    plain = name.lower()
    return next((one for one in (plain, plain.removesuffix("s")) if one in known), None)


def _field(
    options: CsvImport,
    record: RecordType,
    mapping: RecordMapping,
    fields: Mapping[str, Field],
    name: str,
) -> Field:
    plain = name.lower()
    short = plain.removeprefix("std")
    for one in (plain, short, _OTHERWISE.get(short, "")):
        if one in fields:
            return fields[one]
    if plain in KEYS:
        return Field(plain, "text")
    if short == "line" and fields is not record.fields:
        return Field("line", "text")
    raise _refused(options, f"the field {name} of {mapping.record}")


def _refused(options: CsvImport, what: str) -> UnsupportedError:
    return UnsupportedError(
        f"The saved CSV import {options.scriptid} has {what}, which the emulator cannot import."
    )
