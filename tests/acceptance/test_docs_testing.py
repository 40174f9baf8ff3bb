"""docs/testing.md: every file of it is written, every command run, every answer compared."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from generator.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "testing.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TIME = re.compile(r"\(\d+ ms\)")


def alike(shown: list[str], said: list[str]) -> bool:
    """Whether the lines are those that the page shows; `…` stands for any lines."""
    if "…" not in shown:
        return shown == said
    at = shown.index("…")
    head, tail = shown[:at], shown[at + 1 :]
    return said[:at] == head and (not tail or said[-len(tail) :] == tail)


def answer_of(command: str) -> str:
    """What a command prints: ours in this process (it is quicker), others by the shell."""
    if not command.startswith("suiteloom "):
        subprocess.run(["sh", "-c", command], check=True, timeout=60)
        return ""
    said = io.StringIO()
    with (
        patch.object(sys, "argv", shlex.split(command)),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
        contextlib.suppress(SystemExit),
    ):
        main()
    return said.getvalue()


def test_every_command_of_the_page_answers_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = 0
    for kind, body in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        first, _, rest = body.partition("\n")
        if kind in ("yaml", "json") and first.startswith("# "):
            (tmp_path / first[2:]).write_text(rest, encoding="utf-8")
        if kind != "console":
            continue
        for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            command, _, answer = part.partition("\n")
            said = answer_of(command)
            ran += 1
            shown = TIME.sub("(time)", answer).rstrip().splitlines()
            lines = TIME.sub("(time)", said).rstrip().splitlines()
            assert not shown or alike(shown, lines), f"$ {command}\n{said}"
    assert ran >= 9
