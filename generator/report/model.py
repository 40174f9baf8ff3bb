"""What a command found, in what it looked at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct, field

from generator.spec.diagnose import Diagnostic, ordered


class Case(Struct, frozen=True):
    """
    One thing that was looked at: a file that was checked, a test that ran.

    Args:
        name: what it is called inside its group.
        group: what it belongs to: a folder of specs, the file of a test.
        findings: what is wrong with it; a case fails by its findings alone.
        detail: more for a person to read below the findings, such as the difference of two records.
        seconds: how long it took, where that was measured.
        skipped: why it was not run, where it was not.
    """

    name: str
    group: str
    findings: tuple[Diagnostic, ...] = ()
    detail: str = ""
    seconds: float | None = None
    skipped: str | None = None


class Report(Struct, frozen=True):
    """
    What one command found.

    Args:
        command: its name: `check`.
        cases: everything that was looked at, in order, with what was found.
        folder: the project folder, which the files of findings are relative to.
        strict: warnings fail too.
    """

    command: str
    cases: tuple[Case, ...]
    folder: Path = field(default_factory=Path)
    strict: bool = False

    @property
    def findings(self) -> list[Diagnostic]:
        """All findings, by place, each once."""
        return ordered(found for case in self.cases for found in case.findings)

    def fails(self, case: Case) -> bool:
        """Whether a case has an error, or with `strict` any finding."""
        return any(self.strict or found.severity == "error" for found in case.findings)

    @property
    def exit_code(self) -> int:
        """0 where nothing fails, else 1."""
        return 1 if any(self.fails(case) for case in self.cases) else 0

    def path(self, found: Diagnostic) -> Path:
        """The file of a finding from the working folder where it lies in it, else from the root."""
        whole = (self.folder / found.file).resolve()
        here = Path.cwd().resolve()
        return whole.relative_to(here) if whole.is_relative_to(here) else whole


def by_file(
    command: str,
    folder: Path,
    files: Iterable[str],
    findings: Iterable[Diagnostic],
    *,
    strict: bool = False,
) -> Report:
    """
    A report with one case a file.

    `files` are those that were looked at, relative to `folder`; those of findings are added.
    """
    of: dict[str, list[Diagnostic]] = {file: [] for file in files}
    for found in ordered(findings):
        of.setdefault(found.file, []).append(found)
    cases = tuple(
        Case(file, Path(file).parent.as_posix(), tuple(found)) for file, found in sorted(of.items())
    )
    return Report(command, cases, folder, strict)
