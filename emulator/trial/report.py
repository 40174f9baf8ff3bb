"""The report of spec tests: for people, as JSON, for GitHub, as JUnit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

from emulator.trial.compare import Mismatch
from emulator.trial.coverage import FlowCoverage
from emulator.trial.run import CaseResult, Report
from generator.spec.diagnose import render

Format = Literal["text", "json", "github", "junit"]


def rendered(report: Report, form: Format, *, coverage: bool) -> str:
    """The report in one form; without a line end."""
    if form == "json":
        return json.dumps(_data(report, coverage=coverage), indent=2, ensure_ascii=False)
    if form == "junit":
        return _junit(report)
    if form == "github":
        return "\n".join(filter(None, [render(report.found, "github"), *_github(report)]))
    return _text(report, coverage=coverage)


# --- for people ---


def _text(report: Report, *, coverage: bool) -> str:
    out = [render(report.found, "text"), ""] if report.found else []
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


def shown(value: Any) -> str:
    """A value in one line; nothing is a dash."""
    if value is None:
        return "-"
    return value if isinstance(value, str) and value.strip() == value else json.dumps(value, ensure_ascii=False)


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
    total = percent(flows)
    return [*out, f"{total:.1f} % of the lines that say something about values"]


def percent(flows: Sequence[FlowCoverage]) -> float:
    """Covered lines of a hundred, over all flows."""
    lines = [covered for one in flows for covered in one.lines.values()]
    return 100.0 if not lines else 100 * sum(lines) / len(lines)


# --- for programs ---


def _data(report: Report, *, coverage: bool) -> dict[str, Any]:
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
        "findings": json.loads(render(report.found, "json")),
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


def _github(report: Report) -> list[str]:
    out = []
    for case in report.cases:
        if case.fault is not None:
            out.append(_annotation(case.file, case.line, case.column, case.name, case.fault))
        for one in case.mismatches:
            out.append(_annotation(case.file, one.line, one.column, case.name, _sentence(one)))
    return out


def _sentence(one: Mismatch) -> str:
    text = f"{one.what}: expected {shown(one.expected)}, got {shown(one.got)}"
    text += f" (from {one.spec})" if one.spec else ""
    return f"{text}\n{one.note}" if one.note else text


def _annotation(file: str, line: int, column: int, title: str, message: str) -> str:
    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def part(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    return f"::error file={part(file)},line={line},col={column},title={part(title)}::{data(message)}"


def _junit(report: Report) -> str:
    failed = sum(1 for case in report.cases if case.mismatches)
    errors = sum(1 for case in report.cases if case.fault is not None)
    found = [one for one in report.found if one.severity == "error"]
    seconds = sum(case.seconds for case in report.cases)
    head = f'tests="{len(report.cases) + len(found)}" failures="{failed}" errors="{errors + len(found)}" time="{seconds:.3f}"'
    out = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {head}>", f'  <testsuite name="suiteloom" {head}>']
    for case in report.cases:
        name = f'    <testcase classname={quoteattr(case.flow)} name={quoteattr(case.name)} file={quoteattr(case.file)} line="{case.line}" time="{case.seconds:.3f}"'
        if case.passed:
            out.append(f"{name}/>")
            continue
        out.append(f"{name}>")
        if case.fault is not None:
            out.append(f"      <error message={quoteattr(case.fault)}/>")
        else:
            text = "\n".join(
                f"{case.file}:{one.line}:{one.column}: {_sentence(one)}" for one in case.mismatches
            )
            first = _sentence(case.mismatches[0]).splitlines()[0]
            out.append(f"      <failure message={quoteattr(first)}>{escape(text)}</failure>")
        out.append("    </testcase>")
    for one in found:
        where = f"{one.file}:{one.line}:{one.column}"
        out.append(f'    <testcase classname={quoteattr(one.file)} name={quoteattr(f"{where} {one.label}")}>')
        out.append(f"      <error message={quoteattr(one.message)}/>")
        out.append("    </testcase>")
    return "\n".join([*out, "  </testsuite>", "</testsuites>"])
