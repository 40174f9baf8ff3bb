"""
A batch that fails as a whole: whether one of its documents is to blame, and which.

The batch is halved, and the half that fails again, until the document that fails is alone. What its
neighbours wait for is the length of a few calls, and the document is held with its own cause.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from agent.errors import CallError
from agent.inbox.model import SINGLY, Leased
from agent.inbox.states import State

# NetSuite ended the script: the batch was too much for it, not for the network.
TOO_MUCH = frozenset({"SSS_TIME_LIMIT_EXCEEDED", "SSS_USAGE_LIMIT_EXCEEDED"})
# A document that was too much alone is tried so often: the account may have been slow.
LONE_TRIES = 2


def suspected(error: CallError, events: Sequence[Leased], good_at: float) -> bool:
    """
    Whether a document may be to blame for a call without results, and not the way there.

    So where the script ended in an error or did not come to its end; after a cut or a 5xx without a
    cause only where the documents were in such a call before, and others got through since
    (`good_at`, epoch seconds).
    """
    if error.code in TOO_MUCH or error.code == "TIME_OUT" or _by_script(error):
        return True
    return any(got_through_since(event, good_at) for event in events)


def convicted(error: CallError, event: Leased, good_at: float, attempts: int) -> bool:
    """Whether a document that was sent alone, and failed alone for the last of `attempts`, is to blame."""
    tries = event.attempts + 1
    if error.code in TOO_MUCH:
        return tries >= LONE_TRIES
    return got_through_since(event, good_at) and tries >= attempts


def got_through_since(event: Leased, good_at: float) -> bool:
    """Whether others were done after the last call with the event, which was cut."""
    return event.before is State.UNKNOWN and good_at > (event.sent_at or good_at)


def halves(events: Sequence[Leased]) -> list[int]:
    """For each event the part of the batch that it is sent with from now on."""
    middle = (len(events) + 1) // 2
    return [
        part
        for half in (events[:middle], events[middle:])
        for part in [SINGLY if len(half) == 1 else SINGLY + 1 + secrets.randbelow(2**30)]
        * len(half)
    ]


def _by_script(error: CallError) -> bool:
    """NetSuite names a cause where a script failed; a proxy and a maintenance page do not."""
    return error.status in (400, 500) and not error.code.startswith("HTTP_")
