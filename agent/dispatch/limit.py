"""
How many calls the account takes from us at once: learnt from what it refuses.

The limit is hidden and changes; other integrations take from it. A refusal with n calls under way
says that fewer than n fit now, and comes soon; that a call fits is known when it has been under way
for longer than refusals take. So the limit is not halved, it is searched:

    refused above what was proven      the limit is where the refusal says, and nothing is lost
    refused at what was proven         it fell, or somebody else takes slots: one less; refused again, a good deal less
    after each decrease                one call goes ahead as a feeler, the others follow when it is in
    nothing refused for long           one call more, as seldom as keeps refusals under 1 %; if it is in, more at once
"""

from __future__ import annotations

from dataclasses import dataclass

START = 4
# Calls that must succeed for one refusal that we bring about.
EARN = 0.0055
SAVED_MOST = 2.0
OWED_MOST = 2.0
# What is left after a limit that fell by more than one.
CUT = 0.8
# How much is tried at once while the account takes more and more.
STEP = 10
STEP_FIRST = 6
LEARN = 0.3
SOON = 0.01


@dataclass(frozen=True, slots=True)
class Call:
    """A call under way: how many were with it, and since when. `epoch` counts decreases before it."""

    n: int
    epoch: int
    started: float
    number: int = 0  # of the slot, where agents share them


@dataclass(slots=True)
class Limit:
    """
    What is known of the limit. Plain values, so that agents can share it as JSON.

    Args:
        most: calls that configuration allows the agents together.
        headroom: slots of the limit that are left to others.
        level: calls in flight that the account is believed to take.
        target: what is tried now; equal to `level` while nothing is tried.
        step: how many more are tried at once.
        ceiling: the least that was refused since the last growth; 0: nothing was.
        reached: when so many calls as `target` were under way first; 0: not yet.
        feeler: 0: none; -1: the next call is one; else when it began, and nothing follows until it
            is in.
        strikes: decreases in succession with nothing taken in between.
        credit: refusals that may be brought about.
        refusal_seconds: how long a refusal takes.
        epoch: decreases so far.
    """

    most: int
    headroom: int = 0
    level: int = START
    target: int = 0
    step: int = 1
    ceiling: int = 0
    reached: float = 0.0
    feeler: float = 0.0
    strikes: int = 0
    credit: float = 1.0
    refusal_seconds: float = 0.5
    epoch: int = 0

    def __post_init__(self) -> None:
        if not self.target:
            self.level = min(self.level, self.most)
            self._grow(1)

    @property
    def allowed(self) -> int:
        """Calls that may be under way now."""
        if self.target > self.level:
            return min(self.most, self.target)
        return max(1, min(self.most, self.level - self.headroom))

    @property
    def settling(self) -> float:
        """Seconds after which a call that was not refused is in."""
        return 2.0 * self.refusal_seconds

    def take(self, running: int, now: float) -> Call | None:
        """
        Begin one more call, for which there is work; None where it must wait.

        `running` calls are under way, `now` in seconds of a clock that all callers share.
        """
        self._tick(now)
        if self.feeler > 0:
            return None
        n = running + 1
        if n > self.allowed and self.target <= self.level:
            if self.credit < 1.0 or self.allowed >= self.most:
                return None
            self.ceiling, self.step = 0, 1
            self._grow(1)
        if n > self.allowed:
            return None
        if self.feeler < 0:
            self.feeler = now
        if n >= self.target > self.level and not self.reached:
            self.reached = now
        return Call(n, self.epoch, now)

    def waits(self, now: float) -> float | None:
        """Seconds until time alone may allow another call; None where only the end of one can."""
        begun = self.feeler if self.feeler > 0 else self.reached
        return max(SOON, begun + self.settling - now) if begun > 0 else None

    def taken(self, call: Call, now: float) -> None:
        """The account took a call: it has ended, well or not."""
        self.credit = min(SAVED_MOST, self.credit + EARN)
        if call.epoch == self.epoch:
            if self.feeler > 0 and call.started >= self.feeler:
                self._felt()
            if self.reached and call.n >= self.target:
                self.reached = min(self.reached, now - self.settling)
        self._tick(now)

    def refused(self, call: Call, now: float) -> None:
        """The account refused a call because too many were under way."""
        self.credit = max(-OWED_MOST, self.credit - 1.0)
        self.refusal_seconds += LEARN * (now - call.started - self.refusal_seconds)
        if call.epoch != self.epoch:
            # The same over-commitment as the refusal before: it only says more exactly how far it
            # went.
            self.target = min(self.target, max(1, call.n - 1))
            self.level = min(self.level, self.target)
            return
        self.epoch += 1
        if self.target > self.level and call.n > self.level - self.headroom:
            self.ceiling = call.n
            if call.n - 1 > self.level:
                # The others of this step may be refused yet: nothing more begins until that is
                # known.
                self.target, self.reached, self.feeler = call.n - 1, now, now
            else:
                self._settle(max(1, call.n - 1))
            return
        self.strikes += 1
        left = call.n - 1
        if self.strikes > 1:
            left = min(left, int(call.n * CUT))
        self._settle(max(1, left) + self.headroom)
        self.ceiling = call.n + self.headroom
        self.feeler = -1.0

    def login_refused(self, call: Call) -> None:
        """A login was refused while calls were under way: half of them at most, a feeler first."""
        if call.epoch == self.epoch:
            self.epoch += 1
            self._settle(max(1, call.n // 2))
            self.ceiling = 0
            self.feeler = -1.0

    def unused(self, call: Call) -> None:
        """A call that was begun never reached the account."""
        if call.epoch == self.epoch:
            if self.feeler > 0 and call.started == self.feeler:
                self.feeler = -1.0
            if call.n >= self.target:
                self.reached = 0.0

    def _tick(self, now: float) -> None:
        if self.feeler > 0 and now - self.feeler >= self.settling:
            self._felt()
        if self.target <= self.level:
            self.reached = 0.0
        if self.reached and now - self.reached >= self.settling:
            self.level = self.target
            # Before the first refusal the limit may be anywhere.
            most = self.level // (STEP if self.epoch else STEP_FIRST)
            self._grow(min(2 * self.step, max(1, most)))

    def _felt(self) -> None:
        """The feeler is in: what was cut too far is taken back."""
        self.feeler, self.strikes = 0.0, 0
        if self.target <= self.level:
            self._grow(max(1, self.level // STEP))

    def _grow(self, step: int) -> None:
        """Try more, up to what was refused and to what configuration allows."""
        self.reached = 0.0
        if self.ceiling:
            # Half of what lies between, so that the search ends with few refusals.
            step = min(step, max(1, (self.ceiling - 1 - self.level + 1) // 2))
        self.step = step
        top = min(self.most, self.ceiling - 1) if self.ceiling else self.most
        self.target = max(self.level, min(self.level + step, top))
        if self.level >= self.most:
            self.level = self.target = self.most + self.headroom

    def _settle(self, level: int) -> None:
        self.level = self.target = level
        self.step, self.reached, self.feeler = 1, 0.0, 0.0
