"""
Judges folders of SuiteScript: TypeScript against NetSuite's types, eslint, and Oracle's stubs.

`validate(folders)` starts each tool once for all folders and returns what it found. Tools, their
lock file and their configuration are those of `suiteloom lint --types` (generator/lint/tools),
installed by `make setup` into this folder's node_modules; prettier and the emulator's configuration
are ours.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generator.lint.node import SHIPPED, Said, Tools

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
TYPES = "types/suitescript-amd.d.ts"


@cache
def tools() -> Tools:
    """The tools with node_modules of this folder, as they lie beside each other once installed."""
    home = Path(tempfile.mkdtemp(prefix="suiteloom-tools-")).resolve()
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    for source in (SHIPPED, HERE):
        shutil.copytree(
            source, home, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules", "*.py")
        )
    (home / "node_modules").symlink_to(MODULES)
    return Tools(home)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a tool said, and where; `line` is 0 where the tool names none."""

    tool: str
    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.tool}: {self.message}"


def _findings(said: Sequence[Said]) -> list[Finding]:
    return [
        Finding(s.tool, s.file, s.line, f"{s.code}: {s.message}" if s.code else s.message)
        for s in said
    ]


def validate(folders: Sequence[Path]) -> list[Finding]:
    """
    What the three tools find in the SuiteScript below `folders`, sorted by place.

    Folders hold whole trees of scripts (`src/FileCabinet/SuiteScripts`), so that relative modules
    are found. A folder without a script is an error: nothing was judged.
    """
    for folder in folders:
        if not any(folder.rglob("*.js")):
            raise ValueError(f"{folder} holds no SuiteScript")
    found = [*typescript(folders), *eslint(folders), *load(folders)]
    return sorted(found, key=lambda finding: (finding.file, finding.line, finding.message))


def typescript(folders: Sequence[Path]) -> list[Finding]:
    """What tsc says with @hitc/netsuite-types; every N/ member and option key is checked."""
    return _findings(tools().typescript(_scripts(folders)))


def emulated(folder: Path) -> list[Finding]:
    """
    What tsc says of the emulator's N/ modules in `folder`, checked against the types of the real ones.

    Left out: properties that a class of the file is given with Object.assign, which is how these
    files are written.
    """
    found = tools().typescript(
        _scripts([folder]),
        base="tsconfig.emulator.json",
        types=(TYPES, "types/emulator-modules.d.ts"),
    )
    own = re.compile(r"Property '\w+' does not exist on type '(\w+)'")
    return [
        finding
        for finding in _findings(found)
        if not (
            (match := own.search(finding.message))
            and re.search(rf"^ *class {match[1]}\b", finding.file.read_text(), re.MULTILINE)
        )
    ]


def _scripts(folders: Sequence[Path]) -> list[Path]:
    return [folder.resolve() / "**/*.js" for folder in folders]


def eslint(folders: Sequence[Path], config: str = "eslint.generated.cjs") -> list[Finding]:
    """What eslint says by a configuration."""
    return _findings(tools().eslint(folders, config))


def load(folders: Sequence[Path]) -> list[Finding]:
    """Which scripts do not load under Oracle's stubs, or return other entry points than they should."""
    return _findings(tools().load(folders))


def hand_written() -> list[Path]:
    """Folders of SuiteScript that people write: the library, hooks of examples and golden projects."""
    root = HERE.parents[1]
    return [
        root / "templates/suitescript/lib",
        *sorted((root / "examples").glob("*/hooks")),
        *sorted((root / "tests/golden/trees").glob("*/project/hooks")),
    ]


def formatted(folders: Sequence[Path], *, write: bool = False) -> list[Path]:
    """The files below `folders` that prettier would write otherwise, or with `write` has written."""
    home = tools().home
    done = tools().run(
        "prettier/bin/prettier.cjs",
        *("--config", str(home / ".prettierrc.json"), "--list-different"),
        *(("--write",) if write else ()),
        *(f"{folder.resolve()}/**/*.js" for folder in folders),
    )
    if done.returncode > 1:
        raise RuntimeError(f"prettier failed: {done.stdout}{done.stderr}")
    return [(home / line).resolve() for line in done.stdout.splitlines()]


if __name__ == "__main__":
    for path in formatted(hand_written(), write=True):
        print(path)
