"""
The seams inside the agent: what the engine expects of the parts at its edges.

Documents and payloads travel as the JSON text they came in (`bytes`): numbers keep their digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from agent.errors import DeliveryError

Json = dict[str, Any]


class NetSuite(Protocol):
    """
    The account's RESTlets.

    Every method raises a `agent.errors.CallError`: NotSent, Throttled, Unauthorized, Denied,
    Unknown or BadAnswer.
    """

    async def call(
        self,
        script: str,
        deploy: str,
        body: Json | bytes,
        *,
        timeout: float,  # noqa: ASYNC109 - a call that is cut is an outcome of its own
    ) -> Json:
        """
        POST to a RESTlet and return its JSON object.

        Args:
            script: script id, `customscript_...`.
            deploy: deployment id, `customdeploy_...`.
            body: an object, or JSON text that is sent as it is (documents with their own digits).
            timeout: seconds until the call counts as cut; the outcome is then Unknown.
        """

    async def get(self, script: str, deploy: str) -> Json:
        """GET a RESTlet and return its JSON object."""

    async def aclose(self) -> None:
        """Close connections."""


@dataclass(frozen=True, slots=True)
class VerifiedCall:
    """A call whose sender is proven. `id_hint` is the sender's own id (webhook-id, X-Shopify-Event-Id)."""

    id_hint: str | None


class Verify(Protocol):
    """Proves who sent a call, on its raw bytes (`agent.ingress.verify.verify`)."""

    def __call__(
        self,
        kind: str,
        options: Mapping[str, Any],
        secrets: Sequence[str],
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        now: float,
    ) -> VerifiedCall:
        """
        Return for a proven call; raise SignatureError or TooOld.

        Args:
            kind: `standard_webhooks`, `hmac_sha256`, `shopify`, `stripe`, `bearer`, `basic`, ...
            options: the flow's `verify` options as in flows.json, without kind and secret;
                `tolerance_seconds` is filled in from the configuration where the flow has none.
            secrets: values that are good (two during a rotation).
            method: HTTP method, upper case.
            url: the address as the sender saw it.
            headers: names in lower case.
            body: the raw bytes.
            now: epoch seconds.
        """


@dataclass(frozen=True, slots=True)
class FileDocument:
    """One document of a file: its JSON text and the place it came from, for reports (`rows 12-15`)."""

    raw: bytes
    place: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of documents handed over: new ones in the inbox, and repeated ones."""

    new: int
    repeated: int


@dataclass(frozen=True, slots=True)
class FileResult:
    """
    What became of one document of a file, for the report beside the file.

    `ended` is false while the agent still works on it. `outcome` is the RESTlet protocol's word
    (created, unchanged, failed, ...) or `held` and `dead`; the rest is the error's, where there is
    one.
    """

    ended: bool
    outcome: str
    key: str | None = None
    record: str | None = None
    code: str | None = None
    message: str | None = None
    field: str | None = None
    spec: str | None = None


@dataclass(frozen=True, slots=True)
class FileProgress:
    """How many documents of a file are open, have ended well, and have not (held, dead, failed)."""

    open: int = 0
    done: int = 0
    failed: int = 0


class FileInbox(Protocol):
    """
    Where a folder hands its documents over and asks what became of them.

    `name` is the claimed name, unique for every file that was dropped and the same when a claimed
    file is read again after a crash; ids are made from it and the document's ordinal, so handing
    the same file over twice adds nothing.
    """

    async def accept(
        self, flow: str, name: str, documents: Sequence[FileDocument], *, first: int = 0
    ) -> Accepted:
        """Commit documents; returns afterwards. Large files come in chunks: `first` is the ordinal of the first."""

    async def progress(self, flow: str, name: str) -> FileProgress:
        """How far the documents of a file are."""

    async def results(
        self, flow: str, name: str, *, first: int = 0, limit: int = 1000
    ) -> Sequence[FileResult]:
        """What became of the documents from ordinal `first` on, in order."""


class FolderWatcher(Protocol):
    """One watched folder of one file flow (`agent.watch.folders.FolderWatcher`)."""

    async def start(self) -> None:
        """Take up files that were claimed and not finished, then watch."""

    async def stop(self) -> None:
        """Stop watching; a file half read stays claimed and is read again at the next start."""


@dataclass(frozen=True, slots=True)
class OutboundEvent:
    """An event on its way to a flow's target. `id` is sent as webhook-id and the same over retries."""

    id: str
    flow: str
    method: str
    path: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Delivered:
    """A target's 2xx. `record` is what `target.id_path` finds in its answer, as text; `body` the answer."""

    status: int
    record: str | None = None
    body: bytes = b""


class Asked(Protocol):
    """Where documents are got, one per connection (`agent.targets.http.HttpTarget`)."""

    async def get(self, address: str) -> bytes:
        """The body of a GET; `address` is path and query. Raises TargetRefused or TargetUnavailable."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """
    An event on its way out of its lane.

    Args:
        id: the same over all attempts.
        kind: the event's own word: `create`, `edit`, `delete`, `poll`, ...
        data: the payload, JSON text.
    """

    id: str
    kind: str
    data: bytes


class Destination(Protocol):
    """Where the events of one flow go (`agent.targets`)."""

    @property
    def most(self) -> int:
        """Events of one delivery at most."""

    @property
    def gather_seconds(self) -> float:
        """How long events are waited for, so that more of them are one delivery."""

    async def deliver(self, events: Sequence[Outgoing]) -> Sequence[Delivered | DeliveryError]:
        """
        Deliver once; what became of each event, in their order.

        Raises TargetRefused or TargetUnavailable where it is the same for all of them.
        """

    async def settled(self, events: Sequence[Outgoing]) -> None:
        """What became of delivered events is in the store."""

    async def aclose(self) -> None:
        """Close connections."""
