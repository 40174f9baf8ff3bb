"""Saved CSV imports as the control API takes them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Body(BaseModel):
    """A request body: nothing else may be in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CsvField(Body):
    """A field and its column, or a value for all rows ('' empties it)."""

    field: str
    column: str | None = None
    file: str | None = None
    value: str | None = None
    reference: Literal["INTERNAL_ID", "EXTERNAL_ID", "NAME", "SCRIPT_ID"] | None = None


class CsvRecord(Body):
    """The fields of the record, of a sublist (`SALESORDER:ITEMS`), or of one line of it."""

    record: str
    fields: tuple[CsvField, ...]
    line: int | None = Field(default=None, ge=1)


class CsvFile(Body):
    """A file of an import from several, and its key column."""

    file: str
    primary_key: str | None = None
    foreign_key: str | None = None


class SavedCsvImport(Body):
    """A saved CSV import by its script id; what is not said is as in the Import Assistant."""

    scriptid: str
    name: str | None = None
    record: str
    records: tuple[CsvRecord, ...]
    files: tuple[CsvFile, ...] = ()
    data_handling: Literal["ADD", "UPDATE", "ADDUPDATE"] = "ADD"
    column_delimiter: Literal["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"] = "COMMA"
    decimal_delimiter: Literal["PERIOD", "COMMA"] = "PERIOD"
    multiselect_delimiter: str = "|"
    overwrite_missing_fields: bool = False
    overwrite_sublists: bool = False
    ignore_read_only: bool = True
    validate_mandatory_custom_fields: bool = True
    run_server_scripts: bool = True
