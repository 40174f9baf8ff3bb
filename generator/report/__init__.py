"""
Findings in the forms that people, editors and build servers read: one report, one file a form.

Every command that finds something (`check`, `lint`, `bill`, `try --test`) makes a `Report`, prints
it with `render` and ends with its `exit_code`.
"""

from __future__ import annotations

import importlib
from typing import Any

from generator.report.model import Case, Report, by_file

FORMS = {"text": "text", "json": "plain", "github": "github", "sarif": "sarif", "junit": "junit"}
"""Every form and its module, which is imported when the form is asked for."""


def render(report: Report, form: str) -> str:
    """The report in one of `FORMS`, without a line end; text, json and github may be empty of findings."""
    module: Any = importlib.import_module(f"generator.report.{FORMS[form]}")
    return str(module.render(report))


__all__ = ["FORMS", "Case", "Report", "by_file", "render"]
