"""
Scenario files: what goes wrong, written down (YAML or TOML).

    seed: 7                 # of every fault that names none
    concurrency: 3
    clock: "2026-11-24T10:00:00Z"
    faults:
      - {name: slow, address: restlet, seconds: 0.2, jitter: 0.5}
      - {name: timeout_after_save, rate: 0.05}

Faults are those of `POST /emulator/faults`. Mistakes are told with file and line, all at once.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emulator.door.faults import Fault, Faults
from emulator.errors import UsageError
from generator.spec.source import Source


class Scenario(BaseModel):
    """A scenario as its file has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = 0
    concurrency: int | None = Field(default=None, ge=1)
    clock: str | None = None
    faults: tuple[Fault, ...] = ()


class Stage(Protocol):
    """What a scenario sets besides faults."""

    def clock(self, advance: float | None, set_to: str | None) -> str:
        """Set the account's clock."""

    def concurrency(
        self, limit: int | None = None, integration: str | None = None
    ) -> dict[str, Any]:
        """Set the concurrency limit."""


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file. UsageError names every mistake with file and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    lines: _Lines = _Toml(path.name, text) if path.suffix == ".toml" else _Yaml(path.name, text)
    try:
        return Scenario.model_validate_json(json.dumps(lines.data, default=str))
    except ValidationError as error:
        raise UsageError("\n".join(_findings(path.name, lines, error))) from None


def play(scenario: Scenario, stage: Stage, faults: Faults) -> list[int]:
    """Put a scenario in place of the faults that are set; the numbers of its faults."""
    faults.clear()
    if scenario.concurrency is not None:
        stage.concurrency(scenario.concurrency)
    if scenario.clock is not None:
        stage.clock(None, scenario.clock)
    return [
        faults.set(
            fault
            if "seed" in fault.model_fields_set
            else fault.model_copy(update={"seed": scenario.seed})
        )
        for fault in scenario.faults
    ]


class _Lines(Protocol):
    data: Any

    def line(self, loc: tuple[int | str, ...]) -> int:
        """The line of a key or index from the root."""


class _Yaml:
    def __init__(self, name: str, text: str) -> None:
        self._source = Source(name, text)
        if self._source.diagnostics:
            raise UsageError(
                "\n".join(f"{d.file}:{d.line}: {d.message}" for d in self._source.diagnostics)
            )
        self.data = self._source.data

    def line(self, loc: tuple[int | str, ...]) -> int:
        return self._source.key(loc).line


class _Toml:
    def __init__(self, name: str, text: str) -> None:
        self._lines = text.splitlines()
        try:
            self.data: Any = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            at = re.search(r"at line (\d+)", str(error))
            line = at[1] if at else str(len(self._lines))
            raise UsageError(f"{name}:{line}: {error}") from None

    def line(self, loc: tuple[int | str, ...]) -> int:
        """Tomllib keeps no lines: the n-th `[[faults]]`, then the key below it."""
        heads = [n for n, text in enumerate(self._lines, 1) if text.strip() == "[[faults]]"]
        start = 1
        if len(loc) > 1 and isinstance(loc[1], int) and loc[1] < len(heads):
            start = heads[loc[1]]
        key = re.compile(rf"\s*{re.escape(str(loc[-1]))}\s*=") if loc else None
        for number in range(start, len(self._lines) + 1):
            if key is not None and key.match(self._lines[number - 1]):
                return number
            if number > start and number in heads:
                break
        return start


def _findings(name: str, lines: _Lines, error: ValidationError) -> list[str]:
    found = []
    for one in error.errors():
        where = ".".join(str(part) for part in one["loc"])
        message = one["msg"].removeprefix("Value error, ")
        found.append(f"{name}:{lines.line(one['loc'])}: {where + ': ' if where else ''}{message}")
    return found
