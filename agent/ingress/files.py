"""Documents of watched folders into the inbox, and what became of them (the port `FileInbox`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agent.bundle import InboundFlow
from agent.documents import parse
from agent.inbox.states import ENDED, State
from agent.inbox.store import Store
from agent.ingress import intake
from agent.metrics import Metrics
from agent.ports import Accepted, FileDocument, FileProgress, FileResult


class StoredFiles:
    """
    Hands documents of files over to the store.

    Args:
        flows: file flows by name.
        store: the inbox.
        metrics: new documents are counted here.
        arrived: told of a flow that has new events.
    """

    def __init__(
        self,
        flows: Mapping[str, InboundFlow],
        store: Store,
        metrics: Metrics,
        arrived: Callable[[str], None],
    ) -> None:
        self._flows = flows
        self._store = store
        self._metrics = metrics
        self._arrived = arrived

    async def accept(
        self, flow: str, name: str, documents: Sequence[FileDocument], *, first: int = 0
    ) -> Accepted:
        """Commit documents; the same file again adds nothing."""
        plan = self._flows[flow]
        rows = []
        for ordinal, document in enumerate(documents, first):
            _, value = parse(document.raw)
            rows.append(
                intake.row(
                    plan,
                    document.raw,
                    value,
                    f"{name}#{ordinal}",
                    "file",
                    file=name,
                    ordinal=ordinal,
                    place=document.place,
                )
            )
        new = await self._store.accept(rows)
        self._metrics.accepted.labels(flow, "file").inc(sum(new))
        if any(new):
            self._arrived(flow)
        return Accepted(sum(new), len(new) - sum(new))

    async def progress(self, flow: str, name: str) -> FileProgress:
        """How far the documents of a file are."""
        open_ = done = failed = 0
        for state, _outcome, number in await self._store.progress(flow, name):
            if State(state) not in ENDED:
                open_ += number
            elif State(state) is State.DONE:
                done += number
            else:
                failed += number
        return FileProgress(open_, done, failed)

    async def results(
        self, flow: str, name: str, *, first: int = 0, limit: int = 1000
    ) -> Sequence[FileResult]:
        """What became of the documents, in order."""
        return [
            FileResult(
                ended=State(row["state"]) in ENDED,
                outcome=row["outcome"] or row["state"],
                key=row["record_key"],
                record=row["record"],
                code=row["code"],
                message=row["message"],
                field=row["field"],
                spec=row["spec"],
            )
            for row in await self._store.results(flow, name, first, limit)
        ]
