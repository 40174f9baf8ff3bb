"""
Events of one flow as files of a folder.

    part and list of its events ─► rename: the file is there ─► outcomes in the store ─► list away

A reader sees whole files alone, because a file gets its name by a rename. The list of a file's
events lies beside it until their outcomes are in the store: after a kill at any point a part with a
list is given its name, a part without one is dropped, and events of a list are not written again.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from agent.bundle import FolderTarget, OutboundFlow
from agent.documents import at, parse, text_of
from agent.errors import DeliveryError, TargetUnavailable
from agent.ports import Delivered, Outgoing
from agent.watch.claims import sync

T = TypeVar("T")
PART, LIST = ".part", ".events"
# A list whose events never came again: they were discarded.
FORGOTTEN_SECONDS = 40 * 86_400.0


class Place(Protocol):
    """
    A folder, here or elsewhere, with a hidden one inside for what is not whole.

    Every method raises TargetUnavailable where the folder cannot be reached.
    """

    async def hidden(self) -> list[str]:
        """Names in the hidden folder, which is made where it is not there."""

    async def read(self, name: str) -> bytes:
        """A hidden file; empty where it is gone."""

    async def write(self, name: str, data: bytes) -> None:
        """Write a hidden file whole, and to the disk."""

    async def publish(self, hidden: str, name: str) -> None:
        """Move a hidden file out under its name; one that is not there was moved by somebody else."""

    async def remove(self, name: str) -> None:
        """Remove a hidden file, if it is there."""

    async def aclose(self) -> None:
        """Close connections."""


class FolderWriter:
    """
    Writes events of one flow (`agent.ports.Destination`).

    Args:
        flow: the flow; its target is a folder.
        place: the folder.
        gather_seconds: how long events are waited for, so that more of them are one file.
        clock: epoch seconds, for names.
    """

    def __init__(
        self,
        flow: OutboundFlow,
        place: Place,
        *,
        gather_seconds: float = 0.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        assert flow.target.folder is not None
        self._flow = flow.flow
        self._plan: FolderTarget = flow.target.folder
        self._place = place
        self._clock = clock
        self.gather_seconds = gather_seconds
        self._one = asyncio.Lock()
        self._written: dict[str, str] | None = None  # events that stand in a file, by id
        self._open: dict[str, set[str]] = {}  # their files, with those that are not in the store

    @property
    def most(self) -> int:
        """Events of one file."""
        return self._plan.most

    async def deliver(self, events: Sequence[Outgoing]) -> Sequence[Delivered | DeliveryError]:
        """One file of those that stand in none."""
        async with self._one:
            if self._written is None:
                self._written = await self._recover()
            fresh = [event for event in events if event.id not in self._written]
            if fresh:
                name = await self._write(fresh)
                self._written |= {event.id: name for event in fresh}
                self._open[name] = {event.id for event in fresh}
            return [Delivered(200, self._written[event.id]) for event in events]

    async def settled(self, events: Sequence[Outgoing]) -> None:
        """Forget the events; a list goes with the last of its own."""
        async with self._one:
            written = self._written or {}
            for event in events:
                name = written.pop(event.id, None)
                left = self._open.get(name or "")
                if left is None:
                    continue
                left.discard(event.id)
                if not left:
                    del self._open[str(name)]
                    await self._place.remove(f"{name}{LIST}")

    async def aclose(self) -> None:
        """Close the place."""
        await self._place.aclose()

    async def _write(self, events: Sequence[Outgoing]) -> str:
        stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(self._clock()))
        ending = "csv" if self._plan.format == "csv" else "jsonl"
        name = f"{self._flow}-{stamp}-{secrets.token_hex(4)}.{ending}"
        await self._place.write(name + PART, self._content(events))
        ids = [event.id for event in events]
        await self._place.write(
            name + LIST, json.dumps({"at": self._clock(), "events": ids}).encode()
        )
        await self._place.publish(name + PART, name)
        return name

    async def _recover(self) -> dict[str, str]:
        """What a process that is gone has left: parts with a list are whole, others are not."""
        names = set(await self._place.hidden())
        written: dict[str, str] = {}
        for name in sorted(names):
            if name.endswith(PART) and name.removesuffix(PART) + LIST not in names:
                await self._place.remove(name)
            if not name.endswith(LIST):
                continue
            file = name.removesuffix(LIST)
            try:
                kept = json.loads(await self._place.read(name))
            except ValueError:
                continue  # it goes by its age
            if file + PART in names:
                await self._place.publish(file + PART, file)
            if kept["at"] < self._clock() - FORGOTTEN_SECONDS:
                await self._place.remove(name)
                continue
            written |= dict.fromkeys(kept["events"], file)
            self._open[file] = set(kept["events"])
        return written

    def _content(self, events: Sequence[Outgoing]) -> bytes:
        if self._plan.format == "json_lines":
            # Between the tokens of JSON a line break is white space; within text it is escaped.
            lines = (event.data.replace(b"\r", b" ").replace(b"\n", b" ") for event in events)
            return b"".join(line + b"\n" for line in lines)
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(self._plan.columns)
        for event in events:
            value = parse(event.data)[1]
            writer.writerow(_cell(at(value, path)) for path in self._plan.columns.values())
        return text.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text_of(value) or ""


class LocalPlace:
    """
    A folder of this machine (`Place`).

    Args:
        folder: where files appear; it must be there.
        name: of the hidden folder inside.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._hidden = folder / name

    async def hidden(self) -> list[str]:
        """Names in the hidden folder."""
        return await self._do(self._names)

    async def read(self, name: str) -> bytes:
        """A hidden file."""
        return await self._do(lambda: (self._hidden / name).read_bytes())

    async def write(self, name: str, data: bytes) -> None:
        """Write a hidden file whole, and to the disk."""
        await self._do(lambda: self._write(self._hidden / name, data))

    async def publish(self, hidden: str, name: str) -> None:
        """Move a hidden file out under its name."""

        def move() -> None:
            try:
                (self._hidden / hidden).rename(self._folder / name)
            except FileNotFoundError:
                return
            sync(self._folder)

        await self._do(move)

    async def remove(self, name: str) -> None:
        """Remove a hidden file, if it is there."""
        await self._do(lambda: (self._hidden / name).unlink(missing_ok=True))

    async def aclose(self) -> None:
        """Nothing is open."""

    async def _do(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise TargetUnavailable("folder", f"{self._folder}: {reason}") from error

    def _names(self) -> list[str]:
        self._hidden.mkdir(exist_ok=True)
        return [path.name for path in self._hidden.iterdir()]

    def _write(self, path: Path, data: bytes) -> None:
        draft = path.with_name(path.name + ".draft")
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync(self._hidden)
