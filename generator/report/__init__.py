"""
Findings in the forms that people, editors and build servers read: one report, one file a form.

Every command that finds something (`check`, `lint`, `bill`, `try --test`) makes a `Report`, prints it
with `render` and ends with its `exit_code`.
"""

from __future__ import annotations

from generator.report import github, junit, plain, sarif, text
from generator.report.model import Case, Report, by_file

FORMS = {
    "text": text.render,
    "json": plain.render,
    "github": github.render,
    "sarif": sarif.render,
    "junit": junit.render,
}


def render(report: Report, form: str) -> str:
    """The report in one of `FORMS`, without a line end; text, json and github may be empty of findings."""
    return FORMS[form](report)


__all__ = ["FORMS", "Case", "Report", "by_file", "render"]
