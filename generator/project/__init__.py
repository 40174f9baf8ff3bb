"""
From a project folder to its SDF project on disk.

    compile ─► tree (all files, in memory) ─► compare with the folder ─► write what differs
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from generator.compile import compile_project
from generator.errors import ProjectError, UsageError
from generator.memory import Memory
from generator.plan.project import ProjectPlan
from generator.project.tree import make_tree, retired_by
from generator.project.write import STATE, Changes, State, compare, read_state, write
from generator.spec.diagnose import Diagnostic, did_you_mean

__all__ = ["BuildResult", "build"]

_RETIRED = "each deployment turns it off; where no account has it:  suiteloom build --forget {}"


class BuildResult(Struct, frozen=True):
    """
    What a build did, or with `check` would do.

    Attributes:
        out: the output folder.
        plan: what was built.
        warnings: what the compiler had to say.
        changes: files by what happened to them.
        written: whether the folder now holds the project. False for `check`, and where a person's
            edits are in the way: then nothing was written at all.
        retired: ids of scripts that the build before still had and this one has not.
    """

    out: Path
    plan: ProjectPlan
    warnings: tuple[Diagnostic, ...]
    changes: Changes
    written: bool
    retired: tuple[str, ...] = ()

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
            *(f"retired  {script}: {_RETIRED.format(script)}" for script in self.retired),
        ]
        if not self.changes:
            return [f"{self.out} is up to date"]
        if self.written:
            files = len(listed) - len(self.retired)
            return [*listed, f"{self.out} is up to date now: {files} files"]
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
    forget: Sequence[str] = (),
    memory: Memory | None = None,
    without: Collection[str] = (),
) -> BuildResult:
    """
    Build a project into a folder.

    Args:
        project: folder with project.yaml.
        out: folder of the SDF project; made where it is not there.
        check: write nothing, only compare.
        force: overwrite files that a person edited.
        forget: ids of retired scripts that no account has: they are left out from now on.
        memory: of earlier builds; what nothing has changed for is taken from it.
        without: specs that are left out, relative to the project.

    Raises:
        ProjectError: the project has mistakes.
        UsageError: `out` is the project folder or a file, or a script to forget is not retired.
        WriteError: the output cannot be written.
    """
    if out.resolve() == project.resolve() or (out.exists() and not out.is_dir()):
        raise UsageError(f"{out} cannot hold the output: choose another folder with --out")
    memory = memory or Memory()
    plan, found = compile_project(project, memory, without=without)
    if plan is None:
        raise ProjectError(found)
    before = read_state(out)
    state = _without(before, forget, plan) if forget else before
    tree = make_tree(plan, project, state, memory)
    owned = tree.pop(STATE).decode()
    changes = compare(out, tree, state)
    held = (out / STATE).read_text(encoding="utf-8") if (out / STATE).is_file() else ""
    if held != owned and not changes:
        changes = Changes((), (STATE,), (), ())
    write_it = not check and (force or not changes.edited)
    if write_it:
        write(out, tree, changes, owned)
    alive = {str(each["script"]) for each in before.scripts}
    retired = tuple(
        id_ for each in retired_by(plan, state) if (id_ := str(each["script"])) in alive
    )
    return BuildResult(out, plan, tuple(found), changes, write_it, retired)


def _without(state: State, forget: Sequence[str], plan: ProjectPlan) -> State:
    """What the output folder knows, without scripts that are forgotten."""
    retired = [str(each["script"]) for each in retired_by(plan, state)]
    for id_ in forget:
        if id_ not in retired:
            others = f"retired are {', '.join(retired)}" if retired else "no script is retired"
            raise UsageError(f"{id_} is no retired script: {others}{did_you_mean(id_, retired)}")
    scripts, gone = (
        tuple(each for each in records if each["script"] not in forget)
        for records in (state.scripts, state.retired)
    )
    return replace(state, scripts=scripts, retired=gone)
