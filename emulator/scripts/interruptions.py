"""
Restarts of the application server in the middle of tasks, on demand.

An invocation that is interrupted has done what it did to records; what it wrote for later stages is
lost, and it runs again, told so (help topic "System Response After an Application Server Restart",
section_1517279521).
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

from emulator.errors import NetSuiteError

CODE = "SSS_APP_SERVER_RESTART"


@dataclass(frozen=True, slots=True)
class Interruption:
    """One restart that is still to come: of any task, of one script's, or at one stage (entry point)."""

    script: str | None = None
    stage: str | None = None


class Interruptions:
    """Those that are armed; each ends one invocation."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: deque[Interruption] = deque()

    def arm(self, script: str | None = None, stage: str | None = None, count: int = 1) -> None:
        """The next `count` invocations of the script, at the stage, end as by a restart."""
        with self._lock:
            self._armed.extend([Interruption(script, stage)] * count)

    def clear(self) -> None:
        """None any more."""
        with self._lock:
            self._armed.clear()

    def strikes(self, script: str, stage: str) -> bool:
        """Whether this invocation is hit by a restart; each restart hits once."""
        with self._lock:
            for armed in self._armed:
                if armed.script in (None, script) and armed.stage in (None, stage):
                    self._armed.remove(armed)
                    return True
        return False


def restarted() -> NetSuiteError:
    """The error that an interrupted invocation leaves behind."""
    return NetSuiteError(CODE, "The application server was restarted.")
