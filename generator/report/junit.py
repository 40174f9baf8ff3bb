"""
For build servers: JUnit's XML, a test case for each thing that was looked at.

There is no standard; this is the shape that Jenkins, GitLab, Azure and the GitHub actions read, and
that junit-10.xsd of Jenkins' xUnit plugin takes (it has `skipped` on suites alone). A case that
only has warnings passes, and its warnings are its output.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from itertools import groupby

from generator.report import text
from generator.report.model import Case, Report

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> str:
    """A suite for each group of cases."""
    root = ET.Element(
        "testsuites", {"name": f"suiteloom {report.command}", **_counts(report, report.cases)}
    )
    by_group = sorted(report.cases, key=lambda case: case.group)
    for group, cases in groupby(by_group, key=lambda case: case.group):
        held = list(cases)
        suite = ET.SubElement(root, "testsuite", {"name": _clean(group), **_counts(report, held)})
        suite.set("skipped", str(sum(case.skipped is not None for case in held)))
        for case in held:
            _case(suite, report, case)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _counts(report: Report, cases: Iterable[Case]) -> dict[str, str]:
    held = list(cases)
    return {
        "tests": str(len(held)),
        "failures": str(sum(report.fails(case) for case in held)),
        "errors": "0",
        "time": _time(sum(case.seconds or 0 for case in held)),
    }


def _case(suite: ET.Element, report: Report, case: Case) -> None:
    element = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": _clean(case.group),
            "name": _clean(case.name),
            "time": _time(case.seconds or 0),
        },
    )
    if case.skipped is not None:
        ET.SubElement(element, "skipped", {"message": _clean(case.skipped)})
    said = _clean(text.of_case(case))
    if report.fails(case):
        first = next(found for found in case.findings if report.strict or found.severity == "error")
        more = len(case.findings) - 1
        message = first.message + (f" (and {more} more)" if more else "")
        failure = ET.SubElement(
            element, "failure", {"type": first.label, "message": _clean(message)}
        )
        failure.text = said
    elif said:
        ET.SubElement(element, "system-out").text = said


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"


def _clean(value: str) -> str:
    """Without the characters that XML 1.0 has no way to write."""
    return _FORBIDDEN.sub("\ufffd", value)
