"""
For code scanning: SARIF 2.1.0 (OASIS), one run, a rule for each code that occurs.

A rule's id is the code as it is declared (`E251`, also where it is a warning). Files are named from
the working folder, which in a workflow is the repository.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from generator import __version__, codes
from generator.report.model import Report
from generator.spec.diagnose import Diagnostic

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"


def render(report: Report) -> str:
    """A SARIF log, also where nothing was found: that closes what was open."""
    findings = report.findings
    rules = sorted({found.code for found in findings})
    driver = {
        "name": "suiteloom",
        "semanticVersion": __version__,
        "rules": [_rule(code) for code in rules],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"suiteloom/{report.command}/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, found, rules.index(found.code)) for found in findings],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False)


def _rule(code: str) -> dict[str, Any]:
    known = codes.find(code)
    if known is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": known.title},
        "fullDescription": {"text": known.text},
        "help": {"text": "\n\n".join(_lines(known.text, known.wrong, known.right))},
    }


def _lines(text: str, wrong: str, right: str) -> Iterable[str]:
    yield text
    if wrong:
        yield f"Wrong:\n{wrong}"
    if right:
        yield f"Right:\n{right}"


def _result(report: Report, found: Diagnostic, index: int) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": found.line, "startColumn": found.column}
    if found.text:
        region["snippet"] = {"text": found.text}
    return {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": found.severity,
        "message": {"text": _plain(found.message + (f"\n{found.help}" if found.help else ""))},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(report.path(found))},
                    "region": region,
                }
            }
        ],
    }


def _plain(text: str) -> str:
    """A message without placeholders: braces of its own are doubled (section 3.11.5)."""
    return text.replace("{", "{{").replace("}", "}}")


def _uri(path: Path) -> str:
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
