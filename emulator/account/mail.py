"""E-mail that scripts sent: the account's outbox, and the addresses of its entities."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from emulator.account.store import Store, dump


class Outbox:
    """Implements emulator.ports.Outbox over the account's database."""

    def __init__(self, store: Store, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._now_ms = now_ms

    def entity(self, id: int) -> dict[str, Any] | None:  # noqa: A002
        """{type, name, email} of an entity by internal id; None where there is none."""
        row = self._store.one("SELECT type, body FROM record WHERE space = 'entity' AND id = ?", id)
        if row is None:
            return None
        body = json.loads(row[1])
        return {"type": row[0], "name": body.get("entityid", ""), "email": body.get("email")}

    def keep(self, message: dict[str, Any]) -> int:
        """Keep a message that was sent; returns its number."""
        with self._store.step():
            number = self._store.next("email", 1)
            self._store.run(
                "INSERT INTO email VALUES (?, ?, ?)", number, self._now_ms(), dump(message)
            )
        return number

    def messages(self) -> list[dict[str, Any]]:
        """All messages, oldest first."""
        rows = self._store.all("SELECT id, sent, data FROM email ORDER BY id")
        return [{"id": id_, "sent": sent, **json.loads(data)} for id_, sent, data in rows]
