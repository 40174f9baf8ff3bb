"""N/record, N/transaction, N/currency."""

from __future__ import annotations

from typing import Any

from emulator.account.attachments import inactive
from emulator.ports import Account, RecordData
from emulator.scripts.execution import Execution
from emulator.scripts.governance import load_units, save_units
from emulator.scripts.triggers import Triggers

Args = dict[str, Any]

ATTACH_UNITS = 10
VOID_UNITS = 10
RATE_UNITS = 10
# New records of these begin alike: with nothing, or with lists that the account fills. A transaction has its date.
_BEGIN_ALIKE = frozenset({"entity", "custom", "list", "item"})


class Records:
    """Records for scripts; saves run user events."""

    def __init__(self, account: Account, triggers: Triggers) -> None:
        self._account = account
        self._triggers = triggers
        self._kinds: dict[str, str] = {}
        self._generation = -1

    def meta(self, _: Execution, args: Args) -> dict[str, Any]:
        """What a record type looks like, and what a new one costs where all new ones are the same."""
        meta = self._account.meta(args["type"])
        same = meta["kind"] in _BEGIN_ALIKE
        return {**meta, "blankUnits": load_units(meta["kind"])} if same else meta

    def create(self, execution: Execution, args: Args) -> RecordData:
        """An unsaved record."""
        self._charge_load(execution, "record.create", args["type"])
        return self._account.new(execution.session, args["type"], args["defaults"])

    def load(self, execution: Execution, args: Args) -> RecordData:
        """A record."""
        self._charge_load(execution, "record.load", args["type"])
        data = self._account.load(execution.session, args["type"], args["id"])
        self._triggers.loaded(execution.session, data, execution)
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

    def source(self, execution: Execution, args: Args) -> dict[str, Any]:
        """What follows from a change in dynamic mode."""
        return self._account.desk.follow(
            execution.session,
            args["draft"],
            field=args.get("field"),
            sublist=args.get("sublist"),
            line=args.get("line"),
        )

    def field(self, _: Execution, args: Args) -> dict[str, Any]:
        """Label, mandatory and read-only of a field."""
        return self._account.desk.describe(args["type"], args["field"], args.get("sublist"))

    def options(self, _: Execution, args: Args) -> list[dict[str, str]]:
        """The options of a select field."""
        return self._account.desk.options(args["type"], args["field"], args.get("sublist"))

    def state(self, _: Execution, args: Args) -> str:
        """The code of a state by its name."""
        return self._account.desk.state(args["country"], args["text"])

    def detail(self, _: Execution, args: Args) -> tuple[bool, bool]:
        """Whether a line may, and must, have an inventory detail for its item."""
        return self._account.detail(args["type"], args["item"])

    def attach(self, execution: Execution, args: Args) -> None:
        """Attach a record to another; a child custom record is given its parent by a save."""
        execution.charge("record.attach", ATTACH_UNITS)
        one, to = args["record"], args["to"]
        if self._is_child(one, args["attributes"]):
            self._adopt(execution, one, args["attributes"]["field"], str(to["id"]))
            return
        self._account.desk.attach(
            execution.session,
            (one["type"], one["id"]),
            (to["type"], to["id"]),
            args["attributes"],
        )

    def detach(self, execution: Execution, args: Args) -> None:
        """Take a record off another."""
        execution.charge("record.detach", ATTACH_UNITS)
        one, away = args["record"], args["from"]
        if self._is_child(one, args["attributes"]):
            self._orphan(execution, one, args["attributes"]["field"], str(away["id"]))
            return
        self._account.desk.detach(
            execution.session, (one["type"], one["id"]), (away["type"], away["id"])
        )

    def _is_child(self, one: Args, attributes: Args) -> bool:
        return "field" in attributes and self._kind(one["type"]) == "custom"

    def _adopt(self, execution: Execution, child: Args, field: str, parent: str) -> None:
        """Attaching and detaching a child record is an edit of it (help topic section_4407992070)."""
        draft = self._account.load(execution.session, child["type"], child["id"])
        if draft["fields"].get("isinactive"):
            raise inactive(child["type"], child["id"])
        draft["fields"][field] = parent
        self._edited(execution, draft)

    def _orphan(self, execution: Execution, child: Args, field: str, parent: str) -> None:
        """A child of another parent stays with it (assumed)."""
        draft = self._account.load(execution.session, child["type"], child["id"])
        if draft["fields"].get(field) == parent:
            del draft["fields"][field]
            self._edited(execution, draft)

    def _edited(self, execution: Execution, draft: RecordData) -> None:
        self._triggers.save(
            execution.session, draft, sourcing=False, ignore_mandatory=True, cause=execution
        )

    def countries(self, _: Execution, args: Args) -> list[str]:
        """The countries that a record belongs to."""
        return self._account.desk.countries(args["type"], args["id"])

    def void(self, execution: Execution, args: Args) -> int:
        """Void a transaction; returns its id."""
        execution.charge("transaction.void", VOID_UNITS)
        return self._account.desk.void(execution.session, args["type"], args["id"])

    def exchange_rate(self, execution: Execution, args: Args) -> float:
        """The rate between two currencies."""
        execution.charge("currency.exchangeRate", RATE_UNITS)
        return self._account.desk.exchange_rate(args["source"], args["target"], args["day"])

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
