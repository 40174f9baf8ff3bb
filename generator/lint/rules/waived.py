"""Waivers themselves: each says why, and is still needed."""

from __future__ import annotations

from collections.abc import Iterator

from generator.lint.examples import SCRIPT, Snippet
from generator.lint.model import Found, Rule
from generator.lint.project import Project

_SWALLOWS = (
    "try {{\n  record.delete({{ type: 'customer', id: context.id }});\n}} catch (error) {{}}{}"
)
_FILE = "waive:\n  - rule: {}\n    path: {}\n{}"


def _nothing(project: Project) -> Iterator[Found]:
    """Waivers are judged when all findings are known (`generator.lint.run`)."""
    return iter(())


def _script(comment: str) -> str:
    return Snippet("ScheduledScript", "record", _SWALLOWS.format(comment)).whole()


RULES = (
    Rule(
        "L901", "a waiver without a reason", "error",
        "A waiver says to the next reader why a finding may stand. Without a reason it hides nothing: the finding shows beside this one.",
        "this linter", "Write `because` and the reason behind the code.",
        {SCRIPT: _script(" // suiteloom-lint: L283")},
        {SCRIPT: _script(" // suiteloom-lint: L283 because a customer that is gone is what we want")},
        project=_nothing,
    ),
    Rule(
        "L902", "a waiver that is not needed any more", "warning",
        "What it was for is mended, or has moved: a waiver left behind would hide the next fault at its place.",
        "this linter", "Take it out.",
        {SCRIPT: Snippet("ScheduledScript", "log", "// suiteloom-lint: L280 because it is only for tests\nlog.debug({ title: 'type', details: context.type });").whole()},
        {SCRIPT: Snippet("ScheduledScript", "log", "log.debug({ title: 'type', details: context.type });").whole()},
        project=_nothing,
    ),
    Rule(
        "L903", "a waiver of a rule that does not exist", "error",
        "Most likely the code is misspelt.",
        "this linter", "Correct the code.",
        {SCRIPT: Snippet("ScheduledScript", "log", "// suiteloom-lint: L299 because it is known\nlog.debug({ title: 'type', details: context.type });").whole()},
        {SCRIPT: Snippet("ScheduledScript", "log", "log.debug({ title: 'type', details: context.type });").whole()},
        project=_nothing,
    ),
    Rule(
        "L904", "a lint.yaml that cannot be read", "error",
        "The file holds one key, waive, with a list of waivers: rule, path (with * for any part of a name) and because.",
        "this linter", "Mend the file.",
        {"lint.yaml": _FILE.format("L283", "src/*", "    reason: because\n")},
        {"lint.yaml": "waive: []\n"},
        project=_nothing,
    ),
)  # fmt: skip
