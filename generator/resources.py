"""Where templates and examples are: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _find(name: str) -> Path:
    packaged = _PACKAGE / f"_{name}"
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def templates() -> Path:
    """The folder with `suitescript/` and `project/`."""
    return _find("templates")


def examples() -> Path:
    """The folder with the example projects."""
    return _find("examples")
