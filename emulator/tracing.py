"""
What executions used of N/, recorded on request for the conformance suite.

    worker (--trace) ─► {members, errors} with the next call or the outcome ─┐
    host code ─► `filtered(type, operator)` while it answers a call ─────────┴─► Trace

Untraced engines have no Trace, and their workers start without --trace.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
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


class Lens:
    """
    Sees what happens inside the modules of scripts: a JavaScript file with `through` and `takeNotes`.

    `through(path, module)` gives what other modules get of a module; `takeNotes()` a list of what
    was seen in an execution, as JSON. Scripts cannot tell, as long as what it gives behaves alike.

    Args:
        file: the JavaScript file.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._notes: list[tuple[str, list[Any]]] = []

    def saw(self, script: str, notes: Iterable[Any]) -> None:
        """Add what an execution of a script showed."""
        seen = list(notes)
        if seen:
            with self._lock:
                self._notes.append((script, seen))

    def take(self) -> list[tuple[str, list[Any]]]:
        """The notes since the last time, by execution in the order in which they ended, with the script."""
        with self._lock:
            notes, self._notes = self._notes, []
        return notes


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
