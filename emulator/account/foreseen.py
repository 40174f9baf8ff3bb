"""
What a save is going to fill in and compute, as scripts see it in beforeSubmit.

A form holds what it has sourced, amounts and totals before it is submitted, and so does a record in
dynamic mode. What is computed here is only shown: the save computes it again from what the scripts
leave.
"""

from __future__ import annotations

import copy
from typing import Any

from emulator.account import checks, transactions
from emulator.account.book import Book
from emulator.account.kinds import SUMMED
from emulator.account.store import Row
from emulator.account.work import Work
from emulator.errors import NetSuiteError
from emulator.ports import RecordData, Session

_TOTALS = ("subtotal", "taxtotal", "discounttotal", "total", "estimatedtotal")
_OF_LINES = ("rate", "amount", "itemtype", "taxrate1", "tax1amt", "grossamt")


def foresee(
    book: Book,
    session: Session,
    draft: RecordData,
    old: Row | None,
    now_ms: int,
    *,
    sourcing: bool,
) -> RecordData:
    """
    The draft with the totals that its lines come to, and with the values that it does not have yet.

    A draft whose values do not fit together is returned as it is: a script may mend it, or else the
    save refuses it.
    """
    record = book.type(draft["type"])
    if record.id not in SUMMED:
        return draft
    given = copy.deepcopy({**draft})
    if old is not None:
        # A script that saves may hand over only the sublists that it touched.
        given["sublists"] = {**copy.deepcopy(old.sublists), **(given.get("sublists") or {})}
    try:
        fields, sublists, subrecords = checks.begin(book, record, given, old)
        work = Work(book, session, record, old, fields, sublists, subrecords, sourcing, now_ms)
        checks.references(work)
        transactions.prepare(work)
    except NetSuiteError:
        return draft
    filled = {name: value for name, value in work.fields.items() if not name.startswith("_")}
    totals = {name: filled[name] for name in _TOTALS if name in filled}
    return {
        **draft,
        "fields": {**filled, **draft["fields"], **totals},
        "sublists": {
            name: _lines(lines, work.lines(name)) if name in ("item", "expense") else lines
            for name, lines in (draft.get("sublists") or {}).items()
        },
    }


def totalled(book: Book, session: Session, draft: RecordData, now_ms: int) -> RecordData:
    """A copy or a transformed record with the totals of its lines, as its page opens."""
    seen = foresee(book, session, draft, None, now_ms, sourcing=False)["fields"]
    totals = {name: seen[name] for name in _TOTALS if name in seen}
    return {**draft, "fields": {**draft["fields"], **totals}}


def _lines(given: list[dict[str, Any]], computed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(given) != len(computed):  # the members of an item group have joined it
        return given
    return [
        {
            **line,
            "fields": {
                **{name: after["fields"][name] for name in _OF_LINES if name in after["fields"]},
                **line["fields"],
            },
        }
        for line, after in zip(given, computed, strict=True)
    ]
