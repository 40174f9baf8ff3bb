"""Work orders, assembly builds and unbuilds: their components, and what is left to build."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from emulator.account.book import Book
from emulator.account.statuses import set_status
from emulator.account.store import Row
from emulator.account.values import decimal_of, number
from emulator.account.work import Line, Work

NOTHING = Decimal(0)


def prepare(work: Work) -> None:
    """Components come from the assembly's members where the record lists none."""
    match work.record.id:
        case "workorder":
            if work.creating and not work.lines("item"):
                work.sublists["item"] = components(work.book, work.fields, "assemblyitem")
        case "assemblybuild" | "assemblyunbuild":
            if work.creating and not work.lines("component"):
                work.sublists["component"] = components(work.book, work.fields, "item")


def components(book: Book, fields: dict[str, object], name: str) -> list[Line]:
    """The members of the assembly in field `name`, for the record's quantity."""
    assembly = book.reference("item", fields.get(name))
    times = decimal_of(fields, "quantity") or NOTHING
    members = [] if assembly is None else assembly.sublists.get("member", [])
    return [
        {
            "line": line,
            "fields": {
                "item": member["fields"]["item"],
                "quantity": number((decimal_of(member["fields"], "quantity") or NOTHING) * times),
            },
        }
        for line, member in enumerate(members, start=1)
    ]


def left(book: Book, order: Row) -> Decimal:
    """What of a work order is still to be built."""
    return (decimal_of(order.fields, "quantity") or NOTHING) - _sum(
        book.made_from(order.id, ("assemblybuild",))
    )


def refresh(book: Book, order: Row) -> None:
    """The quantity built and the status of a work order."""
    if order.fields.get("_status") in ("A", "H"):
        return
    built = _sum(book.made_from(order.id, ("assemblybuild",)))
    order.fields["built"] = number(built)
    wanted = decimal_of(order.fields, "quantity") or NOTHING
    set_status("workorder", order.fields, "G" if built >= wanted else "D" if built else "B")
    book.store.put(order)


def _sum(rows: Iterable[Row]) -> Decimal:
    return sum((decimal_of(row.fields, "quantity") or NOTHING for row in rows), NOTHING)
