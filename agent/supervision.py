"""
What the service manager is told: sd_notify's protocol, over its socket (sd_notify(3), "Notes").

Without `NOTIFY_SOCKET` there is no manager, and nothing is said.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Mapping

import structlog

log = structlog.get_logger("agent.supervision")


class Manager:
    """
    The service manager that started this process, if one did.

    Args:
        environ: the environment, with NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        given = os.environ if environ is None else environ
        self._address = given.get("NOTIFY_SOCKET", "")
        mine = given.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        microseconds = given.get("WATCHDOG_USEC", "") if mine else ""
        self.watchdog_seconds = int(microseconds) / 1e6 if microseconds.isdigit() else 0.0

    def ready(self, status: str) -> None:
        """Requests are answered."""
        self.tell("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        """Configuration is being read again; `ready` ends it."""
        now = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self.tell("RELOADING=1", f"MONOTONIC_USEC={now}")

    def stopping(self) -> None:
        """The agent ends what it has in hand."""
        self.tell("STOPPING=1")

    async def watched(self) -> None:
        """
        Say that the loop turns, twice within each of the manager's periods, until cancelled.

        It is said from the loop itself: where something holds the loop, nothing is said and the
        manager acts.
        """
        if self.watchdog_seconds <= 0:
            return
        while True:
            self.tell("WATCHDOG=1")
            await asyncio.sleep(self.watchdog_seconds / 2)

    def tell(self, *lines: str) -> None:
        """Send assignments; a manager that cannot be reached is no reason to end."""
        if not self._address:
            return
        # A leading @ is the abstract namespace.
        name = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
                out.setblocking(False)
                out.sendto("\n".join(lines).encode(), name)
        except OSError as error:
            log.warning("manager_not_told", reason=str(error))
