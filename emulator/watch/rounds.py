"""One round after each save: build, deploy, test. Nothing that is wrong in a project ends it."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from emulator.control import Control
from emulator.errors import DeployError, EmulatorError
from emulator.trial.report import rendered
from emulator.trial.run import run_on
from emulator.trial.stage import Stage
from emulator.watch.touched import touched
from generator.errors import GeneratorError, ProjectError
from generator.memory import Memory
from generator.plan.project import ProjectPlan
from generator.project import build
from generator.report.text import count, listing
from generator.spec.diagnose import Diagnostic

_SHOWN = 8

Say = Callable[[str], None]


class Rounds:
    """
    The rounds of one `suiteloom watch`.

    Args:
        folder: the project folder.
        out: where it is built.
        emulator: the address of an emulator that runs, or its ready file; None for none.
        tests: whether spec tests are run, in an account of this process.
        say: prints for a person.
    """

    def __init__(
        self, folder: Path, out: Path, *, emulator: str | None, tests: bool, say: Say
    ) -> None:
        self._folder = folder
        self._out = out
        self._emulator = emulator
        self._tests = tests
        self._say = say
        self._memory = Memory.of(folder)
        self._last: ProjectPlan | None = None
        self._due: set[str] = set()
        self._warned: set[Diagnostic] = set()
        self._stage: Stage | None = None
        self._open = ExitStack()

    def __enter__(self) -> Rounds:
        return self

    def __exit__(self, *_: object) -> None:
        self._memory.save()
        self._open.close()

    def round(self, saved: Collection[str]) -> bool:
        """
        What these saves mean; empty at the start.

        Returns:
            Whether all went well.
        """
        listed = ", ".join(list(saved)[:_SHOWN]) + (" ..." if len(saved) > _SHOWN else "")
        self._say(f"{time.strftime('%H:%M:%S')}  {listed or 'start'}")
        try:
            plan = self._build(saved)
            if plan is None:
                return False
            deployed = self._deploy()
            return self._try(plan) and deployed
        except ProjectError as fault:
            shown, standing = self._news(fault.diagnostics, saved)
            self._warned.update(standing)  # what later checks warn of is not found before
            before = f", {len(standing)} of them as before" if standing else ""
            self._say(f"{listing(shown)}\n\n{count(fault.diagnostics)}{before}")
        except DeployError as fault:
            self._say("\n".join(["does not deploy:", *map(str, fault.findings)]))
        except (GeneratorError, EmulatorError) as fault:
            self._say(f"error: {fault}")
        except Exception:  # noqa: BLE001 - the next save may mend it, and ends nothing
            self._say(
                f"a fault of suiteloom, not of the project:\n{traceback.format_exc(limit=-3)}"
            )
        return False

    def _build(self, saved: Collection[str]) -> ProjectPlan | None:
        with self._timed() as took:
            result = build(self._folder, self._out, memory=self._memory)
        flows = {each.flow: each.file for each in result.plan.inbound}
        flows |= {each.flow: each.file for each in result.plan.outbound}
        found = touched(self._folder, self._last, result.plan, saved)
        self._warn(result.warnings, {*saved, *(flows[flow] for flow in found)})
        lines = result.lines()
        for line in lines[:_SHOWN] if result.written else lines:
            if result.changes and not line.startswith(str(self._out)):
                self._say(f"          {line}")
        if not result.written:
            return None
        if len(lines) - 1 > _SHOWN:
            self._say(f"          ... {len(lines) - 1} files")
        self._say(f"          built in {took():.2f} s" + ("" if result.changes else ", no change"))
        self._due = (self._due | found) & flows.keys()
        self._last = result.plan
        return result.plan

    def _warn(self, found: Collection[Diagnostic], files: Collection[str]) -> None:
        shown, standing = self._news(found, files)
        self._warned = set(found)
        if shown:
            self._say(listing(shown))
        if standing:
            stand = "1 warning stands" if len(standing) == 1 else f"{len(standing)} warnings stand"
            self._say(f"          {stand} as before: suiteloom check tells")

    def _news(
        self, found: Collection[Diagnostic], files: Collection[str]
    ) -> tuple[list[Diagnostic], list[Diagnostic]]:
        """What to show: mistakes, and warnings that are new or of these files; and the other warnings."""
        shown: list[Diagnostic] = []
        standing: list[Diagnostic] = []
        for one in found:
            old = one.severity == "warning" and one in self._warned and one.file not in files
            (standing if old else shown).append(one)
        return shown, standing

    def _deploy(self) -> bool:
        if self._emulator is None:
            return True
        try:
            url = _address(self._emulator)
            with self._timed() as took, Control(url) as control:
                control.deploy(str(self._out.resolve()))
        except (OSError, ValueError, KeyError) as fault:
            self._say(f"          not deployed: {self._emulator} cannot be read: {fault}")
            return False
        except DeployError as fault:
            self._say("\n".join(["          does not deploy:", *map(str, fault.findings)]))
            return False
        except (EmulatorError, httpx.HTTPError) as fault:
            self._say(f"          not deployed to {self._emulator}: {fault}")
            return False
        self._say(f"          deployed to {url} in {took():.2f} s")
        return True

    def _try(self, plan: ProjectPlan) -> bool:
        if not (self._tests and self._due):
            return True
        with self._timed() as took:
            stage = self._staged(plan)
            report = run_on(stage, self._folder, sorted(self._due))
        if report.passed:
            self._due.clear()  # what failed is run again, whatever is saved next
        else:
            self._due = {case.flow for case in report.cases if not case.passed} or self._due
        if report.cases or report.found:
            self._say(rendered(report, self._folder, "text", coverage=False))
            self._say(f"          tested in {took():.2f} s")
        return report.passed

    def _staged(self, plan: ProjectPlan) -> Stage:
        """The account with the plan deployed: the one that is open, where it can hold it."""
        try:
            if self._stage is not None and self._stage.holds(plan):
                self._stage.renew(plan, self._out)
                return self._stage
        except EmulatorError:
            self._close()
            raise
        self._close()
        self._stage = self._open.enter_context(Stage.of(plan, self._out))
        return self._stage

    def _close(self) -> None:
        self._stage = None
        self._open.close()

    @staticmethod
    @contextmanager
    def _timed() -> Iterator[Callable[[], float]]:
        started = time.monotonic()
        yield lambda: time.monotonic() - started


def _address(emulator: str) -> str:
    """The address, or the one that a ready file names: read anew, because an emulator may start again."""
    if emulator.startswith(("http://", "https://")):
        return emulator.rstrip("/")
    return str(json.loads(Path(emulator).read_text(encoding="utf-8"))["url"])
