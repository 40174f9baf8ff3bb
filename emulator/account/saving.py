"""
How a record is saved: one atomic step from a draft to a stored record and what follows from it.

    draft ─► checks ─► rules of its kind ─► required ─► number, external id ─► commit ─► stock, order
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from emulator.account import (
    balances,
    builds,
    checks,
    children,
    custom,
    defaults,
    dependents,
    entities,
    folders,
    lines,
    links,
    listed,
    notes,
    payments,
    periods,
    places,
    pricing,
    stock,
    transactions,
)
from emulator.account.book import Book
from emulator.account.installed import Installed
from emulator.account.store import Row
from emulator.account.work import Work, user_error
from emulator.errors import NetSuiteError
from emulator.ports import RecordData, Saved, Session
from generator.catalog.model import RecordType

# First internal id of each id space, apart from each other so that mixing two up shows.
_FIRST = {"transaction": 10001, "entity": 1001, "item": 3001, "folder": 1001}
_RECEIVING = frozenset({"itemfulfillment", "itemreceipt"})


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
        as_given: bool = False,
    ) -> Saved:
        """
        Validate and store a draft.

        `number` asks for an internal id (seeding), `now_ms` says when the save began, where that
        was earlier. `as_given` takes an order without lines (seeding).

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
        draft = {**draft, "sublists": dict(draft.get("sublists") or {})}
        if record.kind == "item":
            draft["sublists"] = pricing.taken_back(places.taken_back(draft["sublists"]), old)
        own_children = children.take(book, record, draft)
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
        custom.source(work)
        self._rules(work)
        if not as_given:
            transactions.need_line(work)
        custom.bounds(work)
        checks.required(work, ignore_mandatory=ignore_mandatory)
        transactions.assign_number(work)
        checks.external_id(work)
        row = self._store(work, number)
        self._follow(work, row)
        children.keep(self, self._book, session, record, row.id, own_children)
        stored = row
        if record.kind == "transaction":  # what it follows from may have changed it
            stored = self.stored(record, row.id)
        return Saved(row.id, record.id, old is None, before, partial(book.present, stored), changed)

    def next_id(self, space: str) -> int:
        """The next internal id of an id space; it is not given again."""
        return self._book.store.next(space, _FIRST.get(space, 1))

    def stored(self, record: RecordType, id: int) -> Row:  # noqa: A002
        """A stored record of exactly this type; RCRD_DSNT_EXIST otherwise."""
        row = self._book.stored(self._book.space(record), id)
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
        of_type = settings.defaults if settings else {}
        defaults.give(work, {**self._installed.defaults, **of_type})
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
                builds.prepare(work)
                payments.prepare(work)
                transactions.prepare(work)
                payments.after_totals(work)
                self._keep_shipped(work)
            case "entity":
                entities.prepare(work)
            case "item":
                listed.item(work)
            case "list" if work.record.id == "folder":
                folders.prepare(self._book.store, work.old.id if work.old else None, work.fields)
            case "list":
                listed.entry(work)
            case _:
                self._unique_name(work)

    def _keep_shipped(self, work: Work) -> None:
        """Lines that were fulfilled or billed cannot be removed from an order."""
        if work.old is None:
            return
        for sublist in work.sublists:
            left = {line["line"] for line in work.lines(sublist)}
            for line in work.old.sublists.get(sublist, []):
                done = any(line["fields"].get(name) for name in lines.COUNTED)
                if line["line"] not in left and done and work.record.sublists[sublist].closable:
                    raise user_error(
                        f"Line {line['line']} cannot be deleted because it has been processed."
                    )

    def _unique_name(self, work: Work) -> None:
        settings = self._installed.records.get(work.record.id)
        if settings is not None and settings.numbering is not None and work.creating:
            number = self._book.store.next(f"name.{work.record.id}", settings.first_number)
            work.fields.setdefault("name", settings.numbering.format(n=number))

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
        notes.saved(work, row, self._book.name(row))
        return row

    def _follow(self, work: Work, row: Row) -> None:
        """What a saved transaction does to stock, to its order and to what it pays."""
        if work.record.id == "folder":
            folders.follow(work.book.store, row)
        if work.record.kind != "transaction":
            return
        touched = stock.apply(work, row.id)
        if work.record.id in payments.SETTLED:
            payments.settle(work.book, row)
        order = self._source(work.book, row)
        if order is not None:
            links.refresh(work.book, order)
        elif row.type in links.ORDERS:
            order = row
            links.refresh(work.book, row)
        if row.type in links.ORDERS and order is not row:
            links.refresh(work.book, row)
            stock.follow(work.book, row, set())
        if order is not None or touched:
            stock.follow(work.book, order, touched)

    def _source(self, book: Book, row: Row) -> Row | None:
        source = row.fields.get("createdfrom")
        return None if source is None else book.reference("transaction", source)

    def delete(self, session: Session, record: RecordType, id: int) -> RecordData:  # noqa: A002
        """Delete a record, unless a transaction was made from it or with it."""
        row = self.stored(record, id)
        book = self._book
        was = book.present(row)
        if row.space == "transaction":
            periods.check_delete(book, row)
            made = book.store.one(
                "SELECT id FROM record WHERE space = 'transaction'"
                " AND json_extract(body, '$.createdfrom') = ?",
                str(id),
            )
            paid = book.store.one("SELECT 1 FROM application WHERE paid = ? LIMIT 1", id)
            if made is not None or paid is not None:
                raise _dependent()
            stock.forget(book, row)
        elif row.space == "folder":
            folders.drop(book.store, id)
        elif dependents.exist(book, record, row):
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
        notes.deleted(book.store, session, row, book.name(row), self._now_ms())
        if row.space == "transaction":
            self._undo(row)
        return was

    def _undo(self, row: Row) -> None:
        """What a deleted transaction paid, took or billed is as before."""
        book = self._book.remembering()
        for document in payments.forget(book, row.id):
            payments.recompute(book, document)
        order = self._source(book, row)
        if order is not None:
            links.refresh(book, order)
            stock.follow(book, order, set())
        balances.refresh(book, row.fields.get("entity"))


def _dependent() -> NetSuiteError:
    return NetSuiteError(
        "THIS_RECORD_CANNOT_BE_DELETED_BECAUSE_IT_HAS_DEPENDENT_RECORDS",
        "This record cannot be deleted because it has dependent records.",
    )
