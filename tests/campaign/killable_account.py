"""The account of a campaign: a process that can be killed and started again on the same state."""

from __future__ import annotations

import contextlib
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

PROJECT = Path(__file__).parent / "project"
BIN = Path(sys.executable).parent


class Account:
    """
    `suiteloom emulate` on the campaign's project.

    Args:
        folder: for state, log and ready file.
        port: where it answers, over all its lives.
        env: the process's environment.
    """

    def __init__(self, folder: Path, port: int, env: Mapping[str, str]) -> None:
        self._folder = folder
        self.port = port
        self._env = dict(env)
        self._process: subprocess.Popen[bytes] | None = None
        self.deaths: list[float] = []
        self.ready = folder / "account-ready.json"
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}/emulator", timeout=60)
        self._ahead = 0.0

    def start(self) -> None:
        """Start and wait until it answers."""
        self.ready.unlink(missing_ok=True)
        with (self._folder / "account.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(BIN / "suiteloom"), "emulate", "--project", str(PROJECT),
                 "--port", str(self.port), "--ready-file", str(self.ready),
                 "--state", str(self._folder / "account")],
                env=self._env, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + 90
        while not self.ready.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                text = (self._folder / "account.log").read_text(errors="replace")[-4000:]
                raise AssertionError(f"the account did not start\n{text}")
            time.sleep(0.02)

    def kill(self) -> None:
        """kill -9, and a start on what it left."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self.deaths.append(time.time() + self._ahead)
        self.start()
        self.fair()

    def close(self) -> None:
        """End it."""
        self._client.close()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)

    def post(self, path: str, body: object) -> Any:
        """A control call."""
        answer = self._client.post(path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def fault(self, **fault: object) -> None:
        """Set a fault until `fair`."""
        self.post("/faults", fault)

    def fair(self) -> None:
        """Take all faults away."""
        self._client.delete("/faults")
        if self._ahead:
            self.fault(name="clock_skew", seconds=self._ahead)

    def advance(self, seconds: float) -> None:
        """Move the account's clock on, and that of its door with it."""
        self._ahead += seconds
        self.post("/clock", {"advance": seconds})
        self.fair()

    def saves(self, record: str, field: str) -> dict[str, list[tuple[str, float]]]:
        """
        By internal id, what a field was changed to and when (the account's clock), by its system notes.

        The field `record` stands for the record itself: when it was made.
        """
        found: dict[str, list[tuple[str, float]]] = {}
        with contextlib.closing(sqlite3.connect(self._folder / "account" / "account.db")) as db:
            rows = db.execute(
                "SELECT record, new, moment FROM system_note WHERE type = ? AND upper(field) = upper(?)"
                " ORDER BY id",
                (record, field),
            )
            for id, new, moment in rows:
                found.setdefault(str(id), []).append((str(new), moment / 1000))
        return found

    def records(self, record: str) -> list[dict[str, Any]]:
        """All records of a type, as the account has them."""
        answer = self._client.get("/records", params={"type": record})
        assert answer.status_code < 300, answer.text
        return list(json.loads(answer.content)["records"])
