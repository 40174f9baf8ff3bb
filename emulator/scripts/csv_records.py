"""
One record of an import: found or made, changed by its rows, saved as by a person.

Sources: help topics "Choose Data Handling for Import" (section_N345294), "Overwrite Sublists"
(section_3751046270), "Supported Sublist Imports" (section_N439528).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.errors import NetSuiteError
from emulator.ports import Account, RecordData, Session
from emulator.scripts.csv_mapping import KEYS, Part, Plan
from emulator.scripts.csv_rows import Group
from emulator.scripts.csv_values import UNMAPPED, Row, Values
from emulator.scripts.triggers import Triggers

Line = dict[str, Any]
# By which fields rows are matched with the lines that are there; rows of other sublists are new
# lines.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "item": ("line", "item"),
    "expense": ("line",),
    "line": ("line",),
    "inventory": ("line", "item"),
    "apply": ("doc", "internalid"),
    "addressbook": ("internalid", "label"),
    "itemvendor": ("vendor",),
    "locations": ("location",),
    "partners": ("partner",),
    "currency": ("currency",),
    "subscriptions": ("subscription",),
}


class Importer:
    """Imports the records of one plan."""

    def __init__(self, account: Account, triggers: Triggers, session: Session, plan: Plan) -> None:
        self._account = account
        self._triggers = triggers
        self._session = session
        self._plan = plan
        self._values = Values(account, session, plan.options, plan.record)

    def record(self, group: Group) -> None:
        """Import one record. NetSuiteError as the account refuses it."""
        session, record, options = self._session, self._plan.record.id, self._plan.options
        number = None if options.data_handling == "ADD" else self._existing(group.rows[0])
        if number is None and options.data_handling == "UPDATE":
            raise NetSuiteError("RCRD_DSNT_EXIST", "That record does not exist.")
        if number is None:
            draft = self._account.new(session, record, {})
        else:
            draft = self._account.load(session, record, number)
        for part in self._plan.parts:
            if part.sublist is None:
                self._body(draft, part, group.rows[0])
        for sublist in dict.fromkeys(p.sublist for p in self._plan.parts if p.sublist):
            self._lines(draft, sublist, group)
        ignore = not options.validate_mandatory_custom_fields
        # An import sources as a form does.
        if options.run_server_scripts:
            self._triggers.save(session, draft, sourcing=True, ignore_mandatory=ignore)
        else:
            self._account.save(session, draft, sourcing=True, ignore_mandatory=ignore)

    def _existing(self, row: Row) -> int | None:
        """The record that a row names: by internal id, external id or its own name or number."""
        plan, body = self._plan, Part(self._plan.body)
        for name in (*KEYS, plan.record.name_column or ""):
            target = plan.key(name)
            value = UNMAPPED if target is None else self._values.value(body, target, row)
            if value is UNMAPPED or value is None:
                continue
            if name == "internalid":
                if not str(value).isdigit():
                    raise NetSuiteError("RCRD_DSNT_EXIST", "That record does not exist.")
                return int(str(value))
            return self._account.desk.find(plan.record.id, name, str(value))
        return None

    def _body(self, draft: RecordData, part: Part, row: Row) -> None:
        values = self._values.fields(part, row)
        values.pop("internalid", None)
        if part.subrecord is None:
            _set(draft["fields"], values)
        elif _said(part, row):
            _set(_subrecord(draft, part.subrecord), values)

    def _lines(self, draft: RecordData, sublist: str, group: Group) -> None:
        """The lines that the rows make or change; a line's subrecords come from parts of their own."""
        lines: list[Line] = draft["sublists"].setdefault(sublist, [])
        entries = list(self._entries(sublist, group))
        if entries and self._plan.options.overwrite_sublists:
            lines.clear()
        present = list(lines)  # each of them is the line of one row at most
        for entry in entries:
            own = {
                name: v
                for part, values in entry
                if not part.subrecord
                for name, v in values.items()
            }
            line = _matching(sublist, present, own)
            if line is not None:
                present.remove(line)
            else:
                line = {"line": None, "fields": {}, "subrecords": {}}
                lines.append(line)
            _set(line["fields"], {k: v for k, v in own.items() if k not in ("line", "internalid")})
            for part, values in entry:
                if part.subrecord:
                    _set(_subrecord(line, part.subrecord), values)

    def _entries(self, sublist: str, group: Group) -> Iterator[list[tuple[Part, dict[str, Any]]]]:
        """What is said of each line, by part: a line of every row, or of a row the lines with numbers."""
        parts = [part for part in self._plan.parts if part.sublist == sublist]
        for place in sorted({part.line or 0 for part in parts}):
            beside = [part for part in parts if (part.line or 0) == place]
            file = next((part.file for part in beside if part.file), None)
            rows = group.rows if file is None else group.linked.get(file, ())
            for row in rows[:1] if place else rows:
                if any(_said(part, row) for part in beside):
                    yield [(part, self._values.fields(part, row)) for part in beside]


def _said(part: Part, row: Row) -> bool:
    """Whether a row says anything for a part: where it does not, there is no line and no subrecord."""
    columns = (target.source.column for target in part.targets)
    return any(row.get(column, "").strip() for column in columns if column is not None)


def _subrecord(holder: dict[str, Any], name: str) -> dict[str, Any]:
    """The fields of a subrecord of a record or line, which is made where there is none."""
    made = holder.setdefault("subrecords", {}).setdefault(name, {"fields": {}, "sublists": {}})
    fields: dict[str, Any] = made["fields"]
    return fields


def _matching(sublist: str, lines: list[Line], values: Mapping[str, Any]) -> Line | None:
    """The line that a row changes, None where it is a new one."""
    for key in _KEYS.get(sublist, ()):
        if values.get(key) is None:
            continue
        for line in lines:
            own = line["line"] if key == "line" else line["fields"].get(key)
            if own is not None and str(own) == str(values[key]):
                return line
        return None
    return None


def _set(fields: dict[str, Any], values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if value is None:
            fields.pop(name, None)
        else:
            fields[name] = value
