"""
How a record is saved: one atomic step from a draft to a stored record and what follows from it.

    draft ─► checks ─► rules of its kind ─► required ─► number, external id ─► commit ─► stock, order
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from emulator.account import checks, entities, links, payments, stock, transactions
from emulator.account.book import Book
from emulator.account.installed import Installed
from emulator.account.store import Row
from emulator.account.work import Work, user_error
from emulator.errors import NetSuiteError
from emulator.ports import RecordData, Saved, Session
from generator.catalog.model import RecordType

# First internal id of each id space, apart from each other so that mixing two up shows.
_FIRST = {"transaction": 10001, "entity": 1001, "item": 3001}
_RECEIVING = frozenset({"itemfulfillment", "itemreceipt"})
_PAYING = frozenset({"customerpayment", "vendorpayment", "creditmemo", "vendorcredit"})


class Saving:
    """Saves and deletes records. Permissions are the caller's business."""

    def __init__(self, book: Book, installed: Installed, now_ms: Callable[[], int]) -> None:
        self._book = book
        self._installed = installed
        self._now_ms = now_ms

    def save(
        self,
        session: Session,
        draft: RecordData,
        *,
        sourcing: bool,
        ignore_mandatory: bool,
        number: int | None = None,
        changed: tuple[str, ...] = (),
        now_ms: int | None = None,
    ) -> Saved:
        """
        Validate and store a draft.

        `number` asks for an internal id (seeding), `now_ms` says when the save began, where that
        was earlier.

        Raises:
            NetSuiteError: RCRD_DSNT_EXIST, RCRD_HAS_BEEN_CHANGED and what the checks say.
        """
        book = self._book.remembering()
        record = book.type(draft["type"])
        old = None
        if draft.get("id") is not None:
            old = self.stored(record, int(draft["id"]))
            self._lock(record, draft, old)
        before = None if old is None else book.present(old)
        now = self._now_ms() if now_ms is None else now_ms
        fields, sublists, subrecords = checks.begin(book, record, draft, old)
        if old is not None:
            sublists = {**copy.deepcopy(old.sublists), **sublists}
            if "subrecords" not in draft:
                subrecords = copy.deepcopy(old.subrecords)
        work = Work(book, session, record, old, fields, sublists, subrecords, sourcing, now)
        checks.keep_fixed(work)
        if old is None:
            self._defaults(work)
        checks.references(work)
        self._rules(work)
        checks.required(work, ignore_mandatory=ignore_mandatory)
        transactions.assign_number(work)
        checks.external_id(work)
        row = self._store(work, number)
        self._follow(work, row)
        stored = book.store.get(row.space, row.id)
        assert stored is not None
        return Saved(row.id, record.id, old is None, before, book.present(stored), changed)

    def next_id(self, space: str) -> int:
        """The next internal id of an id space; it is not given again."""
        return self._book.store.next(space, _FIRST.get(space, 1))

    def stored(self, record: RecordType, id: int) -> Row:  # noqa: A002
        """A stored record of exactly this type; RCRD_DSNT_EXIST otherwise."""
        row = self._book.store.get(self._book.space(record), id)
        same = row is not None and (
            row.type == record.id
            or (record.kind == "entity" and self._book.fits(record.id, row.type))
        )
        if row is None or not same:
            raise NetSuiteError(
                "RCRD_DSNT_EXIST", f"That record does not exist. type: {record.id}, id: {id}"
            )
        return row

    def _lock(self, record: RecordType, draft: Mapping[str, Any], old: Row) -> None:
        settings = self._installed.records.get(record.id)
        version = draft.get("version")
        if settings is not None and not settings.optimistic_locking:
            return
        if version is not None and version != old.version:
            raise NetSuiteError(
                "RCRD_HAS_BEEN_CHANGED", "Record has been changed since you retrieved it."
            )

    def _defaults(self, work: Work) -> None:
        settings = self._installed.records.get(work.record.id)
        for name, value in {
            **self._installed.defaults,
            **(settings.defaults if settings else {}),
        }.items():
            field = work.record.fields.get(name)
            if field is not None and name not in work.fields:
                found = checks.canonical_fields(work.record.fields, {name: value}, work.record.id)
                work.fields.update(found)
        if work.record.kind == "custom":
            work.fields.setdefault("isinactive", False)
            user = str(work.session.user)
            if self._book.reference("employee", user) is not None:
                work.default("owner", user)

    def _rules(self, work: Work) -> None:
        match work.record.kind:
            case "transaction":
                if work.record.id in _RECEIVING:
                    links.received_lines(work)
                if work.record.id in _PAYING:
                    payments.prepare(work)
                transactions.prepare(work)
                self._keep_shipped(work)
            case "entity":
                entities.prepare(work)
            case "item":
                _item(work)
            case "list":
                _listed(work)
            case _:
                self._unique_name(work)

    def _keep_shipped(self, work: Work) -> None:
        """Lines that were fulfilled or billed cannot be removed from an order."""
        if work.old is None:
            return
        for sublist in work.sublists:
            left = {line["line"] for line in work.lines(sublist)}
            for line in work.old.sublists.get(sublist, []):
                done = any(line["fields"].get(name) for name in transactions.LINE_DERIVED)
                if line["line"] not in left and done and work.record.sublists[sublist].closable:
                    raise user_error(
                        f"Line {line['line']} cannot be deleted because it has been processed."
                    )

    def _unique_name(self, work: Work) -> None:
        settings = self._installed.records.get(work.record.id)
        if settings is not None and settings.numbering is not None and work.creating:
            number = self._book.store.next(f"name.{work.record.id}")
            work.fields.setdefault("name", f"{settings.numbering}{number}")

    def _store(self, work: Work, number: int | None) -> Row:
        space = self._book.space(work.record)
        old = work.old
        if old is None:
            if number is None:
                number = self.next_id(space)
            else:
                if number >= _FIRST.get(space, 1):
                    self._book.store.at_least(space, number)
                if self._book.store.get(space, number) is not None:
                    raise NetSuiteError("DUP_RCRD", f"There is a {space} with id {number} already.")
        else:
            number = old.id
        external = work.fields.pop("externalid", None)
        row = Row(
            space,
            number,
            work.record.id if old is None else old.type,
            external,
            1 if old is None else old.version + 1,
            work.now_ms if old is None else old.created,
            work.now_ms,
            work.fields,
            {name: lines for name, lines in work.sublists.items() if lines},
            work.subrecords,
        )
        self._book.store.put(row)
        return row

    def _follow(self, work: Work, row: Row) -> None:
        """What a saved transaction does to stock, to its order and to what it pays."""
        if work.record.kind != "transaction":
            return
        stock.apply(work, row.id)
        if work.record.id in _PAYING:
            payments.settle(work, row)
        source = row.fields.get("createdfrom")
        if source is not None:
            order = work.book.reference("transaction", source)
            if order is not None:
                links.refresh(work.book, order)
        elif row.type in links.ORDERS and not work.creating:
            links.refresh(work.book, row)

    def _is_used(self, entity: int) -> bool:
        found = self._book.store.one(
            "SELECT 1 FROM record WHERE space = 'transaction'"
            " AND json_extract(body, '$.entity') = ? LIMIT 1",
            str(entity),
        )
        return found is not None

    def delete(self, session: Session, record: RecordType, id: int) -> RecordData:  # noqa: A002
        """Delete a record, unless a transaction was made from it or with it."""
        row = self.stored(record, id)
        book = self._book
        was = book.present(row)
        if row.space == "transaction":
            made = book.store.one(
                "SELECT id FROM record WHERE space = 'transaction'"
                " AND json_extract(body, '$.createdfrom') = ?",
                str(id),
            )
            if made is not None:
                raise _dependent()
            stock.forget(book.store, id)
        if row.space == "entity" and self._is_used(id):
            raise _dependent()
        book.store.drop(row.space, id)
        book.store.run(
            "INSERT INTO deleted VALUES (?, ?, ?, ?, ?, ?, ?)",
            row.space,
            id,
            row.type,
            row.externalid,
            book.name(row),
            self._now_ms(),
            session.user,
        )
        source = row.fields.get("createdfrom")
        order = None if source is None else book.reference("transaction", source)
        if order is not None:
            links.refresh(book, order)
        return was


def _dependent() -> NetSuiteError:
    return NetSuiteError(
        "THIS_RECORD_CANNOT_BE_DELETED_BECAUSE_IT_HAS_DEPENDENT_RECORDS",
        "This record cannot be deleted because it has dependent records.",
    )


def _item(work: Work) -> None:
    """Items have unique names within their id space: DUP_ITEM."""
    name = work.fields.get("itemid")
    # What is on hand is computed at each load.
    work.sublists.pop("locations", None)
    if work.creating and "itemtype" in work.record.fields and work.record.type_code:
        work.fields["itemtype"] = work.record.type_code
    for sublist in ("price", "price1"):
        for line in work.lines(sublist):
            if line["fields"].get("pricelevel", "1") == "1" and "price_1_" in line["fields"]:
                work.fields["_baseprice"] = line["fields"]["price_1_"]
    if name is None or not work.changed("itemid"):
        return
    found = work.book.store.one(
        "SELECT id FROM record WHERE space = 'item' AND json_extract(body, '$.itemid') = ?", name
    )
    if found is not None and (work.old is None or work.old.id != found[0]):
        raise NetSuiteError("DUP_ITEM", f"Uniqueness error: an item named {name} exists already.")


def _listed(work: Work) -> None:
    """The full name of a list entry, with those above it."""
    if "parent" not in work.record.fields:
        return
    fields = work.fields
    name = fields.get("acctname") or fields.get("name")
    parent = work.book.fields(work.record.id, fields.get("parent"))
    above = parent.get("fullname") or parent.get("name")
    number = fields.get("acctnumber")
    own = f"{number} {name}" if number else name
    if own is not None:
        fields["fullname"] = f"{above} : {own}" if above else own
