"""
The report of spec tests: for people and as JSON here, else as findings in `generator.report`.

A difference is a finding at the line of the test that expected something else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from emulator.trial.compare import Mismatch
from emulator.trial.coverage import FlowCoverage
from emulator.trial.run import CaseResult, Report
from generator import report as shared
from generator.report import plain
from generator.report.text import listing
from generator.spec.diagnose import Diagnostic


def rendered(report: Report, folder: Path, form: str, *, coverage: bool) -> str:
    """The report in one of the shared forms; without a line end."""
    if form == "json":
        return json.dumps(_data(report, folder, coverage=coverage), indent=2, ensure_ascii=False)
    if form == "text":
        return _text(report, coverage=coverage)
    return shared.render(as_findings(report, folder), form)


def as_findings(report: Report, folder: Path) -> shared.Report:
    """Every test as a case, with what differs as its findings; mistakes of test files as cases of their own."""
    cases = [
        shared.Case(
            case.name, case.file, tuple(_findings(case)), "\n".join(_why(case)), case.seconds
        )
        for case in report.cases
    ]
    files = shared.by_file("try", folder, (), report.found)
    return shared.Report("try", (*files.cases, *cases), folder)


def _findings(case: CaseResult) -> Iterator[Diagnostic]:
    if case.fault is not None:
        message = f"{case.name}: cannot be run: {case.fault}"
        yield Diagnostic(case.file, case.line, case.column, "E502", "error", message)
    for one in case.mismatches:
        message = f"{case.name}: {_sentence(one)}"
        yield Diagnostic(case.file, one.line, one.column, "E501", "error", message, one.note)


def _sentence(one: Mismatch) -> str:
    text = f"{one.what}: expected {shown(one.expected)}, got {shown(one.got)}"
    return f"{text} (from {one.spec})" if one.spec else text


# --- for people ---


def _text(report: Report, *, coverage: bool) -> str:
    out = [listing(report.found), ""] if report.found else []
    file = None
    for case in report.cases:
        if case.file != file:
            out += ([""] if file else []) + [case.file]
            file = case.file
        mark = "ok  " if case.passed else "FAIL"
        out.append(f"  {mark} {case.name}  ({case.seconds * 1000:.0f} ms)")
        if not case.passed:
            out += _why(case)
    if not report.cases:
        out.append("no tests")
    if coverage:
        out += ["", *table(report.coverage)]
    failed = sum(1 for case in report.cases if not case.passed)
    summary = f"{len(report.cases)} test{'' if len(report.cases) == 1 else 's'}"
    out += ["", f"{summary}: {len(report.cases) - failed} passed, {failed} failed"]
    if report.left_out:
        out.append(without(report.left_out))
    return "\n".join(out)


def _why(case: CaseResult) -> list[str]:
    out = []
    if case.fault is not None:
        out.append(f"       {case.file}:{case.line}:{case.column}: cannot be run: {case.fault}")
    for one in case.mismatches:
        out.append(f"       {case.file}:{one.line}:{one.column}: {one.what}")
        source = f"    from {one.spec}" if one.spec else ""
        out.append(f"         expected  {shown(one.expected)}")
        out.append(f"         got       {shown(one.got)}{source}")
        if one.note:
            out.append(f"         {one.note}")
    return out


def without(files: Sequence[str]) -> str:
    """That specs were left out."""
    have = "it has" if len(files) == 1 else "they have"
    return f"run without {', '.join(files)}: {have} mistakes, and nothing is built until that is mended"


def shown(value: Any) -> str:
    """A value in one line; nothing is a dash."""
    if value is None:
        return "-"
    plain = isinstance(value, str) and value.strip() == value and "\n" not in value and value != "-"
    return value if plain else json.dumps(value, ensure_ascii=False)


def table(flows: Sequence[FlowCoverage]) -> list[str]:
    """Coverage by flow, and every line that is not covered."""
    width = max([len(one.file) for one in flows], default=0)
    out = [f"{'spec':{width}}  lines  covered"]
    for one in flows:
        lines = one.lines
        done = sum(lines.values())
        out.append(f"{one.file:{width}}  {len(lines):5}  {done:7}  {one.percent:5.1f} %")
    for one in flows:
        out += [f"  {one.file}:{item.line}: {item.what}" for item in one.missed()]
        out += [
            f"  {one.file}:{item.line}: waived, {item.what}: {item.waived}" for item in one.waived()
        ]
    total = percent(flows)
    return [*out, f"{total:.1f} % of the lines that say something about values"]


def percent(flows: Sequence[FlowCoverage]) -> float:
    """Covered lines of a hundred, over all flows."""
    lines = [covered for one in flows for covered in one.lines.values()]
    return 100.0 if not lines else 100 * sum(lines) / len(lines)


# --- for programs ---


def _data(report: Report, folder: Path, *, coverage: bool) -> dict[str, Any]:
    out: dict[str, Any] = {
        "passed": report.passed,
        "cases": [
            {
                "flow": case.flow,
                "file": case.file,
                "line": case.line,
                "name": case.name,
                "passed": case.passed,
                "seconds": case.seconds,
                "fault": case.fault,
                "mismatches": [_mismatch(one) for one in case.mismatches],
            }
            for case in report.cases
        ],
        "findings": json.loads(plain.render(shared.by_file("try", folder, (), report.found))),
        "left_out": list(report.left_out),
    }
    if coverage:
        out["coverage"] = {
            "percent": round(percent(report.coverage), 1),
            "flows": [
                {
                    "flow": one.flow,
                    "file": one.file,
                    "lines": len(one.lines),
                    "covered": sum(one.lines.values()),
                    "missed": [{"line": item.line, "what": item.what} for item in one.missed()],
                    "waived": [
                        {"line": item.line, "what": item.what, "reason": item.waived}
                        for item in one.waived()
                    ],
                }
                for one in report.coverage
            ],
        }
    return out


def _mismatch(one: Mismatch) -> dict[str, Any]:
    return {
        "what": one.what, "expected": one.expected, "got": one.got, "spec": one.spec,
        "line": one.line, "column": one.column, "note": one.note,
    }  # fmt: skip
