"""Events as the parameters and rows of the stores' SQL: the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from agent.alarms import Alarm, Placed
from agent.inbox.model import Call, Incoming, Leased, Polled, Problem, Settled, Try
from agent.inbox.seal import Seal
from agent.inbox.states import MOVES, State

# Of one try.
SENT_KEPT, ANSWER_KEPT = 65_536, 8_192

_NO_PROBLEM = Problem("", "")


def of_incoming(one: Incoming, now: float, seal: Seal, raw: int | None) -> dict[str, Any]:
    """Of the statement `insert_event`."""
    return {
        "flow": one.flow,
        "event_id": one.event_id,
        "key": one.key,
        "grp": one.group,
        "sequence": one.sequence,
        "origin": one.origin,
        "file": one.file,
        "ordinal": one.ordinal,
        "place": one.place,
        "body": seal.close(one.body),
        "raw": raw,
        "trace": one.trace,
        "now": now,
    }


def of_raw(one: Incoming, call: Call, now: float, seal: Seal) -> dict[str, Any]:
    """Of the statement `insert_raw`: bytes that are the event's body are kept there alone."""
    body = None if call.body == one.body else seal.close(call.body)
    return {"at": now, "headers": seal.close_text(call.headers), "body": body}


def received(row: Sequence[Any] | None, seal: Seal) -> Call | None:
    """A row of the statement `raw`, opened."""
    if row is None:
        return None
    at, headers, body = row
    return Call(seal.open_text(headers) or "{}", seal.open(bytes(body)), at)


def opened(row: dict[str, Any], seal: Seal) -> dict[str, Any]:
    """A row of the statement `show`, with what it holds opened."""
    body, answer = seal.open(bytes(row["body"])), seal.open_text(row["answer"])
    return {**row, "body": body, "original": _open(row["original"], seal), "answer": answer}


def of_settled(owner: str, one: Settled, *, due: float, now: float, seal: Seal) -> dict[str, Any]:
    """Of the statement `settle`."""
    problem = one.problem or _NO_PROBLEM
    return {
        "id": one.id,
        "owner": owner,
        "state": one.state,
        "due": due,
        "tried": int(one.tried),
        "alone": int(one.alone),
        "sent_at": one.sent_at,
        "now": now,
        "outcome": one.outcome,
        "record": one.record,
        "record_key": one.record_key,
        "code": problem.code or None,
        "message": problem.message or None,
        "field": problem.field,
        "spec": problem.spec,
        "class": problem.kind if one.problem else None,
        "waits_for": one.waits_for,
        "answer": seal.close_text(one.answer),
    }


def of_polled(flow: str, one: Polled) -> tuple[str, dict[str, Any]]:
    """The statement that tells or forgets a key, and its parameters."""
    where = {"flow": flow, "key": one.key}
    if one.hash is None:
        return "forget", where
    return "tell", {**where, "hash": one.hash, "before": one.before}


def of_try(one: Settled, call: Try, seal: Seal) -> dict[str, Any]:
    """Of the statement `insert_try`: as much as a person can read."""
    code = one.problem.code if one.problem else one.outcome
    answer = None if call.answer is None else call.answer[:ANSWER_KEPT]
    return {
        "id": one.id,
        "at": call.at,
        "agent": call.agent,
        "batch": call.batch,
        "state": one.state,
        "code": code,
        "sent": None if call.sent is None else seal.close(call.sent[:SENT_KEPT]),
        "answer": seal.close_text(answer),
    }


def tried(row: dict[str, Any], seal: Seal) -> dict[str, Any]:
    """A row of the statement `tries`, with what it holds opened."""
    return {**row, "sent": _open(row["sent"], seal), "answer": seal.open_text(row["answer"])}


def _open(kept: Any, seal: Seal) -> bytes | None:
    return None if kept is None else seal.open(bytes(kept))


def of_alarm(one: Placed, now: float) -> dict[str, Any]:
    """Of the statement `begin_alarm`."""
    return {**asdict(one.alarm), "place": one.place, "now": now}


def of_told(channel: str, alarm: Alarm, at: float | None) -> tuple[str, dict[str, Any]]:
    """The statement that remembers what a channel has told, and its parameters."""
    if at is None:
        where = {"channel": channel, "kind": alarm.kind, "subject": alarm.subject}
        return "untell_alarm", where
    return "tell_alarm", {**asdict(alarm), "channel": channel, "at": at}


def placed(row: Sequence[Any]) -> Placed:
    """A row of the statement `alarms`."""
    place, *alarm = row
    return Placed(place, Alarm(*alarm))


def first_event(row: Sequence[Any], seal: Seal) -> Leased:
    """A row of the statement `first_event`, as it is handed out."""
    id_, event_id, key, body, attempts, alone, state, came, sent, leased, trace = row
    before = State(state)
    if before is State.SENDING:  # the lease ran out: whether it was sent is not known
        before, sent = State.UNKNOWN, leased
    plain = seal.open(body)
    return Leased(id_, event_id, key, plain, attempts, alone, before, came, sent, trace)


def event_in_call(row: Sequence[Any]) -> Leased:
    """A row of the statement `held_by`: its body stays where it is."""
    id_, event_id, key, attempts, alone, received, leased = row
    return Leased(id_, event_id, key, b"", attempts, alone, State.SENDING, received, leased)


def moves() -> list[tuple[str, str]]:
    """Rows of the table `moves`."""
    return [(before, after) for before, afters in MOVES.items() for after in afters]
