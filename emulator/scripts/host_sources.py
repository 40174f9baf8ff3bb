"""Source of modules for the loader, checked against the language of their SuiteScript version."""

from __future__ import annotations

from typing import Any

from emulator.errors import NetSuiteError
from emulator.ports import Account
from emulator.scripts import language
from emulator.scripts.execution import Execution

Args = dict[str, Any]


class Sources:
    """Files of the File Cabinet as modules; no permission is asked, as for every script file."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def source(self, execution: Execution, args: Args) -> dict[str, Any]:
        """{source, wrong}: null source where there is no such file, `wrong` what its language does not have."""
        path = args["path"]
        try:
            text = self._account.files.source(path)
        except NetSuiteError:
            return {"source": None}
        if path.endswith(".json"):
            return {"source": text}
        switches = self._account.switches()
        version = language.version_of(text) or args.get("version") or "2.1"
        del execution
        return {"source": text, "wrong": language.fault(path, text, version, switches)}
