"""The life of an event: its states and the moves between them, written once (the store enforces them)."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an event is."""

    RECEIVED = "received"  # committed, never tried
    WAITING = "waiting"  # to be tried again when due, or when what it waits for exists
    SENDING = "sending"  # leased: in a call
    UNKNOWN = "unknown"  # sent and cut: it may have been done
    DONE = "done"  # ended well
    HELD = "held"  # a person must look
    DEAD = "dead"  # given up, by a person or after the last attempt


OPEN = frozenset({State.RECEIVED, State.WAITING, State.SENDING, State.UNKNOWN})
ENDED = frozenset(State) - OPEN

MOVES: dict[State, frozenset[State]] = {
    # Done without being sent: superseded by a newer event of its key.
    State.RECEIVED: frozenset({State.SENDING, State.DONE, State.DEAD}),
    State.WAITING: frozenset({State.SENDING, State.DONE, State.DEAD}),
    State.SENDING: frozenset({State.DONE, State.WAITING, State.UNKNOWN, State.HELD, State.DEAD}),
    State.UNKNOWN: frozenset({State.SENDING, State.DEAD}),
    State.DONE: frozenset(),
    State.HELD: frozenset({State.WAITING, State.DEAD}),
    State.DEAD: frozenset({State.WAITING}),
}

# Steps of an event's history that are no moves.
SUPERSEDED, EDITED, DISCARDED = "SUPERSEDED", "EDITED", "DISCARDED"
