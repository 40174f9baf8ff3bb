"""A relay between two sides that cuts, delays and trickles, by a seed."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass

CHUNK = 65_536


@dataclass
class Weather:
    """
    How bad it is now.

    Args:
        cut: chance that a connection ends in the middle of a piece.
        refuse: chance that a new connection is closed at once.
        delay: seconds that a piece waits at most.
    """

    cut: float = 0.0
    refuse: float = 0.0
    delay: float = 0.0


FAIR = Weather()
STORM = Weather(cut=0.15, refuse=0.2, delay=0.05)


class Relay:
    """
    Listens on a port of its own and relays to one of the ports in `to`, which may go away and come back.

    `weather` may be changed while it runs.
    """

    def __init__(self, to: Sequence[int], seed: int) -> None:
        self.to = to
        self.weather = FAIR
        self.cuts = 0
        self._random = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        started.wait()

    @property
    def url(self) -> str:
        """Where to connect instead."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Cut everything and end."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._loop.close()

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve(started))

    async def _serve(self, started: threading.Event) -> None:
        self._ended = asyncio.Event()
        self._open: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port: int = server.sockets[0].getsockname()[1]
        started.set()
        await self._ended.wait()
        server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            if self._random.random() < self.weather.refuse:
                return
            far_reader, far_writer = await asyncio.open_connection(
                "127.0.0.1", self._random.choice(self.to)
            )
            try:
                await self._both(reader, writer, far_reader, far_writer)
            finally:
                far_writer.transport.abort()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self._open.discard(task)

    async def _both(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        ways = [
            asyncio.create_task(self._pipe(reader, far_writer)),
            asyncio.create_task(self._pipe(far_reader, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(CHUNK):
            if self.weather.delay:
                await asyncio.sleep(self._random.uniform(0, self.weather.delay))
            if self._random.random() < self.weather.cut:
                writer.write(piece[: self._random.randrange(len(piece))])
                with contextlib.suppress(OSError):
                    await writer.drain()
                self.cuts += 1
                return
            writer.write(piece)
            await writer.drain()
