"""Saved searches: definitions by internal id and script id, in the account's database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from emulator.account.store import Store, dump
from emulator.errors import NetSuiteError, UnsupportedError
from emulator.ports import Session

_PREFIX = "customsearch"


class SavedSearches:
    """
    The account's saved searches.

    A definition is {type, title, id (script id), isPublic, filters, columns, settings}, as N/search
    writes it; filters are a filter expression or filter objects.
    """

    def __init__(self, store: Store, *, hides: bool = True) -> None:
        self._store = store
        self._hides = hides  # searches that are not public

    def save(self, owner: int, given: Mapping[str, Any]) -> dict[str, Any]:
        """
        Make a saved search, or change the one whose `searchId` is given.

        Raises:
            NetSuiteError: NAME_ALREADY_IN_USE, SSS_DUPLICATE_SEARCH_SCRIPT_ID.
        """
        number = given.get("searchId")
        with self._store.step():
            title = str(given["title"])
            if self._other("title", title, number):
                raise NetSuiteError(
                    "NAME_ALREADY_IN_USE",
                    "A search has already been saved with that name. Please use a different name.",
                )
            scriptid = self._scriptid(given.get("id"))
            if scriptid and self._other("scriptid", scriptid, number):
                raise NetSuiteError(
                    "SSS_DUPLICATE_SEARCH_SCRIPT_ID",
                    "Saved search script IDs must be unique. Please choose another script ID.",
                )
            if number is None:
                number = self._store.next("search", 1001)
            scriptid = scriptid or f"{_PREFIX}{number}"
            kept = ("type", "filters", "columns", "settings")
            data = {name: given[name] for name in kept if name in given}
            self._store.run(
                "INSERT OR REPLACE INTO saved_search VALUES (?, ?, ?, ?, ?, ?)",
                int(number), scriptid, title, owner, bool(given.get("isPublic")), dump(data),
            )  # fmt: skip
        return {"searchId": int(number), "id": scriptid}

    def seed(self, owner: int, searches: Iterable[Mapping[str, Any]]) -> list[int]:
        """Put saved searches by script id in place, all or none; their internal ids."""
        with self._store.step():
            return [self._seeded(owner, given) for given in searches]

    def _seeded(self, owner: int, given: Mapping[str, Any]) -> int:
        scriptid = self._scriptid(given["id"])
        known = self._store.one("SELECT id FROM saved_search WHERE scriptid = ?", scriptid)
        title = given.get("title") or scriptid
        number = known[0] if known else None
        saved = self.save(owner, {**given, "title": title, "searchId": number})
        return int(saved["searchId"])

    def load(self, session: Session, ref: str) -> dict[str, Any]:
        """
        A saved search by internal id or script id; private ones only for their owner and administrators.

        Raises:
            NetSuiteError: INVALID_SEARCH where there is none that the session may see.
            UnsupportedError: for one that SDF deployed, whose definition only NetSuite can read.
        """
        column = "id" if ref.lstrip("-").isdigit() else "scriptid"
        row = self._store.one(
            "SELECT id, scriptid, title, owner, public, data"  # noqa: S608 - column is one of two words
            f" FROM saved_search WHERE {column} = ?",
            int(ref) if column == "id" else ref.lower(),
        )
        if row is None:
            self._refuse_deployed(ref)
        mine = row is not None and (row[3] == session.user or session.role == "ADMINISTRATOR")
        if row is None or not (row[4] or mine or not self._hides):
            raise NetSuiteError("INVALID_SEARCH", "That search or mass update does not exist.")
        return {
            **json.loads(row[5]),
            "searchId": row[0],
            "id": row[1],
            "title": row[2],
            "isPublic": bool(row[4]),
        }

    def delete(self, session: Session, ref: str) -> None:
        """Delete a saved search. INVALID_SEARCH."""
        found = self.load(session, ref)
        self._store.run("DELETE FROM saved_search WHERE id = ?", found["searchId"])

    def all(self) -> list[dict[str, Any]]:
        """Internal id, script id and title of every saved search."""
        rows = self._store.all("SELECT id, scriptid, title FROM saved_search ORDER BY id")
        return [dict(zip(("searchId", "id", "title"), row, strict=True)) for row in rows]

    def _other(self, column: str, value: str, number: Any) -> bool:
        return (
            self._store.one(
                f"SELECT 1 FROM saved_search WHERE {column} = ? AND id IS NOT ?",  # noqa: S608 - column is one of two words
                value,
                None if number is None else int(number),
            )
            is not None
        )

    def _refuse_deployed(self, ref: str) -> None:
        deployed = self._store.one(
            "SELECT 1 FROM deployed WHERE kind = 'object:savedsearch' AND scriptid = ?", ref.lower()
        )
        if deployed is not None:
            raise UnsupportedError(
                f"The saved search {ref} came with the project, and only NetSuite can read its"
                " definition. Seed a readable one under the same script id: POST /emulator/searches"
                ' {"searches": [{"id": "'
                + ref
                + '", "type": ..., "filters": [...], "columns": [...]}]}.'
            )

    @staticmethod
    def _scriptid(given: Any) -> str | None:
        if not given:
            return None
        text = str(given).lower()
        return text if text.startswith(_PREFIX) else f"{_PREFIX}_{text.lstrip('_')}"
