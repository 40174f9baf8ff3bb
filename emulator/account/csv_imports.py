"""
Saved CSV imports: which column of a file goes into which field (the import maps of the Import Assistant).

SDF brings them as `savedcsvimport` (help topic "Saved CSV Import Maps as XML Definitions"), the
control API takes the same facts as JSON. They are read against the record types only when an import
starts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from emulator.account.store import Store, dump
from emulator.errors import NetSuiteError

KIND = "csvimport"


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """
    A field and where its value comes from: a column of a file, or the same `value` for all ('' empties the field).

    `reference` says what the column names a record by: INTERNAL_ID, EXTERNAL_ID, NAME or SCRIPT_ID.
    """

    field: str
    column: str | None = None
    file: str | None = None
    value: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class RecordMapping:
    """The fields of a record, of a sublist (`SALESORDER:ITEMS`) or of one line of it (`line`, from 1)."""

    record: str
    fields: tuple[FieldMapping, ...]
    line: int | None = None


@dataclass(frozen=True, slots=True)
class FileMapping:
    """A file of an import from several: the column of the main file that the other files' rows name."""

    file: str
    primary_key: str | None = None
    foreign_key: str | None = None


@dataclass(frozen=True, slots=True)
class CsvImport:
    """A saved import, its options by the names of the Import Assistant and with its defaults."""

    scriptid: str
    name: str
    record: str  # the record type as the XML spells it, or the script id of a custom one
    records: tuple[RecordMapping, ...]
    files: tuple[FileMapping, ...] = ()
    data_handling: str = "ADD"
    column_delimiter: str = "COMMA"
    decimal_delimiter: str = "PERIOD"
    multiselect_delimiter: str = "|"
    overwrite_missing_fields: bool = False
    overwrite_sublists: bool = False
    ignore_read_only: bool = True
    validate_mandatory_custom_fields: bool = True
    prevent_duplicates: bool = False
    run_server_scripts: bool = True


class CsvImports:
    """The account's saved imports, by script id and by internal id."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, imports: Iterable[CsvImport]) -> list[int]:
        """Put imports in place, each in that of the one with its script id; their internal ids."""
        numbers = []
        with self._store.step():
            for one in imports:
                known = self._kept("scriptid = ?", one.scriptid)
                number = known[0] if known else self._free()
                self._store.run(
                    "INSERT OR REPLACE INTO deployed VALUES (?, ?, ?)",
                    KIND,
                    one.scriptid,
                    dump({"internalid": number, **asdict(one)}),
                )
                numbers.append(number)
        return numbers

    def load(self, ref: str) -> CsvImport:
        """An import by internal id or script id. FAILED_TO_SUBMIT_JOB_REQUEST_1 where there is none."""
        number = ref.isdigit()
        where = "json_extract(data, '$.internalid') = ?" if number else "scriptid = ?"
        found = self._kept(where, int(ref) if number else ref.lower())
        if found is None:
            raise NetSuiteError(
                "FAILED_TO_SUBMIT_JOB_REQUEST_1",
                f"Failed to submit job request: there is no saved CSV import {ref}.",
            )
        return csv_import(found[1])

    def _free(self) -> int:
        """The next internal id: imports outlive a reset of the account, counters do not."""
        row = self._store.one(
            "SELECT max(json_extract(data, '$.internalid')) FROM deployed WHERE kind = ?", KIND
        )
        return 1 + int((row and row[0]) or 0)

    def _kept(self, where: str, value: Any) -> tuple[int, dict[str, Any]] | None:
        row = self._store.one(
            f"SELECT data FROM deployed WHERE kind = ? AND {where}",  # noqa: S608 - one of two
            KIND,
            value,
        )
        if row is None:
            return None
        data = json.loads(row[0])
        return int(data.pop("internalid")), data


def csv_import(data: Mapping[str, Any]) -> CsvImport:
    """An import from JSON."""
    records = tuple(
        RecordMapping(
            one["record"], tuple(FieldMapping(**f) for f in one["fields"]), one.get("line")
        )
        for one in data["records"]
    )
    files = tuple(FileMapping(**one) for one in data.get("files", ()))
    return CsvImport(**{**data, "records": records, "files": files})
