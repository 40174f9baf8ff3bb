"""One execution of a script: who runs what, within which limits, and what it used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.errors import UsageExceeded
from emulator.ports import Deployment, Script, Session
from emulator.scripts.bridge import Worker
from emulator.scripts.governance import LIMITS, Limit

OTHER_TYPES = Limit(1_000, 300)


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What an execution returned.

    `entries` are the entry points that the script has, `redirect` where N/redirect sends the user.
    """

    value: Any
    entries: frozenset[str]
    config: Mapping[str, Any]
    units: int
    redirect: str | None = None


@dataclass(slots=True, eq=False)
class Execution:
    """
    An execution that runs or ran.

    `stage` is the entry point. `parent` is the execution whose save, in the same worker, caused
    this one. `requested`: it came by a request, and its saves fire user events whoever asked.
    `task` identifies the task of map/reduce and scheduled scripts. `beginnings` is the account's count
    when it was last asked something.
    """

    script: Script
    deployment: Deployment
    session: Session
    stage: str
    parent: Execution | None = None
    requested: bool = False
    params: Mapping[str, Any] = field(default_factory=dict)
    task: str | None = None
    limit: Limit = OTHER_TYPES
    units: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    worker: Worker | None = None
    beginnings: int = 0

    def charge(self, member: str, units: int) -> None:
        """Meter a call before it is made. UsageExceeded when it would pass the limit."""
        if self.units + units > self.limit.units:
            raise UsageExceeded(self.limit.units)
        self.units += units
        self.calls[member] += 1

    @property
    def in_user_event(self) -> bool:
        """Whether this or an outer execution is a user event: then saves fire no user events."""
        return self.script.type == "UserEventScript" or (
            self.parent is not None and not self.requested and self.parent.in_user_event
        )


def limit_of(script: Script, stage: str, overrides: Mapping[str, Limit]) -> Limit:
    """The limit of an execution; `overrides` by script type are for tests."""
    key = stage if script.type == "MapReduceScript" else None
    return overrides.get(script.type) or LIMITS.get((script.type, key), OTHER_TYPES)
