"""
From a project folder to its SDF project on disk.

    compile ─► tree (all files, in memory) ─► compare with the folder ─► write what differs
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from generator.compile import compile_project
from generator.errors import ProjectError, UsageError
from generator.memory import Memory
from generator.plan.project import ProjectPlan
from generator.project.tree import make_tree
from generator.project.write import STATE, Changes, compare, read_state, write
from generator.spec.diagnose import Diagnostic

__all__ = ["BuildResult", "build"]


@dataclass(frozen=True, slots=True)
class BuildResult:
    """
    What a build did, or with `check` would do.

    Attributes:
        out: the output folder.
        plan: what was built.
        warnings: what the compiler had to say.
        changes: files by what happened to them.
        written: whether the folder now holds the project. False for `check`, and where a person's
            edits are in the way: then nothing was written at all.
    """

    out: Path
    plan: ProjectPlan
    warnings: tuple[Diagnostic, ...]
    changes: Changes
    written: bool

    @property
    def current(self) -> bool:
        """The folder holds exactly what the project gives."""
        return self.written or not self.changes

    def lines(self) -> list[str]:
        """The result for people, one file a line and a sentence at the end."""
        listed = [
            *(f"added    {path}" for path in self.changes.added),
            *(f"changed  {path}" for path in self.changes.changed),
            *(f"removed  {path}" for path in self.changes.removed),
            *(f"edited   {path}" for path in self.changes.edited),
        ]
        if not self.changes:
            return [f"{self.out} is up to date"]
        if self.written:
            return [*listed, f"{self.out} is up to date now: {len(listed)} files"]
        if self.changes.edited:
            return [
                *listed,
                "edited files were changed by a person or are not ours; nothing was written",
                "move the edits into specs, hooks or objects, or overwrite them with --force",
            ]
        return [*listed, f"{self.out} is out of date: run suiteloom build"]


def build(
    project: Path,
    out: Path,
    *,
    check: bool = False,
    force: bool = False,
    memory: Memory | None = None,
) -> BuildResult:
    """
    Build a project into a folder.

    Args:
        project: folder with project.yaml.
        out: folder of the SDF project; made where it is not there.
        check: write nothing, only compare.
        force: overwrite files that a person edited.
        memory: of earlier builds; what nothing has changed for is taken from it.

    Raises:
        ProjectError: the project has mistakes.
        UsageError: `out` is the project folder or a file.
        WriteError: the output cannot be written.
    """
    if out.resolve() == project.resolve() or (out.exists() and not out.is_dir()):
        raise UsageError(f"{out} cannot hold the output: choose another folder with --out")
    memory = memory or Memory()
    plan, found = compile_project(project, memory)
    if plan is None:
        raise ProjectError(found)
    state = read_state(out)
    tree = make_tree(plan, project, state, memory)
    owned = tree.pop(STATE).decode()
    changes = compare(out, tree, state)
    held = (out / STATE).read_text(encoding="utf-8") if (out / STATE).is_file() else ""
    if held != owned and not changes:
        changes = Changes((), (STATE,), (), ())
    write_it = not check and (force or not changes.edited)
    if write_it:
        write(out, tree, changes, owned)
    return BuildResult(out, plan, tuple(found), changes, write_it)
