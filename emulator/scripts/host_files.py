"""N/file, and the sources of scripts."""

from __future__ import annotations

from typing import Any

from emulator.errors import NetSuiteError
from emulator.ports import Account
from emulator.scripts.execution import Execution
from emulator.scripts.governance import FILE_LOAD, FILE_SAVE

Args = dict[str, Any]


class Files:
    """The File Cabinet for scripts."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def source(self, _: Execution, args: Args) -> dict[str, Any]:
        """Text of a script file, null where there is none."""
        try:
            return {"source": self._account.files.source(args["path"])}
        except NetSuiteError:
            return {"source": None}

    def load(self, execution: Execution, args: Args) -> dict[str, Any]:
        """A file by internal id or path."""
        execution.charge("file.load", FILE_LOAD)
        ref = args["id"]
        if isinstance(ref, str):
            ref = int(ref) if ref.isdigit() else "/" + ref.strip("/")
        return self._account.files.load(execution.session, ref)

    def save(self, execution: Execution, args: Args) -> int:
        """Create or replace a file; returns its id."""
        execution.charge("File.save", FILE_SAVE)
        rest = {key: args[key] for key in ("type", "encoding", "description") if args.get(key)}
        return self._account.files.save(
            execution.session, args["name"], args["folder"], args["text"], **rest
        )

    def delete(self, execution: Execution, args: Args) -> int:
        """Delete a file; returns its id."""
        execution.charge("file.delete", FILE_SAVE)
        id_: int = args["id"]
        self._account.files.delete(execution.session, id_)
        return id_
