"""N/config."""

from __future__ import annotations

from typing import Any

from emulator.ports import Account, RecordData
from emulator.scripts.execution import Execution

Args = dict[str, Any]
_UNITS = 10


class Setup:
    """Setup pages for scripts."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def load(self, execution: Execution, args: Args) -> RecordData:
        """A setup page as a record."""
        execution.charge("config.load", _UNITS)
        return self._account.configuration.load(execution.session, args["type"])

    def save(self, execution: Execution, args: Args) -> None:
        """Keep a page's values."""
        draft = args["draft"]
        execution.charge("Record.save", _UNITS)
        self._account.configuration.save(execution.session, draft["type"], draft["fields"])
