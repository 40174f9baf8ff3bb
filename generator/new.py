"""A new project: small, complete, and it checks clean."""

from __future__ import annotations

import re
from pathlib import Path

from generator import __version__, resources
from generator.errors import UsageError
from generator.spec import schema


def make(folder: Path, *, name: str | None = None, prefix: str | None = None) -> list[str]:
    """
    Write a project.

    Args:
        folder: an empty folder, or one that is not there yet.
        name: of the project; the folder's where left out.
        prefix: part of every script id; the name's first letters where left out.

    Returns:
        The files, relative to the folder.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"'{folder}' is not empty")
    project = _slug(name or folder.resolve().name)
    if not re.fullmatch(r"(?=.{2,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*", project):
        raise UsageError(
            f"'{name or folder.name}' is no name for a project: give one with --name,"
            " 2 to 40 letters, digits and hyphens, a letter first"
        )
    short = prefix or re.sub(r"[^a-z0-9]", "", project)[:4]
    if not re.fullmatch(r"[a-z][a-z0-9]{1,5}", short):
        raise UsageError(
            f"'{short}' is no prefix: 2 to 6 lower-case letters and digits, a letter first"
        )
    files = {
        path.relative_to(_template()).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(_template().rglob("*"))
        if path.is_file()
    }
    for kind, made in schema.KINDS.items():
        files[f".schema/{kind}-1.json"] = schema.dump(made()) + "\n"
    marks = {"@project@": project, "@prefix@": short, "@version@": __version__}
    for file, text in files.items():
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        for mark, given in marks.items():
            text = text.replace(mark, given)
        target.write_text(text, encoding="utf-8")
    return sorted(files)


def _template() -> Path:
    return resources.templates() / "project"


def _slug(name: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:40].strip("-")
