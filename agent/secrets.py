"""
Secrets by name: the environment, systemd's credentials, folders of files, a keyring, the emulator's folder.

Nothing is kept: a value is read for each use, so that a file that was replaced counts at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from agent import redaction
from agent.errors import ConfigError, SecretMissing

# Beside NAME while senders change over: both prove who called.
PREVIOUS = "_previous"


class Secrets:
    """
    Finds the text of a secret; never shows it.

    One newline at the end of a file is not part of the secret.

    Args:
        folders: folders with one file for each secret (Docker and Kubernetes secrets, any other),
            in the order in which they are asked.
        environ: the environment; `SUITELOOM_SECRET_<NAME>` wins over everything, and
            `CREDENTIALS_DIRECTORY` (systemd's LoadCredential) is the first folder.
        keyring: the service whose user NAME has the secret as its password, asked after the
            folders.
        last: folders that are asked after everything else.
    """

    def __init__(
        self,
        folders: Sequence[Path] = (),
        environ: Mapping[str, str] | None = None,
        *,
        keyring: str | None = None,
        last: Sequence[Path] = (),
    ) -> None:
        self._environ = os.environ if environ is None else environ
        given = self._environ.get("CREDENTIALS_DIRECTORY")
        self._folders = ((Path(given),) if given else ()) + tuple(folders)
        self._keyring = _Keyring(keyring) if keyring else None
        self._last = tuple(last)

    def get(self, name: str) -> str:
        """Return the secret. Raises SecretMissing, which names the places that were looked at."""
        value = self.find(name)
        if value is None:
            files = [f"file {folder / name}" for folder in (*self._folders, *self._last)]
            ring = [f"keyring {self._keyring.service}"] if self._keyring else []
            places = ", ".join([f"environment {variable(name)}", *files, *ring])
            raise SecretMissing(f"secret '{name}' has no value; looked at {places}")
        return value

    def find(self, name: str) -> str | None:
        """The secret, or None where there is none."""
        for value in self._values(name):
            if value:
                redaction.SECRETS.learn(value)
                return value
        return None

    def accepted(self, name: str) -> list[str]:
        """
        Every value that proves a caller: the secret and, while it is there, the one before (`NAME_previous`).

        Raises SecretMissing where there is none.
        """
        before = self.find(name + PREVIOUS)
        return [self.get(name), *([before] if before else [])]

    def _values(self, name: str) -> Iterator[str | None]:
        yield self._environ.get(variable(name))
        for folder in self._folders:
            yield _file(folder / name)
        if self._keyring is not None:
            yield self._keyring.password(name)
        for folder in self._last:
            yield _file(folder / name)

    def __repr__(self) -> str:
        """Where secrets come from, not what they are."""
        return f"Secrets({len(self._folders)} folders)"


class _Keyring:
    """Passwords of one service in the keyring of this user."""

    def __init__(self, service: str) -> None:
        try:
            import keyring
        except ModuleNotFoundError as error:
            raise ConfigError(
                "secrets.keyring needs keyring: pip install 'suiteloom[keyring]'"
            ) from error
        self.service = service
        self._keyring = keyring

    def password(self, name: str) -> str | None:
        try:
            found: str | None = self._keyring.get_password(self.service, name)
        except self._keyring.errors.KeyringError as error:
            raise SecretMissing(f"secret '{name}': the keyring cannot be read: {error}") from error
        return found


def _file(path: Path) -> str | None:
    try:
        value = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SecretMissing(f"secret '{path.name}': {path} cannot be read: {error}") from error
    return value.removesuffix("\n").removesuffix("\r")


def variable(name: str) -> str:
    """The environment variable of a secret: `SUITELOOM_SECRET_` and the name in upper case."""
    return "SUITELOOM_SECRET_" + name.upper().replace("-", "_")
