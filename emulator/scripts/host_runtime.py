"""N/runtime: what only the account knows."""

from __future__ import annotations

from typing import Any

from emulator.ports import Account
from emulator.scripts.execution import Execution

Args = dict[str, Any]
LEVELS = ("FULL", "EDIT", "CREATE", "VIEW")


class Runtime:
    """Features and permissions for scripts."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def feature(self, _: Execution, args: Args) -> bool:
        """Whether a feature is in effect."""
        return self._account.feature(args["name"])

    def user(self, execution: Execution, _: Args) -> dict[str, Any]:
        """Name, e-mail and places of the user's employee record; the system user has none."""
        return self._account.person(execution.session)

    def preference(self, execution: Execution, args: Args) -> Any:
        """A preference by its id, None where there is none."""
        return self._account.configuration.preference(execution.session, args["name"])

    def permission(self, execution: Execution, args: Args) -> str:
        """Highest level that the role has for a permission."""
        for level in LEVELS:
            if self._account.allows(execution.session, args["name"], level):
                return level
        return "NONE"
