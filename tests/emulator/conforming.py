"""
What conformance tests prove, collected over a run and written to emulator/CONFORMANCE.md.

    a test's marks + its trace ─► user_properties (also from xdist's workers) ─► Evidence ─► CONFORMANCE.md
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from emulator.conformance import report, rules, surface
from emulator.tracing import Used

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "tests/emulator/conformance/"
TYPES = ROOT / "tests/validators/node_modules/@hitc/netsuite-types"
PROPERTY = "conformance"
# Script types' own objects: what entry points are handed.
ENTRIES = ("UserEventScript", "MapReduceScript", "ScheduledScript", "Restlet", "Suitelet")
STRICT = True  # a run fails for `gaps`


class Untrue(AssertionError):
    """A mark claims what the test did not do."""


_seen: dict[str, set[str]] = defaultdict(set)  # by test function, over its cases


def proved(item: pytest.Function, used: Used, sources: str) -> None:
    """
    Keep what a test that just passed shows.

    Marks are a function's; its cases together have to do what they claim. Untrue, from the last
    case, where they did not.
    """
    function = item.nodeid.partition("[")[0]
    claimed = {name for mark in item.iter_markers("shows") for name in mark.args}
    shows = sorted(name for name in claimed if name in used.members or _named(name, sources))
    _seen[function].update(shows)
    marked = [name for mark in item.iter_markers("rule") for name in mark.args]
    known = {rule.id for rule in rules.read().rules}
    if unknown := [name for name in marked if name not in known]:
        raise Untrue(f"no such rule: {', '.join(unknown)}")
    if unknown := sorted(name for name in claimed if not is_member(name)):
        raise Untrue(f"no such member: {', '.join(unknown)}")
    cases = [other for other in item.session.items if other.nodeid.partition("[")[0] == function]
    if item is cases[-1] and (unused := sorted(claimed - _seen[function])):
        raise Untrue(f"no script of this test used {', '.join(unused)}")
    item.user_properties.append(
        (
            PROPERTY,
            json.dumps(
                {
                    "shows": shows,
                    "rules": marked,
                    "members": {name: sorted(keys) for name, keys in used.members.items()},
                    "operators": sorted(used.operators),
                    "errors": sorted(used.errors),
                }
            ),
        )
    )


def is_member(name: str) -> bool:
    """Whether NetSuite has it: by the list of members, by what scripts are handed, or by the types' word."""
    if name in surface.members() or name.partition(".")[0] in ENTRIES:
        return True
    module, _, rest = name.partition(".")
    *_, last = rest.removesuffix(".promise").split(".")
    return last in ("toString", "toJSON") or bool(
        re.search(rf"\b{re.escape(last)}\b", _declared(module))
    )


@cache
def _declared(module: str) -> str:
    path = TYPES / f"{module}.d.ts"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _named(name: str, sources: str) -> bool:
    """
    Whether scripts name what leaves no trace.

    Properties are values of plain objects, and toString and toJSON are called by the language.
    """
    *_, last = name.split(".")
    if last in ("toString", "toJSON"):
        return True
    if surface.members().get(name):
        return False
    return re.search(rf"\b{re.escape(last)}\b", sources) is not None


class Conformance:
    """A plugin of the process that reports: under xdist that is not the one that runs tests."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._evidence = report.Evidence()
        self._files: set[str] = set()
        self._bad = False
        self._said: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add what a passed test showed."""
        path = report.nodeid.partition("::")[0]
        if not path.startswith(FOLDER):
            return
        self._files.add(path)
        self._bad |= report.failed
        if report.when != "call" or not report.passed:
            return
        name = f"{Path(path).stem}.{report.nodeid.rpartition('::')[2].partition('[')[0]}"
        for key, text in report.user_properties:
            if key == PROPERTY:
                self._add(name, json.loads(text))

    def _add(self, test: str, found: dict[str, list[str]]) -> None:
        for member in found["shows"]:
            self._evidence.members[member].add(test)
        for rule in found["rules"]:
            self._evidence.rules[rule].add(test)
        for member, keys in dict(found["members"]).items():
            self._evidence.options[member].update(keys)
        for kind, operator in found["operators"]:
            self._evidence.operators[kind].add(operator)
        self._evidence.errors.update(found["errors"])

    def _whole(self) -> bool:
        option = self._config.option
        chosen = option.keyword or option.markexpr or getattr(option, "deselect", None)
        parts = any("::" in argument for argument in self._config.args)
        there = {str(path.relative_to(ROOT)) for path in (ROOT / FOLDER).glob("test_*.py")}
        return (
            not (chosen or parts or getattr(option, "lf", False) or self._bad)
            and self._files == there
        )

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the document after a whole green run; in CI only say whether it is stale."""
        if hasattr(self._config, "workerinput") or not self._whole():
            return
        declared = rules.read()
        found = report.render(declared, self._evidence)
        kept = report.FILE.read_text(encoding="utf-8") if report.FILE.exists() else ""
        self._said.append(report.sentence(self._evidence))
        if found != kept:
            if os.environ.get("CI"):
                # Said, not a failure: what is traced (error names, option keys) may hang on timing.
                self._said.append("emulator/CONFORMANCE.md is stale: run make test and commit it")
            else:
                report.FILE.write_text(found, encoding="utf-8")
                self._said.append("emulator/CONFORMANCE.md was written anew")
        if gaps := self._gaps(declared):
            self._said += gaps
            if STRICT:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _gaps(self, declared: rules.Declared) -> list[str]:
        return list(declared.faults) + [
            f"rule {rule.id} has no test"
            for rule in declared.rules
            if rule.id not in self._evidence.rules
        ]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say the share and what is wrong."""
        for line in self._said:
            terminalreporter.write_line(f"conformance: {line}")
