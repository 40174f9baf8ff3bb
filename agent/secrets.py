"""Secrets by name: from the environment, from folders of files, from the emulator's folder last."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from agent.errors import SecretMissing


class Secrets:
    """
    Finds the text of a secret; never shows it.

    A value is read anew each time, so that a file that was replaced (a rotated secret) counts at
    once. One newline at the end of a file is not part of the secret.

    Args:
        folders: folders with one file for each secret, in the order in which they are asked.
        environ: the environment; `SUITELOOM_SECRET_<NAME>` wins over every folder.
    """

    def __init__(
        self, folders: Sequence[Path] = (), environ: Mapping[str, str] | None = None
    ) -> None:
        self._folders = tuple(folders)
        self._environ = os.environ if environ is None else environ

    def get(self, name: str) -> str:
        """Return the secret. Raises SecretMissing, which names the places that were looked at."""
        value = self.find(name)
        if value is None:
            places = ", ".join(
                [f"environment {variable(name)}", *(f"file {f / name}" for f in self._folders)]
            )
            raise SecretMissing(f"secret '{name}' has no value; looked at {places}")
        return value

    def find(self, name: str) -> str | None:
        """The secret, or None where there is none."""
        value = self._environ.get(variable(name))
        if value:
            return value
        for folder in self._folders:
            try:
                value = (folder / name).read_text("utf-8")
            except (FileNotFoundError, NotADirectoryError):
                continue
            value = value.removesuffix("\n").removesuffix("\r")
            if value:
                return value
        return None

    def __repr__(self) -> str:
        """Where secrets come from, not what they are."""
        return f"Secrets({len(self._folders)} folders)"


def variable(name: str) -> str:
    """The environment variable of a secret: `SUITELOOM_SECRET_` and the name in upper case."""
    return "SUITELOOM_SECRET_" + name.upper().replace("-", "_")
