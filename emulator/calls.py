"""What a thread works for, for what happens deep inside it: the HTTP call, and the script whose worker it holds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Call:
    """
    One call of the account's addresses.

    Args:
        address: restlet, suiteql, metadata or token.
        script: the script id of a RESTlet call.
        integration: the consumer key (client id) of the integration record it came by.
        owed: seconds that its answer has to wait; slow saves add to it.
    """

    address: str
    script: str | None = None
    integration: str | None = None
    owed: float = 0.0


current: ContextVar[Call | None] = ContextVar("call", default=None)
# Inside it the thread waits for something outside, and another script may run in place of its own.
waiting: ContextVar[Callable[[], AbstractContextManager[None]]] = ContextVar(
    "waiting", default=nullcontext
)
