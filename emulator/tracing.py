"""
What executions used of N/, recorded on request for the conformance suite.

    worker (--trace) ─► {members, errors} with the next call or the outcome ─┐
    host code ─► `filtered(type, operator)` while it answers a call ─────────┴─► Trace

Untraced engines have no Trace, and their workers start without --trace.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Used:
    """
    What was used.

    Members by name with the option keys they were given, (field type, operator) of filters, and the
    names of errors that scripts could see.
    """

    members: dict[str, set[str]] = field(default_factory=dict)
    operators: set[tuple[str, str]] = field(default_factory=set)
    errors: set[str] = field(default_factory=set)


class Trace:
    """Collects over all executions of an engine until it is taken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used = Used()

    def noted(self, notes: Mapping[str, Any]) -> None:
        """Add what a worker sent."""
        with self._lock:
            for member, keys in notes.get("members", {}).items():
                self._used.members.setdefault(member, set()).update(keys)
            self._used.errors.update(notes.get("errors", ()))

    def operator(self, type: str, operator: str) -> None:  # noqa: A002  (NetSuite's own word)
        """Add a filter operator on a type of field."""
        with self._lock:
            self._used.operators.add((type, operator))

    def take(self) -> Used:
        """What was used since the last time."""
        with self._lock:
            used, self._used = self._used, Used()
        return used


_ANSWERING: ContextVar[Trace | None] = ContextVar("trace", default=None)


@contextmanager
def answering(trace: Trace | None) -> Iterator[None]:
    """The trace that host code adds to within this block."""
    token = _ANSWERING.set(trace)
    try:
        yield
    finally:
        _ANSWERING.reset(token)


def filtered(type: str, operator: str) -> None:  # noqa: A002
    """Note a search filter; does nothing where nobody traces."""
    if (trace := _ANSWERING.get()) is not None:
        trace.operator(type, operator)
