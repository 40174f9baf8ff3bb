"""N/record."""

from __future__ import annotations

from typing import Any

from emulator.ports import Account, RecordData
from emulator.scripts.execution import Execution
from emulator.scripts.governance import load_units, save_units
from emulator.scripts.triggers import Triggers

Args = dict[str, Any]


class Records:
    """Records for scripts; saves run user events."""

    def __init__(self, account: Account, triggers: Triggers) -> None:
        self._account = account
        self._triggers = triggers
        self._kinds: dict[str, str] = {}
        self._generation = -1

    def meta(self, _: Execution, args: Args) -> dict[str, Any]:
        """What a record type looks like."""
        return self._account.meta(args["type"])

    def create(self, execution: Execution, args: Args) -> RecordData:
        """An unsaved record."""
        self._charge_load(execution, "record.create", args["type"])
        return self._account.new(execution.session, args["type"], args["defaults"])

    def load(self, execution: Execution, args: Args) -> RecordData:
        """A record."""
        self._charge_load(execution, "record.load", args["type"])
        data = self._account.load(execution.session, args["type"], args["id"])
        self._triggers.load(
            execution.session, data, self._account.switches()["load_event"], cause=execution
        )
        return data

    def copy(self, execution: Execution, args: Args) -> RecordData:
        """An unsaved copy."""
        self._charge_load(execution, "record.copy", args["type"])
        draft = self._account.copy(execution.session, args["type"], args["id"])
        draft["fields"].update(args["defaults"])
        return draft

    def transform(self, execution: Execution, args: Args) -> RecordData:
        """An unsaved record made from another."""
        self._charge_load(execution, "record.transform", args["toType"])
        return self._account.transform(
            execution.session, args["fromType"], args["fromId"], args["toType"], args["defaults"]
        )

    def save(self, execution: Execution, args: Args) -> int:
        """Commit a draft."""
        draft = args["draft"]
        execution.charge("Record.save", save_units(self._kind(draft["type"])))
        return self._triggers.save(
            execution.session,
            draft,
            sourcing=args["sourcing"],
            ignore_mandatory=args["ignoreMandatory"],
            cause=execution,
        ).id

    def submit_fields(self, execution: Execution, args: Args) -> int:
        """Write body fields; null empties one."""
        self._charge_load(execution, "record.submitFields", args["type"])
        return self._triggers.submit_fields(
            execution.session,
            args["type"],
            args["id"],
            args["values"],
            sourcing=args["sourcing"],
            cause=execution,
        ).id

    def delete(self, execution: Execution, args: Args) -> int:
        """Delete a record; returns its id."""
        execution.charge("record.delete", save_units(self._kind(args["type"])))
        self._triggers.delete(execution.session, args["type"], args["id"], cause=execution)
        id_: int = args["id"]
        return id_

    def text(self, _: Execution, args: Args) -> str:
        """Display text of a value."""
        return self._account.text(args["type"], args["field"], args["value"], args.get("sublist"))

    def value(self, _: Execution, args: Args) -> str:
        """Internal id of a select option by its text."""
        return self._account.value_of(
            args["type"], args["field"], args["text"], args.get("sublist")
        )

    def _kind(self, record: str) -> str:
        if self._generation != self._account.generation:
            self._generation = self._account.generation
            self._kinds.clear()
        kind = self._kinds.get(record)
        if kind is None:
            kind = self._kinds[record] = str(self._account.meta(record)["kind"])
        return kind

    def _charge_load(self, execution: Execution, member: str, record: str) -> None:
        execution.charge(member, load_units(self._kind(record)))
