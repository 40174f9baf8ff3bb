"""How many documents go into one call: as many as the bill allows and the clock does."""

from __future__ import annotations

import math
from dataclasses import dataclass

LEARN = 0.2
# How far from the usual a document may be: mean + so many times the mean deviation.
DEVIATIONS = 2.0
GROW_AFTER = 20
GROW_BY = 0.05


@dataclass(slots=True)
class BatchSize:
    """
    The size of a flow's batches.

    Args:
        most: the bundle's bound (units of NetSuite).
        target: seconds in which a call is expected to end.
        bound: what cut calls have left of `most`; grows back slowly. 0: `most`.
        seconds, deviation: of one document; 0: not known.
        good: calls that ended well since the last growth.
    """

    most: int
    target: float
    bound: int = 0
    seconds: float = 0.0
    deviation: float = 0.0
    good: int = 0

    def __post_init__(self) -> None:
        self.bound = self.bound or self.most

    @property
    def size(self) -> int:
        """Documents of the next call, at least one."""
        usual = self.seconds + DEVIATIONS * self.deviation
        by_time = self.most if usual <= 0 else math.floor(self.target / usual)
        return max(1, min(self.most, self.bound, by_time))

    def under(self, most: int, target: float) -> BatchSize:
        """What is known of a document, under other bounds."""
        bound = 0 if self.bound == self.most else min(self.bound, most)
        return BatchSize(most, target, bound, self.seconds, self.deviation)

    def ended(self, documents: int, seconds: float) -> None:
        """A call ended well: `documents` were worked on in `seconds`, the longer of the script's clock and ours."""
        if documents > 0:
            self._learn(seconds / documents)
        self.good += 1
        if self.good >= GROW_AFTER and self.bound < self.most:
            self.good = 0
            self.bound = min(self.most, self.bound + max(1, int(self.bound * GROW_BY)))

    def cut(self, documents: int) -> None:
        """A call was cut or ended by the account: half of it at most, from now on."""
        self.good = 0
        self.bound = max(1, min(self.bound, documents) // 2)

    def pardon(self) -> None:
        """It was one document, which is found: the others go as before."""
        self.bound = self.most

    def _learn(self, each: float) -> None:
        if not self.seconds:
            self.seconds, self.deviation = each, each / 2
            return
        self.deviation += LEARN * (abs(each - self.seconds) - self.deviation)
        self.seconds += LEARN * (each - self.seconds)
