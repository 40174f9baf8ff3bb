"""
The project that an emulator runs: an SDF project, built from specs where there are specs.

A folder with `project.yaml` is built into a temporary folder; one with `manifest.xml`, or with
`src/` holding one, is taken as it is. `flows.json` beside `src/` says which accounts and secrets
there are.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.errors import UsageError

# Where a project names no account.
DEFAULT_ACCOUNT = "1234567_SB1"
ACCOUNT_ID = re.compile(r"(TSTDRV|TD)?[0-9]{3,12}(_(SB|RP)[0-9]+)?")


@dataclass(frozen=True, slots=True)
class SecretNeed:
    """A secret of the project: `scriptid` where it is an API secret of the account."""

    name: str
    scriptid: str | None
    form: str


@dataclass(frozen=True, slots=True)
class SdfProject:
    """
    An SDF project to deploy.

    `folder` holds `src/` or manifest.xml itself; `role` is the integration role's script id or
    None.
    """

    folder: Path
    account: str
    role: str | None
    secrets: tuple[SecretNeed, ...]


@contextmanager
def opened(folder: Path, environment: str | None = None) -> Iterator[SdfProject]:
    """
    The SDF project of a folder, for the account of an environment (default: the first).

    Raises:
        UsageError: the folder is no project, or has no such environment.
        generator.errors.ProjectError: its specs have mistakes.
    """
    if (folder / "project.yaml").is_file():
        with tempfile.TemporaryDirectory(prefix="suiteloom-") as built:
            _build(folder, Path(built))
            yield _read(Path(built), environment)
    elif (folder / "src" / "manifest.xml").is_file() or (folder / "manifest.xml").is_file():
        yield _read(folder, environment)
    else:
        raise UsageError(f"{folder} has neither project.yaml nor an SDF manifest.xml")


def fingerprint(folder: Path) -> str:
    """A hash of everything that a project folder would deploy."""
    root = folder / "src" if (folder / "src" / "manifest.xml").is_file() else folder
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def _build(folder: Path, out: Path) -> None:
    from generator.project import build

    build(folder, out)


def _read(folder: Path, environment: str | None) -> SdfProject:
    bundle = _bundle(folder)
    environments: dict[str, Any] = bundle.get("environments") or {}
    name = environment or next(iter(environments), None)
    if environment is not None and environment not in environments:
        known = ", ".join(environments) or "none"
        raise UsageError(f"There is no environment '{environment}'; the project has {known}")
    account = environments[name]["account"] if name else DEFAULT_ACCOUNT
    return SdfProject(folder, account, _role(folder, bundle), tuple(_secrets(bundle)))


def _bundle(folder: Path) -> dict[str, Any]:
    # A folder that is itself `src` has the bundle beside it.
    for place in (folder / "flows.json", folder.parent / "flows.json"):
        if place.is_file():
            bundle: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
            return bundle
    return {}


def _role(folder: Path, bundle: dict[str, Any]) -> str | None:
    """The project's integration role, or the only role among its objects."""
    objects = folder / "src" / "Objects"
    if not objects.is_dir():
        objects = folder / "Objects"
    roles = sorted(path.stem for path in objects.rglob("customrole_*.xml"))
    own = f"customrole_{bundle.get('prefix')}_integration"
    if own in roles:
        return own
    return roles[0] if len(roles) == 1 else None


def _secrets(bundle: dict[str, Any]) -> Iterator[SecretNeed]:
    for secret in bundle.get("secrets") or ():
        scriptid = secret.get("scriptid") if secret.get("in_account", True) else None
        yield SecretNeed(secret["name"], scriptid, secret.get("form", "text"))
