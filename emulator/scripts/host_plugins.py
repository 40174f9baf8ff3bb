"""N/plugin: which implementations of a custom plug-in type there are."""

from __future__ import annotations

from typing import Any

from emulator.errors import NetSuiteError
from emulator.ports import Account
from emulator.scripts.execution import Execution

Args = dict[str, Any]
TYPE = "PluginType"
IMPLEMENTATION = "PluginTypeImpl"


class Plugins:
    """Custom plug-in types that were deployed."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def implementations(self, _: Execution, args: Args) -> list[dict[str, Any]]:
        """The type's own (default) implementation first, then the others by script id."""
        type_ = self._account.script(args["type"])
        if type_ is None or type_.type != TYPE:
            raise NetSuiteError(
                "UNABLE_TO_FIND_PLUGIN_TYPE_1", f"There is no plug-in type {args['type']}."
            )
        others = [
            s for s in self._account.scripts(IMPLEMENTATION) if s.implements == type_.scriptid
        ]
        return [
            {"id": script.scriptid, "file": script.file, "isDefault": script is type_}
            for script in (type_, *others)
        ]
