"""N/cache: entries expire by the account's clock."""

from __future__ import annotations

import threading
from typing import Any

from emulator.ports import Account
from emulator.scripts.execution import Execution
from emulator.scripts.governance import CACHE

Args = dict[str, Any]
Key = tuple[str, str, str]  # owner (a script, or all), cache name, key


class Caches:
    """
    The account's caches.

    PRIVATE is per script; PROTECTED and PUBLIC are one space each (scripts of an account
    customization project are in no bundle).
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._lock = threading.Lock()
        self._held: dict[Key, tuple[str, float | None]] = {}

    def get(self, execution: Execution, args: Args) -> str | None:
        """The value, or null."""
        execution.charge("Cache.get", CACHE)
        with self._lock:
            value, expires = self._held.get(self._key(execution, args), (None, None))
        if expires is not None and expires <= self._account.now_ms():
            return None
        return value

    def put(self, execution: Execution, args: Args) -> None:
        """Keep a value for `ttl` seconds, or for ever."""
        execution.charge("Cache.put", CACHE)
        self._keep(execution, args)

    def load(self, execution: Execution, args: Args) -> None:
        """Keep what the loader of a get returned; the get then costs a second unit."""
        execution.charge("Cache.get", CACHE)
        self._keep(execution, args)

    def remove(self, execution: Execution, args: Args) -> None:
        """Forget a value."""
        execution.charge("Cache.remove", CACHE)
        with self._lock:
            self._held.pop(self._key(execution, args), None)

    def clear(self) -> None:
        """Forget everything (reset; NetSuite may do so at any time)."""
        with self._lock:
            self._held.clear()

    def _keep(self, execution: Execution, args: Args) -> None:
        ttl = args["ttl"]
        expires = None if ttl is None else self._account.now_ms() + ttl * 1000
        with self._lock:
            self._held[self._key(execution, args)] = (args["value"], expires)

    @staticmethod
    def _key(execution: Execution, args: Args) -> Key:
        scope = str(args["scope"])
        owner = execution.script.scriptid if scope == "PRIVATE" else scope
        return owner, str(args["name"]), str(args["key"])
