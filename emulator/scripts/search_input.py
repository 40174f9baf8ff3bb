"""
A search as the input of a map/reduce script.

Every result becomes one key and value: the key is the record's internal id (the result's number for
a summary), the value JSON of {recordType, id, values}, in which a select is {value, text}, a check
box T or F and a joined column `name.join` (seen in public scripts that read `context.value`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emulator.ports import Account, Query, Session
from emulator.search.searches import Searches

# A page costs what is passed over before it: few large pages read a large search in good time.
_PAGE = 50_000


class SearchInput:
    """Reads searches for getInputData."""

    def __init__(self, account: Account, query: Query) -> None:
        self._account = account
        self._searches = Searches(account, query, lambda: account.catalog)

    def pairs(self, session: Session, given: Mapping[str, Any] | str) -> Iterator[tuple[str, str]]:
        """Key and value of every result of a definition, or of a saved search by its id. INVALID_SEARCH."""
        definition = (
            self._account.searches.load(session, given) if isinstance(given, str) else given
        )
        names = _names(definition.get("columns") or ())
        start = 0
        while True:
            page = self._searches.rows(session, definition, start, start + _PAGE)
            for number, row in enumerate(page["rows"], start=start):
                yield _pair(number, row, names, page["kinds"])
            if len(page["rows"]) < _PAGE:
                return
            start += _PAGE


def json_text(value: Any) -> str:
    """JSON as scripts write it, without blanks: mapContext.value may be compared or logged as text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pair(
    number: int, row: Sequence[Any], names: Sequence[str], kinds: Sequence[str]
) -> tuple[str, str]:
    record, id_, values, texts = row
    shown = {
        name: _value(kind, value, text)
        for name, kind, value, text in zip(names, kinds, values, texts, strict=True)
    }
    facts = {"values": shown} if id_ is None else {"recordType": record, "id": id_, "values": shown}
    return str(number) if id_ is None else str(id_), json_text(facts)


def _value(kind: str, value: Any, text: str | None) -> Any:
    if isinstance(value, bool):
        return "T" if value else "F"
    if kind == "select" and value != "":
        return {"value": value, "text": value if text is None else text}
    if kind == "multiselect" and value != "":
        texts = (text or value).split(",")
        found = [
            {"value": one, "text": shown}
            for one, shown in zip(value.split(","), texts, strict=False)
        ]
        return found if len(found) > 1 else found[0]
    return value


def _names(columns: Sequence[Any]) -> list[str]:
    names: list[str] = []
    for column in columns:
        given = {"name": column} if isinstance(column, str) else column
        name, join = str(given["name"]), given.get("join")
        if not join and "." in name and not name.startswith("formula"):
            join, name = name.split(".", 1)
        name = f"{name}.{join}" if join else name
        summary = given.get("summary")
        name = f"{str(summary).upper()}({name})" if summary else name
        times = sum(known == name or known.startswith(f"{name}_") for known in names)
        names.append(f"{name}_{times}" if times else name)
    return names
