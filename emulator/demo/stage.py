"""The stage of a demo: the built project, the account and the agent, each a process of its own."""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from emulator.control import Control
from emulator.errors import EmulatorError

Json = dict[str, Any]

START_SECONDS = 60.0
STOP_SECONDS = 20.0
HEAD = """\
bundle = "sdf_project/flows.json"
environment = "sandbox"
listen = "127.0.0.1:{port}"
store = "inbox.db"

[secrets]
source = ["secrets"]

"""
COMMANDS = {"suiteloom": "generator.cli", "suiteloom-agent": "agent.cli"}


class StageError(EmulatorError):
    """Something on the stage did not start or did not answer; the message ends with its log."""


def external_id(record: Json) -> str | None:
    """The external id of a record of the control API."""
    value = record.get("externalid") or record["fields"].get("externalid")
    return str(value) if value else None


class Stage:
    """
    Builds a project and runs it.

    Args:
        project: folder with project.yaml.
        folder: where everything that is made lies; made where it is missing.
        say: progress for a person.
    """

    def __init__(self, project: Path, folder: Path, say: Callable[[str], None]) -> None:
        self.project = project
        self.folder = folder
        self._say = say
        self._processes: list[tuple[str, subprocess.Popen[bytes], Path]] = []
        self._environ = dict(os.environ)
        self.secrets: dict[str, str] = {}
        self.bundle: Json = {}
        self.account: Control
        self.account_url = ""
        self.agent_url = ""

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # --- starting and stopping ------------------------------------------------------------------

    def build(self) -> None:
        """Compile the specs; make up a value for every secret that the project names."""
        self._say(f"building {self.project.name}")
        self.command("suiteloom", "build", "--project", str(self.project), "--out", str(self.sdf))
        self.bundle = json.loads((self.sdf / "flows.json").read_text("utf-8"))
        for secret in self.bundle["secrets"]:
            value = base64.b64encode(secrets.token_bytes(32)).decode()
            self.secrets[secret["name"]] = value
            self._environ[_variable(secret["name"])] = value
        self.secrets["agent_token"] = secrets.token_urlsafe(24)
        # The agent reads them from files, so that its commands work in any shell while it runs.
        folder = self.folder / "secrets"
        folder.mkdir(mode=0o700, exist_ok=True)
        for name, value in self.secrets.items():
            (folder / name).write_text(value, "utf-8")

    def start_account(self) -> None:
        """Deploy what was built to a new account and put its first records there."""
        self._say("starting the account")
        ready = self._start(
            "account",
            "suiteloom",
            "emulate",
            "--project",
            str(self.sdf),
            "--port",
            "0",
            "--exit-with-parent",
        )
        self.account_url = ready["url"]
        self.account = Control(self.account_url)
        records = self.project / "account.json"
        if records.is_file():
            self.account.seed(json.loads(records.read_text("utf-8"))["records"])

    def start_agent(self, config: str) -> None:
        """Start the agent and let the account find it; `config` is agent.toml after its head."""
        self._say("starting the agent")
        self.config.write_text(HEAD.format(port=_free_port()) + config, "utf-8")
        ready = self._start(
            "agent",
            "suiteloom-agent",
            "run",
            "--config",
            str(self.config),
            "--netsuite",
            str(self.folder / "account.ready"),
        )
        self.agent_url = ready["url"]
        environment = next(iter(self.bundle["environments"].values()))
        self.account.hosts({environment["agent_url"]: self.agent_url})

    def stop(self) -> None:
        """Stop what runs, the agent first."""
        for _, process, _ in reversed(self._processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()
        if hasattr(self, "account"):
            self.account.close()

    # --- while it runs --------------------------------------------------------------------------

    @property
    def sdf(self) -> Path:
        """The SDF project that was built."""
        return self.folder / "sdf_project"

    @property
    def config(self) -> Path:
        """The agent's configuration."""
        return self.folder / "agent.toml"

    def command(self, name: str, *words: str) -> str:
        """Run a command to its end and return what it printed."""
        done = subprocess.run(
            self._words(name, *words), env=self._environ, capture_output=True, check=False
        )
        if done.returncode:
            text = (done.stdout + done.stderr).decode(errors="replace")
            raise StageError(f"{name} {words[0]} failed:\n{text}")
        return done.stdout.decode()

    def wait_for(self, what: str, done: Callable[[], bool], seconds: float) -> bool:
        """Wait until something holds; False (and a line) when it does not in time."""
        end = time.monotonic() + seconds
        while not done():
            for name, process, log in self._processes:
                if process.poll() is not None:
                    raise StageError(f"the {name} has ended:\n{_tail(log)}")
            if time.monotonic() > end:
                self._say(f"gave up waiting for {what} after {seconds:.0f} s")
                return False
            time.sleep(0.2)
        return True

    # --- inside ---------------------------------------------------------------------------------

    def _start(self, title: str, name: str, *words: str) -> Json:
        ready, log = self.folder / f"{title}.ready", self.folder / f"{title}.log"
        ready.unlink(missing_ok=True)
        with log.open("ab") as out:
            process = subprocess.Popen(
                self._words(name, *words, "--ready-file", str(ready)),
                env=self._environ,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        self._processes.append((title, process, log))
        end = time.monotonic() + START_SECONDS
        while True:
            if process.poll() is not None:
                raise StageError(f"the {title} has ended:\n{_tail(log)}")
            try:
                data: Json = json.loads(ready.read_text("utf-8"))
            except (FileNotFoundError, ValueError):
                if time.monotonic() > end:
                    raise StageError(f"the {title} did not start:\n{_tail(log)}") from None
                time.sleep(0.05)
            else:
                return data

    @staticmethod
    def _words(name: str, *words: str) -> list[str]:
        # The module of the command, in this very Python: works from a checkout and from a wheel.
        code = f"import sys; sys.argv[0] = {name!r}; from {COMMANDS[name]} import main; main()"
        return [sys.executable, "-c", code, *words]


def _variable(secret: str) -> str:
    return "SUITELOOM_SECRET_" + secret.upper().replace("-", "_")


def _free_port() -> int:
    """A port of this agent's own, known beforehand: its commands look for it in agent.toml."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tail(log: Path, lines: int = 25) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])
