"""Faults that strike at saves: locks, lost races, late commits, slow saves, a script out of time."""

from __future__ import annotations

import copy
import threading
import time
from contextvars import ContextVar

from emulator.account.account import SYSTEM, LocalAccount
from emulator.account.interference import Held
from emulator.calls import current, waiting
from emulator.door.faults import Faults
from emulator.errors import NetSuiteError, TimeExceeded
from emulator.ports import RecordData
from emulator.scripts.governance import LIMITS

# How long a late commit waits at most for a later save, in seconds, where the fault says nothing.
_LONGEST_WAIT = 2.0
# Saves of the other session, which nothing strikes.
_other: ContextVar[bool] = ContextVar("other", default=False)


class Interference:
    """Implements `emulator.account.interference.Interference` from the faults that are set."""

    def __init__(self, account: LocalAccount, faults: Faults) -> None:
        self._account = account
        self._faults = faults
        self._saves: dict[str, int] = {}
        self._saved = threading.Condition()

    def before(self, record: str, draft: RecordData | None) -> Held | None:
        """What happens to a save, or (draft None) to an edit of fields or a deletion, before it."""
        if _other.get():
            return None
        call = current.get()
        if call is not None and self._faults.take("script_timeout", call, record):
            raise TimeExceeded(LIMITS["Restlet", None].seconds)
        if self._faults.take("record_locked", call, record):
            raise NetSuiteError("RCRD_LOCKED_BY_WF", "This record is locked by a workflow.")
        creates = draft is not None and draft.get("id") is None
        if not creates and self._faults.take("record_changed", call, record):
            raise NetSuiteError(
                "RCRD_HAS_BEEN_CHANGED", "Record has been changed since you retrieved it."
            )
        slow = self._faults.take("slow", call, record)
        if slow is not None and call is not None:
            call.owed += slow.seconds
        if draft is None:
            return None
        if (
            creates
            and draft["fields"].get("externalid")
            and self._faults.take("unique_violation", call, record)
        ):
            self._race(draft)
        late = self._faults.take("late_commit", call, record)
        return None if late is None else self._hold(record, late.seconds, creates=creates)

    def after(self, record: str) -> None:
        """A save of this type is committed."""
        with self._saved:
            self._saves[record] = self._saves.get(record, 0) + 1
            self._saved.notify_all()

    def _race(self, draft: RecordData) -> None:
        token = _other.set(True)
        try:
            self._account.save(SYSTEM, copy.deepcopy(draft), sourcing=True, ignore_mandatory=True)
        finally:
            _other.reset(token)

    def _hold(self, record: str, seconds: float, *, creates: bool) -> Held:
        """Wait as a session waits for its commit: its row is nowhere yet, and it holds no script's worker."""
        number = self._account.reserve(record) if creates else None
        held = Held(number, self._account.now_ms())
        with waiting.get()(), self._saved:
            before = self._saves.get(record, 0)
            end = time.monotonic() + (seconds or _LONGEST_WAIT)
            while self._saves.get(record, 0) == before and (left := end - time.monotonic()) > 0:
                self._saved.wait(left)
        return held
