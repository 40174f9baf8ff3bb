"""For scripts: a JSON list of findings, files as they are called in the project."""

from __future__ import annotations

import json

from generator.report.model import Report
from generator.spec.diagnose import Diagnostic


def render(report: Report) -> str:
    """An empty list where nothing was found."""
    return json.dumps([_fields(found) for found in report.findings], indent=2, ensure_ascii=False)


def _fields(found: Diagnostic) -> dict[str, object]:
    return {
        "file": found.file,
        "line": found.line,
        "column": found.column,
        "code": found.label,
        "severity": found.severity,
        "message": found.message,
        "help": found.help,
    }
