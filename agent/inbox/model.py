"""What goes into the inbox and what comes out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.inbox.states import State


@dataclass(frozen=True, slots=True)
class Call:
    """A call, as it came: its bytes, and those of its headers that are kept (JSON text). `at` is set by the store."""

    headers: str
    body: bytes
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Incoming:
    """
    One event to be kept.

    Args:
        flow: the flow's name.
        event_id: the sender's id; a second event of the flow with it is a repeat.
        key: events of one key are sent one after the other, in order.
        body: JSON text as it came.
        group: events of one group are never in two calls at once (`serialize_by`).
        sequence: orders events of one key before their arrival does; empty: arrival alone.
        origin: `webhook`, `netsuite`, `file` or `send`.
        file: the claimed name of the file it came in, with its `ordinal` there and `place`.
        raw: the call that brought it; all events of the call have the same.
        trace: `traceparent` of the span that received it, where traces are wanted.
    """

    flow: str
    event_id: str
    key: str
    body: bytes
    group: str | None = None
    sequence: str = ""
    origin: str = "webhook"
    file: str | None = None
    ordinal: int | None = None
    place: str | None = None
    raw: Call | None = None
    trace: str | None = None


# In a call of its own.
SINGLY = 1


@dataclass(frozen=True, slots=True)
class Leased:
    """
    An event in hand.

    `alone` says with what it may go: 0 with any other, SINGLY with none, another number with those
    of the same number (a part of a batch that failed as a whole). `before` is the state it was
    leased from; `sent_at` the time of the last call of which the outcome is unknown, epoch seconds.
    """

    id: int
    event_id: str
    key: str
    body: bytes
    attempts: int
    alone: int
    before: State
    received_at: float
    sent_at: float | None
    trace: str | None = None


def together(events: Sequence[Leased], other: Leased) -> bool:
    """Whether an event may go into the call of those that are chosen already."""
    return not events or (events[0].alone == other.alone != SINGLY)


@dataclass(frozen=True, slots=True)
class Lease:
    """
    Events that nobody else gets until `until`; an empty lease has no events and needs no release.

    `superseded` is how many older events of their keys have ended unsent.
    """

    owner: str
    until: float
    events: tuple[Leased, ...]
    superseded: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an event is not done, in the words of the RESTlet protocol."""

    code: str
    message: str
    field: str | None = None
    spec: str | None = None
    kind: str = "data"  # the protocol's `class`


@dataclass(frozen=True, slots=True)
class Try:
    """
    A call with an event, for its history.

    Args:
        at: when it began, epoch seconds.
        agent: which agent made it.
        batch: the call's name, as in logs.
        sent: the document, where it is not the event's own body.
        answer: what came back for it, JSON or text.
    """

    at: float
    agent: str
    batch: str
    sent: bytes | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """
    What became of a leased event.

    Args:
        id: the event's row.
        state: where it goes.
        due: when it is tried again, epoch seconds (open states).
        tried: whether this counts as an attempt.
        alone: with what it may go next time, as in Leased.
        sent_at: start of the call whose outcome is unknown.
        outcome: the protocol's word where it ended.
        record: internal id in NetSuite, or the target's id.
        record_key: the full key.
        problem: why not, where it did not end well.
        waits_for: token of the record that is missing.
        makes: tokens that this event's record satisfies; events that wait for one are woken.
        started: start of the call; a token made since then counts as there.
        answer: fields read back, JSON text.
        closes: earlier events of its key that did not end well are closed with it.
        call: the call that told, kept in the event's history.
    """

    id: int
    state: State
    due: float | None = None
    tried: bool = True
    alone: int = 0
    sent_at: float | None = None
    outcome: str | None = None
    record: str | None = None
    record_key: str | None = None
    problem: Problem | None = None
    waits_for: str | None = None
    makes: tuple[str, ...] = ()
    started: float = 0.0
    answer: str | None = None
    closes: bool = False
    call: Try | None = None


@dataclass(frozen=True, slots=True)
class PollState:
    """
    Where a poll stands after its last whole pass.

    `watermark` is the newest time that was seen, in the account's words and in `zone`; empty for
    none. `began` is when the pass began, epoch seconds; 0 before the first one.
    """

    watermark: str = ""
    zone: str = ""
    began: float = 0.0


@dataclass(frozen=True, slots=True)
class Polled:
    """
    A polled key (JSON text) with the event that tells it and its new hash; None forgets the key.

    Without an event nothing is told, and the hash alone is kept.

    `before` is the hash that the new one was compared with, None where there was none: what another
    agent has told meanwhile is not told again.
    """

    key: str
    hash: str | None
    event: Incoming | None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """
    A run of a file lane that outlives the process.

    `status` is `staging` (nothing submitted: can be given up), `submitted`, or `dropped` (given up,
    staged parts not cleared yet). `id` is also the owner of the leased events.
    """

    id: str
    flow: str
    parts: int
    status: str
    created: float


@dataclass(frozen=True, slots=True)
class Replayed:
    """What `replay` did: events back in the queue, and those passed over because a newer one of their key is done."""

    replayed: int
    superseded: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """
    Which events: every condition that is set holds. `states` empty: any.

    `since` and `until` are bounds of when they came in, epoch seconds; `limit` takes the oldest.
    """

    flow: str | None = None
    states: tuple[State, ...] = ()
    key: str | None = None
    ids: tuple[int, ...] = ()
    code: str | None = None
    since: float | None = None
    until: float | None = None
    limit: int | None = None
