"""
Errors of the emulator.

    EmulatorError
    ├── NetSuiteError        what the account answers: reaches scripts as a SuiteScript error
    │   ├── ScriptError      a script threw, and nobody caught it
    │   └── ScriptEnded      NetSuite ended a script: nothing in it could catch that
    │       ├── UsageExceeded
    │       └── TimeExceeded
    ├── WorkerDied           a script worker's process is gone, and with it the execution
    ├── DeployError          the SDF project cannot be deployed; carries every finding
    ├── UnsupportedError     an N/ member or a rule that the emulator does not have: named, never silent
    └── UsageError           the emulator was started or controlled wrongly
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ENGLISH = "en_US"
# All that an account of another language says: nobody may lean on the words of a message.
FOREIGN = "Vorgang abgelehnt."
# The code of errors that have no name of their own.
UNNAMED = "UNEXPECTED_ERROR"


class EmulatorError(Exception):
    """Base of the tree."""


class NetSuiteError(EmulatorError):
    """
    An error of the account, with NetSuite's own code (`name` in SuiteScript) and a message for people.

    Args:
        code: for example RCRD_DSNT_EXIST.
        message: for people; never matched on.
        status: HTTP status where it reaches a caller of the door instead of a script.
        guessed: nobody has said that the code is NetSuite's own for this.
    """

    def __init__(
        self, code: str, message: str, *, status: int = 400, guessed: bool = False
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.guessed = guessed

    def outward(self, switches: Mapping[str, Any]) -> NetSuiteError:
        """
        The error as it leaves the account for scripts and callers.

        The code stays unless it is guessed and the switch `guessed_error_names` is off; where the
        account does not speak English (`message_language`), no word of the English message does.
        """
        code = UNNAMED if self.guessed and not switches["guessed_error_names"] else self.code
        message = self.message if switches["message_language"] == ENGLISH else FOREIGN
        return NetSuiteError(code, message, status=self.status)


class ScriptError(NetSuiteError):
    """
    A script ended with an error.

    `facts` is the error as scripts see it: type, name, message, stack, and for a user event
    eventType and recordId.
    """

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__(
            str(facts.get("name") or "UNEXPECTED_ERROR"), str(facts.get("message") or "")
        )
        self.facts = dict(facts)

    def outward(self, switches: Mapping[str, Any]) -> NetSuiteError:  # noqa: ARG002
        """The script's own words stay."""
        return self


class ScriptEnded(NetSuiteError):
    """NetSuite ended the script; nothing in it can catch this."""


class UsageExceeded(ScriptEnded):
    """The next call would pass the limit of units."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            "SSS_USAGE_LIMIT_EXCEEDED", f"Script Execution Usage Limit Exceeded ({limit} units)."
        )


class TimeExceeded(ScriptEnded):
    """The script ran longer than its type may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            "SSS_TIME_LIMIT_EXCEEDED", f"Script Execution Time Exceeded ({seconds:g} s)."
        )


class WorkerDied(EmulatorError):
    """The worker's process ended or sent nonsense; the execution in it is lost."""


class DeployError(EmulatorError):
    """The SDF project does not deploy; `findings` lists every reason, as the account would."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


class UnsupportedError(EmulatorError):
    """The emulator does not have this N/ member or rule; the message names it."""


class UsageError(EmulatorError):
    """A wrong start or a wrong control call."""
