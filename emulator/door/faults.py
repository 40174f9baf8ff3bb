"""
Faults on demand: what goes wrong in the account, and between it and its callers.

| name | effect |
|---|---|
| `maintenance` | 503 with a page, for `seconds` of the account's clock (0: until taken away) |
| `dropped_before` | the connection is cut, nothing is done |
| `unauthorized` | 401 as for a revoked token, nothing is done |
| `http_500`, `http_error` | `status` (500 to 599) instead of an answer, nothing is done |
| `slow` | the answer comes `seconds` later and keeps its place of the limit; with `record` for each save of it |
| `timeout_after_save` | the work is done, `seconds` later the connection is cut, or `status` answered |
| `half_answer` | the work is done, half of the answer comes, then the connection ends |
| `slow_connection` | the work is done, the answer trickles over `seconds` |
| `record_changed` | a save meets RCRD_HAS_BEEN_CHANGED |
| `record_locked` | a save meets RCRD_LOCKED_BY_WF |
| `unique_violation` | another session makes the record of this external id just before the save |
| `late_commit` | a save gets its id and its time, and commits after a later save of its type, or after `seconds` (0: 2) |
| `script_timeout` | a script's save meets the end of its time: the whole call ends |
| `clock_skew` | the clock of the door is `seconds` off: Date, signatures and tokens |

Whether a rule strikes is drawn from its seed and the number of the call among those the rule is
for. So one seed gives one history for each rule, whoever else calls.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from emulator.calls import Call

Name = Literal[
    "maintenance", "dropped_before", "unauthorized", "http_500", "http_error", "slow",
    "timeout_after_save", "half_answer", "slow_connection", "record_changed", "record_locked",
    "unique_violation", "late_commit", "script_timeout", "clock_skew",
]  # fmt: skip
NAMES: tuple[str, ...] = get_args(Name)
# These strike at a save; `record` narrows them.
AT_SAVES = frozenset(
    {"record_changed", "record_locked", "unique_violation", "late_commit", "script_timeout"}
)


class Fault(BaseModel):
    """
    A rule of what goes wrong.

    `address`, `script`, `integration` and `record` say for which calls (None: any); of those the
    first `after` go well, then each is struck with the chance `rate`, `count` times at most.
    A struck call waits `seconds` and up to `jitter` more.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    count: int | None = Field(default=None, ge=1)
    address: Literal["restlet", "suiteql", "metadata", "token"] | None = None
    script: str | None = None
    integration: str | None = None
    record: str | None = None
    seconds: float = 0
    jitter: float = Field(default=0, ge=0)
    rate: float = Field(default=1, gt=0, le=1)
    seed: int = 0
    after: int = Field(default=0, ge=0)
    status: int | None = Field(default=None, ge=500, le=599)

    @model_validator(mode="after")
    def _sensible(self) -> Fault:
        if self.seconds < 0 and self.name != "clock_skew":
            raise ValueError("seconds: only clock_skew may be negative")
        if self.record is not None and self.name not in AT_SAVES | {"slow"}:
            raise ValueError(f"record: {self.name} does not strike at saves")
        if self.status is not None and self.name not in ("http_error", "timeout_after_save"):
            raise ValueError(f"status: {self.name} has none")
        return self


@dataclass(slots=True)
class _Rule:
    id: int
    fault: Fault
    until: float | None
    seen: int = 0
    struck: int = 0

    def is_for(self, call: Call | None, record: str | None) -> bool:
        fault = self.fault
        if fault.name not in AT_SAVES and (fault.record is None) != (record is None):
            return False
        return (
            fault.record in (None, record)
            and (fault.address is None or (call is not None and fault.address == call.address))
            and (fault.script is None or (call is not None and fault.script == call.script))
            and (
                fault.integration is None
                or (call is not None and fault.integration == call.integration)
            )
        )


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault that happens to this call: how long it waits and which status it gives."""

    seconds: float
    status: int | None


class Faults:
    """
    The faults that are set. Safe between threads.

    Args:
        now: the account's clock in seconds, for faults that end by themselves.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._rules: list[_Rule] = []
        self._history: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._made = 0

    def set(self, fault: Fault) -> int:
        """Set a fault beside those that are set; its number."""
        with self._lock:
            self._made += 1
            timed = fault.name == "maintenance" and fault.seconds > 0
            until = self._now() + fault.seconds if timed else None
            self._rules.append(_Rule(self._made, fault, until))
            return self._made

    def clear(self) -> None:
        """Take all faults and their history away; numbers begin anew."""
        with self._lock:
            self._rules.clear()
            self._history.clear()
            self._made = 0

    def rules(self) -> list[dict[str, Any]]:
        """What is set, with how many calls each has seen and struck."""
        with self._lock:
            return [
                {
                    "rule": rule.id,
                    **rule.fault.model_dump(exclude_none=True),
                    "seen": rule.seen,
                    "struck": rule.struck,
                }
                for rule in self._rules
            ]

    def history(self) -> list[dict[str, Any]]:
        """What happened, by rule and number of the call: the same for the same seeds and calls."""
        with self._lock:
            return sorted(self._history, key=lambda row: (row["rule"], row["call"]))

    def now(self) -> float:
        """The door's clock, epoch seconds: the real one, and how far it is off."""
        return time.time() + self.skew

    @property
    def skew(self) -> float:
        """Seconds that the door's clock is ahead."""
        with self._lock:
            return sum(r.fault.seconds for r in self._rules if r.fault.name == "clock_skew")

    def take(self, name: str, call: Call | None, record: str | None = None) -> Strike | None:
        """
        The fault of this name that strikes a call, counted; None where there is none.

        Args:
            name: of the fault.
            call: the call, None for work that came by no call.
            record: the type that is being saved, None at the door.
        """
        with self._lock:
            for rule in self._rules:
                if rule.fault.name == name and rule.is_for(call, record):
                    strike = self._draw(rule)
                    if strike is not None:
                        return strike
        return None

    def _draw(self, rule: _Rule) -> Strike | None:
        fault = rule.fault
        if rule.until is not None and self._now() >= rule.until:
            return None
        if fault.count is not None and rule.struck >= fault.count:
            return None
        rule.seen += 1
        # By the number of the call: what other rules draw, and when, changes nothing.
        chance = random.Random(f"{fault.seed}:{rule.seen}")  # noqa: S311 - a game, no secret
        if rule.seen <= fault.after or chance.random() >= fault.rate:
            return None
        rule.struck += 1
        seconds = round(fault.seconds + fault.jitter * chance.random(), 6)
        self._history.append(
            {"rule": rule.id, "name": fault.name, "call": rule.seen, "seconds": seconds}
        )
        return Strike(seconds, fault.status)
