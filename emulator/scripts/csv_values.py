"""What the cells of an imported file mean: dates, numbers, checkboxes, and records by name or id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emulator.account.csv_imports import CsvImport
from emulator.errors import NetSuiteError
from emulator.ports import Account, Session
from emulator.scripts.csv_mapping import Part, Target
from emulator.search import dates
from emulator.suiteql import masks
from generator.catalog.model import Field, RecordType

Row = Mapping[str, str]
UNMAPPED = object()  # the row says nothing about the field
NUMBERS = frozenset({"integer", "decimal", "float", "currency", "rate", "percent"})
_YES = frozenset({"t", "true", "y", "yes"})
_NO = frozenset({"f", "false", "n", "no"})
_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?%?")


class Values:
    """Reads the cells of one import, in the user's date format."""

    def __init__(
        self, account: Account, session: Session, options: CsvImport, record: RecordType
    ) -> None:
        self._account = account
        self._session = session
        self._options = options
        self._record = record
        self._names: dict[str, dict[str, int]] = {}

    def fields(self, part: Part, row: Row) -> dict[str, Any]:
        """The values of a part's fields by id; None empties a field. INVALID_KEY_OR_REF and others."""
        found = {}
        country: str | None = None
        for target in part.targets:
            value = self.value(part, target, row)
            if value is UNMAPPED:
                continue
            found[target.field.id] = value
            if target.field.id == "country":
                country = value
        if part.subrecord is not None and found.get("state") is not None:
            found["state"] = self._account.desk.state(country, str(found["state"]))
        return found

    def value(self, part: Part, target: Target, row: Row) -> Any:
        """One value, UNMAPPED where the row says nothing."""
        field, source = target.field, target.source
        if field.read_only and field.id != "internalid":
            if self._options.ignore_read_only:
                return UNMAPPED
            raise NetSuiteError(
                "USER_ERROR",
                f"You do not have permissions to set a value for element {field.id} due to one of"
                " the following reasons: 1) The field is read-only;"
                " 2) An associated feature is disabled.",
            )
        if source.column is None:
            text = source.value or ""
            by = source.reference or ("INTERNAL_ID" if text.isdigit() else "NAME")
            return self._typed(part, field, text, by) if text else None
        text = row.get(source.column, "").strip()
        if not text:
            return None if self._options.overwrite_missing_fields else UNMAPPED
        return self._typed(part, field, text, source.reference or "NAME")

    def _typed(self, part: Part, field: Field, text: str, by: str) -> Any:
        match field.type:
            case "select":
                return self._reference(part, field, text, by)
            case "multiselect":
                several = text.split(self._options.multiselect_delimiter)
                return [self._reference(part, field, one.strip(), by) for one in several]
            case "boolean":
                return _checkbox(field, text)
            case "date":
                return self._date(field, text)
            case "datetime":
                if dates.has_time(text):
                    return dates.moment_ms(text, self._session)
                return dates.start_ms(dates.span(text, self._session, 0)[0], self._session)
            case kind if kind in NUMBERS:
                return number(field, text, self._options.decimal_delimiter)
        return text

    def _date(self, field: Field, text: str) -> str:
        try:
            mask = masks.user_mask(self._session.date_format)
            return masks.parse_date(text, mask).date().isoformat()
        except NetSuiteError:
            raise invalid(field, text) from None

    def _reference(self, part: Part, field: Field, text: str, by: str) -> str:
        if by == "INTERNAL_ID":
            return text
        found: str | int | None
        if field.refers is None:
            found = self._option(part, field, text)
        elif by == "NAME":
            found = self._named(field.refers, text)
        else:
            key = {"EXTERNAL_ID": "externalid", "SCRIPT_ID": "scriptid"}[by]
            found = self._account.desk.find(field.refers, key, text)
        if found is None:
            raise NetSuiteError("INVALID_KEY_OR_REF", f"Invalid {field.id} reference key {text}.")
        return str(found)

    def _named(self, record: str, text: str) -> int | None:
        """By name, whatever the letters' case; names that this import itself gave are known too."""
        names = self._names.get(record)
        key = text.lower()
        if names is None or key not in names:
            names = self._names[record] = self._account.desk.names(record)
        return names.get(key)

    def _option(self, part: Part, field: Field, text: str) -> str | None:
        """An option of a fixed list by its text; where the options are not known, the text itself."""
        if part.sublist is not None and part.subrecord is not None:
            record, sublist = self._kind(part), None
        else:
            record, sublist = self._record.id, part.sublist
            if part.subrecord is not None:
                record = self._kind(part)
        options = self._account.desk.options(record, field.id, sublist)
        if not options:
            return text
        return next((o["value"] for o in options if o["text"].lower() == text.lower()), None)

    def _kind(self, part: Part) -> str:
        assert part.subrecord is not None
        known = self._record.subrecords
        if part.sublist is not None:
            known = self._record.sublists[part.sublist].subrecords
        return known[part.subrecord]


def number(field: Field, text: str, decimal: str) -> str:
    """A number as the account takes it. INVALID_FLD_VALUE."""
    plain = text.replace(" ", "")
    if decimal == "COMMA":
        plain = plain.translate(str.maketrans(",.", ".,"))
    if not _NUMBER.fullmatch(plain) or not any(c.isdigit() for c in plain):
        raise invalid(field, text)
    return plain.replace(",", "")


def invalid(field: Field, text: str) -> NetSuiteError:
    """A value that a field does not take."""
    return NetSuiteError(
        "INVALID_FLD_VALUE",
        f"You have entered an Invalid Field Value {text} for the following field: {field.id}",
    )


def _checkbox(field: Field, text: str) -> bool:
    plain = text.lower()
    if plain not in _YES | _NO:
        raise invalid(field, text)
    return plain in _YES
