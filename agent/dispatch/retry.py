"""What becomes of an event that did not end well: the one place where that is decided."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from agent.config import RetrySection
from agent.inbox.model import Leased, Problem, Settled
from agent.inbox.states import State

# Outcomes of the RESTlet protocol that end an event well.
GOOD = frozenset({"created", "updated", "unchanged", "deleted", "skipped", "duplicate"})
DEFERRED_SECONDS = 1.0
STOPPING = frozenset({"permission", "config"})
# Another call has the key in hand, or had it when it was cut: it says nothing about the document.
IN_OTHER_HANDS = frozenset({"CLAIM_IN_PROGRESS"})


class Decide:
    """
    Turns answers into the next state of events.

    Args:
        retry: waits and bounds.
        clock: epoch seconds.
        uniform: a random number between two bounds (full jitter).
    """

    def __init__(
        self,
        retry: RetrySection,
        clock: Callable[[], float],
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._retry = retry
        self._clock = clock
        self._uniform = uniform

    @property
    def most_attempts(self) -> int:
        """Tries after which an event is given up."""
        return self._retry.attempts

    def wait(self, attempts: int) -> float:
        """Seconds before the next try after `attempts` tries: exponential, full jitter."""
        most = min(self._retry.max_seconds, self._retry.base_seconds * 2 ** min(attempts, 32))
        return self._uniform(0.0, most)

    def look(self, since: float, over: float) -> float:
        """
        Seconds until the account is asked again for what a cut call of `since` may be making.

        Half of the time since then, at least `base_seconds`, and never beyond `over`, when that
        call has ended.
        """
        now = self._clock()
        return max(0.0, min(max(self._retry.base_seconds, (now - since) / 2), over - now))

    def result(self, event: Leased, result: dict[str, Any], started: float) -> Settled:
        """What a document's result in the RESTlet protocol means."""
        outcome = str(result.get("outcome"))
        record = result.get("record")
        key = result.get("key")
        facts: dict[str, Any] = {
            "record": None if record is None else str(record),
            "record_key": None if key is None else str(key),
            "started": started,
        }
        if outcome in GOOD:
            answer = result.get("answer")
            reason = result.get("reason")
            return Settled(
                event.id,
                State.DONE,
                outcome=outcome,
                makes=tuple(map(str, result.get("makes") or ())),
                answer=None if answer is None else _json(answer),
                problem=None if reason is None else Problem("SKIPPED", str(reason)),
                **facts,
            )
        if outcome == "deferred":
            due = self._clock() + DEFERRED_SECONDS
            return Settled(event.id, State.WAITING, due=due, tried=False, **facts)
        return self._failed(event, _problem(result), result, facts)

    def again(
        self,
        event: Leased,
        problem: Problem,
        *,
        state: State = State.WAITING,
        after: float | None = None,
        alone: int = 0,
        sent_at: float | None = None,
        outage: bool = False,
        tried: bool = True,
    ) -> Settled:
        """
        Try an event again, or give it up after the last try: then it is dead.

        In an `outage` (nobody answers for the other side, or another call has the document in hand)
        only age counts: no event dies of a maintenance window.
        """
        now = self._clock()
        tries = event.attempts + 1
        too_often = tries >= self._retry.attempts and not outage
        if too_often or now - event.received_at > self._retry.max_age:
            return Settled(event.id, State.DEAD, outcome="gave_up", problem=problem)
        wait = self.wait(tries) if after is None else after
        return Settled(
            event.id,
            state,
            due=now + wait,
            tried=tried,
            problem=problem,
            alone=alone,
            sent_at=sent_at,
        )

    def blame(
        self, events: Sequence[Leased], settled: Sequence[Settled]
    ) -> tuple[list[Settled], Problem | None]:
        """
        Who is to blame for a missing permission or a wrong configuration: document or lane.

        Where a neighbour in the same call was done, it is the document, and it is held. Otherwise
        the second result says why the lane stops.
        """
        stopping = [s.problem for s in settled if s.problem and s.problem.kind in STOPPING]
        if not stopping:
            return list(settled), None
        if not any(one.state is State.DONE and one.outcome != "skipped" for one in settled):
            return list(settled), stopping[0]
        return [
            replace(self.held(event, one.problem), record_key=one.record_key)
            if one.problem and one.problem.kind in STOPPING
            else one
            for event, one in zip(events, settled, strict=True)
        ], None

    def back(self, event: Leased) -> Settled:
        """Not sent: as it was before it was taken."""
        state = State.UNKNOWN if event.before is State.UNKNOWN else State.WAITING
        return Settled(event.id, state, tried=False, alone=event.alone)

    def held(self, event: Leased, problem: Problem) -> Settled:
        """A person must look."""
        return Settled(event.id, State.HELD, outcome="held", problem=problem)

    def _failed(
        self, event: Leased, problem: Problem, result: dict[str, Any], facts: dict[str, Any]
    ) -> Settled:
        missing = (result.get("error") or {}).get("missing")
        if missing:
            waits = self._retry.missing_after
            if event.attempts < len(waits):
                due = self._clock() + waits[event.attempts]
                return Settled(
                    event.id,
                    State.WAITING,
                    due=due,
                    problem=problem,
                    waits_for=str(missing),
                    **facts,
                )
            return Settled(
                event.id,
                State.HELD,
                outcome="held",
                problem=problem,
                waits_for=str(missing),
                **facts,
            )
        if problem.kind == "retry":
            return self.again(event, problem, outage=problem.code in IN_OTHER_HANDS)
        if problem.kind in STOPPING:
            # The lane stops; the event is not to blame and keeps its attempts.
            return Settled(
                event.id, State.WAITING, due=self._clock(), tried=False, problem=problem, **facts
            )
        return Settled(event.id, State.HELD, outcome="held", problem=problem, **facts)


def _problem(result: dict[str, Any]) -> Problem:
    error = result.get("error") or {}
    field, spec = error.get("field"), error.get("spec")
    return Problem(
        str(error.get("code") or result.get("outcome") or "UNKNOWN"),
        str(error.get("message") or "the account gave no reason"),
        None if field is None else str(field),
        None if spec is None else str(spec),
        str(error.get("class") or "data"),
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
