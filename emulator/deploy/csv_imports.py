"""`savedcsvimport` objects as the account keeps them (help topic "Saved CSV Import Maps as XML Definitions")."""

from __future__ import annotations

from emulator.account.csv_imports import CsvImport, FieldMapping, FileMapping, RecordMapping
from generator.catalog import sdf
from generator.catalog.sdf import Element

_CUSTOM = {"CUSTOMRECORD": "customrecord", "CUSTOMTRANSACTION": "customtransaction"}


def csv_import(element: Element) -> CsvImport:
    """A saved import; what its mapping names is looked up when an import starts."""
    record = sdf.text(element, "recordtype")
    if record in _CUSTOM:
        record = sdf.reference(sdf.text(element, _CUSTOM[record])).strip("[]")
    return CsvImport(
        scriptid=element.get("scriptid", ""),
        name=sdf.text(element, "importname"),
        record=record,
        records=tuple(
            _record(child) for child in sdf.children(element, "recordmappings", "recordmapping")
        ),
        files=tuple(
            FileMapping(
                sdf.text(child, "file"),
                sdf.text(child, "primarykey") or None,
                sdf.text(child, "foreignkey") or None,
            )
            for child in sdf.children(element, "filemappings", "filemapping")
        ),
        data_handling=sdf.text(element, "datahandling", "ADD"),
        column_delimiter=sdf.text(element, "columndelimiter", "COMMA"),
        decimal_delimiter=sdf.text(element, "decimaldelimiter", "PERIOD"),
        multiselect_delimiter=sdf.text(element, "multiselectdelimiter", "|") or "|",
        overwrite_missing_fields=_is(element, "overwritemissingfields", "F"),
        overwrite_sublists=_is(element, "overwritesublists", "F"),
        ignore_read_only=_is(element, "ignorereadonly", "T"),
        validate_mandatory_custom_fields=_is(element, "validatemandatorycustfields", "T"),
        prevent_duplicates=_is(element, "preventduplicates", "F"),
        run_server_scripts=_is(element, "runserversuitescript", "T"),
    )


def _is(element: Element, name: str, default: str) -> bool:
    return sdf.text(element, name, default) == "T"


def _record(element: Element) -> RecordMapping:
    line = sdf.text(element, "line")
    fields = sdf.children(element, "fieldmappings", "fieldmapping")
    return RecordMapping(
        sdf.text(element, "record"),
        tuple(_field(child) for child in fields),
        int(line) if line else None,
    )


def _field(element: Element) -> FieldMapping:
    # A field of a custom record type is [scriptid=customrecord_x.custrecord_y].
    field = sdf.text(element, "field").removeprefix("[scriptid=").removesuffix("]").split(".")[-1]
    column = element.find("columnreference")
    if column is None:
        return FieldMapping(field, value=sdf.text(element, "value"))
    return FieldMapping(
        field,
        column=sdf.text(column, "column"),
        file=sdf.text(column, "file") or None,
        reference=sdf.text(column, "type") or None,
    )
