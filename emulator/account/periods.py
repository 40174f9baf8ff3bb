"""Accounting periods: the one a transaction posts to, and that nothing is changed in a closed one."""

from __future__ import annotations

from emulator.account.book import Book
from emulator.account.kinds import NOT_POSTING
from emulator.account.store import Row
from emulator.account.work import Work
from emulator.errors import NetSuiteError


def check(work: Work) -> None:
    """
    Give a posting transaction its period, and refuse to touch a closed one.

    CLOSED_TRAN_PRD; with the period's "Allow Non-G/L Changes" an edit that leaves date, amounts
    and lines alone is let through (the help text of that box on the period).
    """
    if work.record.id in NOT_POSTING:
        return
    if work.old is not None:
        before = _of(work.book, work.old)
        if before is not None and before.fields.get("closed"):
            if not before.fields.get("allownonglchanges") or _moves_money(work):
                raise _closed(before)
            return
    if work.changed("trandate") and not (work.old is None and "postingperiod" in work.fields):
        work.fields.pop("postingperiod", None)
    period = _by_id(work.book, work.fields.get("postingperiod")) or by_date(
        work.book, work.fields["trandate"]
    )
    if period is None:
        return
    if period.fields.get("closed"):
        raise _closed(period)
    work.default("postingperiod", str(period.id))


def check_delete(book: Book, row: Row) -> None:
    """A transaction of a closed period cannot be deleted: CLOSED_TRAN_PRD."""
    period = None if row.type in NOT_POSTING else _of(book, row)
    if period is not None and period.fields.get("closed"):
        raise _closed(period)


def by_date(book: Book, day: str) -> Row | None:
    """The month's period that holds a day."""
    found = book.store.one(
        "SELECT id FROM record WHERE space = 'accountingperiod'"
        " AND NOT coalesce(json_extract(body, '$.isyear'), 0)"
        " AND NOT coalesce(json_extract(body, '$.isquarter'), 0)"
        " AND json_extract(body, '$.startdate') <= ? AND json_extract(body, '$.enddate') >= ?"
        " ORDER BY id LIMIT 1",
        day,
        day,
    )
    return None if found is None else book.row("accountingperiod", found[0])


def _of(book: Book, row: Row) -> Row | None:
    period = _by_id(book, row.fields.get("postingperiod"))
    return period or by_date(book, str(row.fields.get("trandate")))


def _by_id(book: Book, value: str | None) -> Row | None:
    return None if value is None else book.reference("accountingperiod", value)


def _moves_money(work: Work) -> bool:
    old = work.old
    assert old is not None
    names = ("trandate", "postingperiod", "account", "exchangerate", "shippingcost", "handlingcost")
    lines = {name: rows for name, rows in work.sublists.items() if rows}
    return any(work.changed(name) for name in names) or lines != old.sublists


def _closed(period: Row) -> NetSuiteError:
    name = period.fields.get("periodname")
    return NetSuiteError(
        "CLOSED_TRAN_PRD", f"You cannot change a transaction in the closed period {name}."
    )
