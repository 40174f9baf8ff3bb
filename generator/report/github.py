"""
For GitHub Actions: workflow commands that put findings beside the lines of a pull request.

Source: docs.github.com, "Workflow commands for GitHub Actions". Files are named from the working
folder, which in a workflow is the repository.
"""

from __future__ import annotations

from generator.report.model import Report
from generator.spec.diagnose import Diagnostic


def render(report: Report) -> str:
    """A line a finding."""
    return "\n".join(_command(report, found) for found in report.findings)


def _command(report: Report, found: Diagnostic) -> str:
    file = _data(report.path(found).as_posix()).replace(":", "%3A").replace(",", "%2C")
    message = _data(found.message + (f"\nhelp: {found.help}" if found.help else ""))
    return (
        f"::{found.severity} file={file},line={found.line},col={found.column},"
        f"title={found.label}::{message}"
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
