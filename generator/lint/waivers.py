"""
Waivers: a finding that a person has looked at and lets stand, with a reason.

    // suiteloom-lint: L204 because the account runs 2.x scripts as 2.1

in a script, for its own line and the next one with code; for other files and for whole files
`lint.yaml` in the project folder:

    waive:
      - rule: L113
        path: src/Objects/customscript_kiosk.xml    # * stands for any part of a name
        because: the kiosk is a public page
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from generator.lint.project import Project
from generator.spec.diagnose import Diagnostic
from generator.suitescript.nodes import text
from generator.suitescript.script import Script

FILE = "lint.yaml"
_COMMENT = re.compile(r"suiteloom-lint:[ \t]*([^\n*]*)")
_BECAUSE = re.compile(r"[ ,:]+because(?:[ ]+(?P<reason>\S.*))?$")
_OWN = re.compile(r"[A-Z]\d+")


class Waiver(Struct):
    """
    One waiver.

    Args:
        code: the rule.
        reason: why; empty where none is given.
        file: where it stands.
        line: its line.
        column: its column.
        path: which files it is for; may hold *.
        lines: which lines; None for all.
        used: whether it hid a finding.
    """

    code: str
    reason: str
    file: str
    line: int
    column: int
    path: str
    lines: range | None = None
    used: bool = field(default=False)

    @property
    def foreign(self) -> bool:
        """Whether it is for another tool: TS2339, no-undef."""
        return not _OWN.fullmatch(self.code) and any(c in self.code for c in "-/0123456789")

    def covers(self, found: Diagnostic) -> bool:
        """Whether it is for this finding."""
        return (
            found.code == self.code
            and (found.file == self.path or fnmatchcase(found.file, self.path))
            and (self.lines is None or found.line in self.lines)
        )


def in_scripts(project: Project) -> Iterator[Waiver]:
    """Waivers in the comments of scripts."""
    for script in project.scripts.values():
        if "suiteloom-lint" in script.text:
            yield from _in_comments(script)


def _in_comments(script: Script) -> Iterator[Waiver]:
    for comment in script.of("comment"):
        for said in _COMMENT.finditer(text(comment)):
            first = comment.start_point[0] + 1 + text(comment)[: said.start()].count("\n")
            last = max(comment.end_point[0] + 1, _next_line(script, comment.end_byte))
            words = said[1].strip()
            match = _BECAUSE.search(words)
            named = words[: match.start()] if match else words
            reason = (match["reason"] or "").strip() if match else ""
            for code in re.split(r"[ ,]+", named) if named else ["nothing"]:
                yield Waiver(
                    code, reason, script.path, first, 1, script.path,
                    range(comment.start_point[0] + 1, last + 1),
                )  # fmt: skip


def _next_line(script: Script, end: int) -> int:
    """The line of the code that follows a comment; the comment's own where it follows code."""
    line_start = script.source.rfind(b"\n", 0, end) + 1
    before = script.source[line_start:end].lstrip()
    if not before.startswith((b"//", b"/*", b"*")):
        return script.source.count(b"\n", 0, end) + 1
    rest = script.source[end:]
    return script.source.count(b"\n", 0, end + len(rest) - len(rest.lstrip())) + 1


def in_file(folder: Path) -> tuple[list[Waiver], list[Diagnostic]]:
    """Waivers of lint.yaml, and what is wrong with that file."""
    path = folder / FILE
    if not path.is_file():
        return [], []
    try:
        loaded = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except (MarkedYAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        return [], [_wrong(line, 1, f"{FILE} cannot be read as YAML")]
    if loaded is None:
        return [], []
    entries = loaded.get("waive") if isinstance(loaded, Mapping) else None
    if not isinstance(entries, CommentedSeq) or set(loaded) - {"waive"}:
        return [], [_wrong(1, 1, f"{FILE} holds one key, 'waive', with a list")]
    waivers, found = [], []
    for index, entry in enumerate(entries):
        line, column = (part + 1 for part in entries.lc.item(index))
        if not isinstance(entry, Mapping) or not _well_formed(entry):
            words = "a waiver has the keys 'rule', 'path' and 'because', each a text"
            found.append(_wrong(line, column, words))
            continue
        reason = str(entry.get("because") or "").strip()
        waivers.append(Waiver(str(entry["rule"]), reason, FILE, line, column, str(entry["path"])))
    return waivers, found


def _well_formed(entry: Mapping[str, Any]) -> bool:
    return (
        {"rule", "path"} <= set(entry) <= {"rule", "path", "because"}
        and all(isinstance(value, str) for value in entry.values() if value is not None)
        and bool(entry["rule"])
        and bool(entry["path"])
    )


def _wrong(line: int, column: int, message: str) -> Diagnostic:
    return Diagnostic(FILE, line, column, "L904", "error", message)
