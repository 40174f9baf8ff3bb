"""What a round of polling a source goes through: pages of documents, and where it stands after each."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Position:
    """
    Where the rounds of one source stand. Every value is plain JSON.

    Args:
        since: the watermark that the round under way began from, before the overlap.
        newest: the newest watermark that was seen.
        page: how the round's next page is asked for; None: no round is under way.
    """

    since: Any = None
    newest: Any = None
    page: Any = None

    def text(self) -> str:
        """As the store keeps it."""
        told = {"since": self.since, "newest": self.newest, "page": self.page}
        return json.dumps({name: value for name, value in told.items() if value is not None})

    @staticmethod
    def read(text: str) -> Position:
        """What `text` gave; a new source has none."""
        return Position(**json.loads(text)) if text else Position()

    def ended(self) -> Position:
        """After the last page: the next round begins from what is newest now."""
        return Position(since=self.newest, newest=self.newest)

    def anew(self) -> Position:
        """The same round from its first page."""
        return replace(self, page=None)


@dataclass(frozen=True, slots=True)
class Found:
    """One document: what tells it apart, what changes with it, and its JSON text and value."""

    id: str
    version: str
    raw: bytes
    value: Any


@dataclass(frozen=True, slots=True)
class Page:
    """Documents, and where the round stands once they are kept."""

    found: tuple[Found, ...]
    position: Position


class Source(Protocol):
    """Another system that is asked for documents."""

    def pages(self, position: Position) -> AsyncGenerator[Page, None]:
        """
        The pages of a round, from a position on.

        Raises TargetRefused or TargetUnavailable; TargetRefused with the code `page_gone` where the
        page of the position is not to be had any more.
        """
