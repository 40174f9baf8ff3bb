"""
Usage governance: what a call costs and what an execution may use.

Units and limits are those of the help topics "SuiteScript 2.x API Governance" and "SuiteScript
Governance and Limits"; time limits of "Script Execution Time Limits".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """Units and seconds of one execution."""

    units: int
    seconds: float


# By script type and, for map/reduce, stage.
LIMITS: Mapping[tuple[str, str | None], Limit] = {
    ("Restlet", None): Limit(5_000, 300),
    ("UserEventScript", None): Limit(1_000, 300),
    ("Suitelet", None): Limit(1_000, 300),
    ("ScheduledScript", None): Limit(10_000, 3_600),
    ("MapReduceScript", "getInputData"): Limit(10_000, 3_600),
    ("MapReduceScript", "map"): Limit(1_000, 300),
    ("MapReduceScript", "reduce"): Limit(5_000, 900),
    ("MapReduceScript", "summarize"): Limit(10_000, 3_600),
    ("MassUpdateScript", None): Limit(1_000, 300),
    ("WorkflowActionScript", None): Limit(1_000, 300),
    ("Portlet", None): Limit(1_000, 300),
    ("SDFInstallationScript", None): Limit(10_000, 3_600),
    ("BundleInstallationScript", None): Limit(10_000, 3_600),
}

_LOAD = {"transaction": 10, "custom": 2}
_SAVE = {"transaction": 20, "custom": 4}
QUERY = 10
SAVED_QUERY = 5
HTTPS = 10
FILE_LOAD = 10
FILE_SAVE = 20
EMAIL = 20
RENDER = 10
EMAIL_BULK = 10
TASK_EXPORT = 100
TASK_IMPORT = 100
TASK_SUBMIT = 20
TASK_COUNT = 10
TASK_SIZE = 25
CACHE = 1
CERTIFICATE = 10
I18N = 10
LOOKUP_FIELDS = 1
SEARCH_PAGE = 5
SEARCH_ROWS = 10


def load_units(kind: str) -> int:
    """record.load, create, copy, transform and submitFields, by kind of record."""
    return _LOAD.get(kind, 5)


def save_units(kind: str) -> int:
    """Record.save and record.delete, by kind of record."""
    return _SAVE.get(kind, 10)
