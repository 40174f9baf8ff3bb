"""
System notes: who changed which field of a record, when, from what to what.

One note for a created record, one for every body field that a later save changes. The field is its
id in upper case; NetSuite writes names of its own for standard fields (`TRANDOC.STRANID`), which
are not known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator.account.store import Row, Store
from emulator.account.work import Work
from emulator.ports import Session

_WRITE = (
    "INSERT INTO system_note (type, record, name, field, kind, old, new, moment, user, role, context)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def saved(work: Work, row: Row, name: str) -> None:
    """Note a save that was stored as `row`."""
    if work.record.kind == "list" and work.old is None:
        return
    if work.old is None:
        changes = [("RECORD", "Create", None, None)]
    else:
        changes = list(_changes(work.old.fields, row.fields))
    who = (work.now_ms, *_who(work.session))
    store = work.book.store
    for field, kind, old, new in changes:
        store.run(_WRITE, row.type, row.id, name, field, kind, old, new, *who)


def deleted(store: Store, session: Session, row: Row, name: str, now_ms: int) -> None:
    """Note a deletion."""
    who = (now_ms, *_who(session))
    store.run(_WRITE, row.type, row.id, name, "RECORD", "Delete", None, None, *who)


def _who(session: Session) -> tuple[int, str, str]:
    return session.user, session.role, session.context


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, str, Any, Any]]:
    found = []
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before == after or name.startswith("_"):
            continue
        kind = "Set" if before is None else "Unset" if after is None else "Change"
        found.append((name.upper(), kind, _text(before), _text(after)))
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "T" if value else "F"
    return json.dumps(value)
