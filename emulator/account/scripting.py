"""
What scripts ask of the account beside loading and saving records (emulator.ports.RecordDesk).

Sourcing in dynamic mode, facts about fields, attachments, voids, exchange rates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from emulator.account import drafts, dynamic, fields, foreseen, place_names, voiding
from emulator.account.attachments import FILE, Attachments, End
from emulator.account.book import Book
from emulator.account.files import Cabinet
from emulator.account.saving import Saving
from emulator.account.store import Row
from emulator.errors import NetSuiteError
from emulator.ports import RecordData, Session
from generator.catalog.model import RecordType

Require = Callable[[Session, RecordType, str], None]


class Desk:
    """Implements emulator.ports.RecordDesk."""

    def __init__(
        self,
        book: Book,
        cabinet: Cabinet,
        saving: Saving,
        require: Require,
        now_ms: Callable[[], int],
    ) -> None:
        self._book = book
        self._saving = saving
        self._require = require
        self._now_ms = now_ms
        self.attachments = Attachments(book, cabinet)

    def follow(
        self,
        session: Session,
        draft: RecordData,
        *,
        field: str | None = None,
        sublist: str | None = None,
        line: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """What follows from a change in dynamic mode (emulator.account.dynamic)."""
        old = None
        if draft.get("id") is not None:
            old = self._saving.stored(self._book.type(draft["type"]), int(draft["id"]))
        return dynamic.follow(
            self._book.remembering(),
            session,
            draft,
            old,
            self._now_ms(),
            field=field,
            sublist=sublist,
            line=None if line is None else dict(line),
        )

    def listed(self, draft: RecordData, old: RecordData | None) -> RecordData:
        """
        A draft with the lists that it does not have: those of `old`, or that the account fills in a new record.

        Scripts give back all lists of a transaction (suitescript/inside/record_content.js).
        """
        if self._book.type(draft["type"]).kind == "transaction":
            return draft
        lists = drafts.lists(self._book, draft["type"]) if old is None else old["sublists"]
        return {**draft, "sublists": {**lists, **(draft.get("sublists") or {})}}

    def foresee(self, session: Session, draft: RecordData, *, sourcing: bool) -> RecordData:
        """The draft with what a save is going to compute (emulator.account.foreseen)."""
        old = None
        if draft.get("id") is not None:
            record = self._book.type(draft["type"])
            old = self._book.stored(self._book.space(record), int(draft["id"]))
        book = self._book.remembering()
        return foreseen.foresee(book, session, draft, old, self._now_ms(), sourcing=sourcing)

    def describe(self, record: str, field: str, sublist: str | None) -> dict[str, Any]:
        """Label, mandatory and read-only of a field."""
        return fields.describe(self._book, record, field, sublist)

    def options(self, record: str, field: str, sublist: str | None) -> list[dict[str, str]]:
        """The options of a select field."""
        return fields.options(self._book, record, field, sublist)

    def find(self, record: str, by: str, key: str) -> int | None:
        """The record with this in `externalid`, `scriptid` or a body field, whatever the letters' case."""
        kind = self._book.catalog.records[record]
        if by == "externalid":
            row = self._book.by_external_id(kind, key)
            return None if row is None else row.id
        field = "_scriptid" if by == "scriptid" else by
        for number, type_ in self._book.store.all(
            "SELECT id, type FROM record WHERE space = ?"
            " AND lower(json_extract(body, '$.' || ?)) = lower(?) ORDER BY id",
            self._book.space(kind),
            field,
            key,
        ):
            if self._book.fits(record, type_):
                return int(number)
        return None

    def names(self, record: str) -> dict[str, int]:
        """The records of a type or family by their names in lower case; the first of a name wins."""
        space = self._book.space(self._book.catalog.records[record])
        found: dict[str, int] = {}
        for (number,) in self._book.store.all(
            "SELECT id FROM record WHERE space = ? ORDER BY id", space
        ):
            row = self._book.row(record, number)
            if row is not None:
                found.setdefault(self._book.name(row).lower(), row.id)
        return found

    def state(self, country: str | None, text: str) -> str:
        """The code of a state by its name."""
        return place_names.state_code(text, country)

    def attach(
        self,
        session: Session,
        one: tuple[str, int],
        to: tuple[str, int],
        attributes: Mapping[str, Any],
    ) -> None:
        """Attach a record or file to a record; that one must be open to the role."""
        self._open(session, to[0])
        with self._book.store.step():
            self.attachments.attach(session, End(*one), End(*to), attributes)

    def detach(self, session: Session, one: tuple[str, int], away: tuple[str, int]) -> None:
        """Detach a record or file from a record."""
        self._open(session, away[0])
        with self._book.store.step():
            self.attachments.detach(session, End(*one), End(*away))

    def _open(self, session: Session, record: str) -> None:
        if record != FILE:
            self._require(session, self._book.type(record), "EDIT")

    def attached(self, record: str, id: int) -> list[tuple[str, int, str | None]]:  # noqa: A002
        """What is attached to a record: type, id, and a contact's role."""
        return [(one.type, one.id, role) for one, role in self.attachments.of(End(record, id))]

    def attached_to(self, record: str, id: int) -> list[tuple[str, int, str | None]]:  # noqa: A002
        """What a record is attached to: type, id, and a contact's role there."""
        return [(to.type, to.id, role) for to, role in self.attachments.places(End(record, id))]

    def contact_roles(self, record: str, id: int) -> list[dict[str, Any]]:  # noqa: A002
        """The lines of an entity's `contactroles`."""
        return self.attachments.contact_roles(End(record, id))

    def countries(self, record: str, id: int) -> list[str]:  # noqa: A002
        """The countries of the subsidiaries of a record (or of a subsidiary itself)."""
        kind = self._book.type(record)
        row = self._saving.stored(kind, id)
        own = str(row.id) if row.type == "subsidiary" else row.fields.get("subsidiary")
        numbers = own if isinstance(own, list) else [own]
        found = (self._book.fields("subsidiary", number).get("country") for number in numbers)
        return sorted({str(country) for country in found if country})

    def void(self, session: Session, record: str, id: int) -> int:  # noqa: A002
        """Void a transaction."""
        kind = self._book.type(record)
        self._require(session, kind, "EDIT")
        voiding.check_type(self._book, kind)
        with self._book.store.step():
            row = self._saving.stored(kind, id)
            return voiding.void(self._book, row, self._now_ms())

    def exchange_rate(self, source: str, target: str, day: str) -> float:
        """
        The rate from one currency to another on a day (YYYY-MM-DD), by internal id or ISO code.

        A currency's own exchange rate is to the base currency; a Currency Exchange Rate record that
        was effective on the day wins over it. SSS_INVALID_CURRENCY_ID.
        """
        one, other = self._currency(source), self._currency(target)
        if one.id == other.id:
            return 1.0
        direct = self._recorded(one, other, day)
        if direct is not None:
            return float(direct)
        return float(round(self._to_base(one, day) / self._to_base(other, day), 8))

    def _currency(self, key: str) -> Row:
        row = self._book.reference("currency", key)
        if row is None:
            found = self._book.store.one(
                "SELECT id FROM record WHERE space = 'currency'"
                " AND upper(json_extract(body, '$.symbol')) = ?",
                key.upper(),
            )
            row = None if found is None else self._book.row("currency", found[0])
        if row is None:
            raise NetSuiteError("SSS_INVALID_CURRENCY_ID", f"Invalid currency ID: {key}")
        return row

    def _to_base(self, currency: Row, day: str) -> Decimal:
        base = self._book.store.one(
            "SELECT id FROM record WHERE space = 'currency' AND json_extract(body, '$.isbasecurrency')"
        )
        row = None if base is None else self._book.row("currency", base[0])
        if row is not None and row.id != currency.id:
            recorded = self._recorded(currency, row, day)
            if recorded is not None:
                return recorded
        return Decimal(str(currency.fields.get("exchangerate", 1)))

    def _recorded(self, one: Row, other: Row, day: str) -> Decimal | None:
        found = self._book.store.one(
            "SELECT json_extract(body, '$.exchangerate') FROM record WHERE type = 'currencyrate'"
            " AND json_extract(body, '$.transactioncurrency') = ?"
            " AND json_extract(body, '$.basecurrency') = ?"
            " AND json_extract(body, '$.effectivedate') <= ?"
            " ORDER BY json_extract(body, '$.effectivedate') DESC, id DESC LIMIT 1",
            str(one.id),
            str(other.id),
            date.fromisoformat(day).isoformat(),
        )
        return None if found is None else Decimal(str(found[0]))
