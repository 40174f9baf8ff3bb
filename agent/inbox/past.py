"""What may be forgotten, step by step: each step is short, so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """Rows of the statement `past`: `ended` can be forgotten; `after` is where the next step begins, None at the end."""

    ended: list[int]
    after: int | None


def step(rows: Iterable[tuple[Any, ...]], before: float) -> Step:
    """
    Judge rows (id, received at, ended).

    Rows rise with time: where none of them is older than `before`, none after them is.
    """
    found = list(rows)
    end = len(found) < AT_ONCE or all(received >= before for _, received, _ in found)
    return Step([row[0] for row in found if row[2]], None if end else found[-1][0])


async def walk(forget: Callable[[int], Awaitable[Step]]) -> int:
    """Take step after step (`forget` takes where it begins); returns how many events were forgotten."""
    total, after = 0, 0
    while True:
        done = await forget(after)
        total += len(done.ended)
        if done.after is None:
            return total
        after = done.after
