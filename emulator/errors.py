"""
Errors of the emulator.

    EmulatorError
    ├── NetSuiteError        what the account answers: reaches scripts as a SuiteScript error
    ├── DeployError          the SDF project cannot be deployed; carries every finding
    ├── UnsupportedError     an N/ member or a rule that the emulator does not have: named, never silent
    └── UsageError           the emulator was started or controlled wrongly
"""

from __future__ import annotations


class EmulatorError(Exception):
    """Base of the tree."""


class NetSuiteError(EmulatorError):
    """
    An error of the account, with NetSuite's own code (`name` in SuiteScript) and a message for people.

    Args:
        code: for example RCRD_DSNT_EXIST.
        message: for people; never matched on.
        status: HTTP status where it reaches a caller of the door instead of a script.
    """

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


class DeployError(EmulatorError):
    """The SDF project does not deploy; `findings` lists every reason, as the account would."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


class UnsupportedError(EmulatorError):
    """The emulator does not have this N/ member or rule; the message names it."""


class UsageError(EmulatorError):
    """A wrong start or a wrong control call."""
