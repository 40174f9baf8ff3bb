"""
What TypeScript, eslint and Oracle's stubs say of a project's scripts, as findings like all others.

Generated scripts are judged as strictly as this project's tests do. Scripts of people are judged
loosely: their comments are blanked first, because the customary JSDoc of SuiteScript (`{Record}`,
`{Search}`) names other types to TypeScript, and what is found is a warning.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from generator.errors import UsageError
from generator.lint import node
from generator.lint.node import Said, Tools
from generator.lint.project import Project
from generator.spec.diagnose import Diagnostic
from generator.suitescript.nodes import text
from generator.suitescript.script import Script

_LOOSE = {"strict": False, "noImplicitAny": False}
# What of TypeScript's findings is sure in loosely judged code: a member or an option that NetSuite
# does not have. That a field's value may be text or a number, which the types say of every one, is
# not.
_OPTION = frozenset({"TS2353", "TS2561"})
_MEMBER = frozenset({"TS2339", "TS2551"})
_IMPORTED = re.compile(r'typeof import\("[^"]*/(N/[^"]+)"\)')
_API_TYPE = re.compile(
    r"on type '(typeof import\(|(Record|Search|ResultSet|Result|PagedData|Page|SuiteQL|Query|File|Script"
    r"|Form|Sublist|Field|ServerRequest|ServerResponse|ClientResponse|User|Session)\b)"
)


def judge(project: Project, tools: Tools | None = None) -> list[Diagnostic]:
    """
    The findings of the three tools.

    Raises:
        UsageError: the tools are not installed.
    """
    at = tools or Tools(node.folder())
    if not at.installed:
        raise UsageError(
            "TypeScript and eslint are not installed for suiteloom; once: suiteloom lint --install"
        )
    scripts = [s for s in project.scripts.values() if not s.root.has_error]
    if not scripts:
        return []
    with tempfile.TemporaryDirectory(prefix="suiteloom-lint-") as scratch:
        root = Path(scratch).resolve()
        return list(_found(dict(_lay(root, scripts, project)), project, at))


def _lay(root: Path, scripts: Sequence[Script], project: Project) -> Iterator[tuple[Path, Script]]:
    """Write the scripts out as they lie in the File Cabinet."""
    for script in scripts:
        place = (project.cabinet_path(script.path) or f"/{script.path}").lstrip("/")
        file = root / place
        file.parent.mkdir(parents=True, exist_ok=True)
        own = script.path in project.generated
        file.write_bytes(script.source if own else _without_comments(script))
        yield file, script


def _without_comments(script: Script) -> bytes:
    """The script with its comments blanked, save those that TypeScript is meant to read."""
    source = bytearray(script.source)
    for comment in script.of("comment"):
        words = text(comment)
        if words.startswith("/**") and not re.search(r"import\(|@NApiVersion|@NScriptType", words):
            for at in range(comment.start_byte, comment.end_byte):
                if source[at] not in b"\r\n":
                    source[at] = 0x20
    return bytes(source)


def _found(laid: dict[Path, Script], project: Project, tools: Tools) -> Iterator[Diagnostic]:
    generated = [file for file, script in laid.items() if script.path in project.generated]
    written = [file for file in laid if file not in generated]
    if generated:
        yield from _told(tools.typescript(generated), laid, project)
        yield from _told(tools.eslint(generated, "eslint.generated.cjs"), laid, project)
    if written:
        loose = tools.typescript(written, options=_LOOSE)
        yield from _told([said for said in loose if _serious(said)], laid, project)
        client = [file for file in written if laid[file].type == "ClientScript"]
        yield from _told(tools.eslint(written, client=client), laid, project)
    # Modules of other authors need not be AMD; scripts that NetSuite runs have to load.
    typed = {file for file, script in laid.items() if script.type not in (None, "ClientScript")}
    if typed:
        said = [each for each in tools.load(sorted(typed)) if not _sound(each)]
        yield from _told(said, laid, project)


def _serious(said: Said) -> bool:
    """Whether a finding in loosely judged code is about NetSuite's API, where the types are sure."""
    return said.code in _OPTION or (said.code in _MEMBER and bool(_API_TYPE.search(said.message)))


def _sound(said: Said) -> bool:
    """Whether a script loads but for modules that are not here: L210 speaks of those."""
    return "Cannot find module" in said.message


def _told(said: Sequence[Said], laid: dict[Path, Script], project: Project) -> Iterator[Diagnostic]:
    undeclared: set[tuple[Path, str]] = set()
    for each in said:
        script = laid.get(each.file)
        if script is None:
            continue
        if each.code == "no-undef":  # once for each name
            if (each.file, each.message) in undeclared:
                continue
            undeclared.add((each.file, each.message))
        own = script.path in project.generated
        lines = script.text.split("\n")
        yield Diagnostic(
            file=script.path,
            line=max(each.line, 1),
            column=max(each.column, 1),
            code=each.code or "STUBS",
            severity="error" if own and each.severe else "warning",
            message=f"{each.tool}: {_first(each.message)}",
            help=None,
            text=lines[each.line - 1].rstrip("\r") if 0 < each.line <= len(lines) else "",
        )


def _first(message: str) -> str:
    """The first sentence of what a tool says, without a stop and without paths of this machine."""
    line = next((part.strip() for part in message.splitlines() if part.strip()), "")
    return _IMPORTED.sub(r"\1", line).rstrip(".")
