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
        return self._account.files.load(execution.session, args["id"])

    def save(self, execution: Execution, args: Args) -> int:
        """Create or replace a file; returns its id."""
        execution.charge("File.save", FILE_SAVE)
        files, session, id_ = self._account.files, execution.session, args["id"]
        names = ("type", "encoding", "description", "online", "inactive")
        rest = {key: args[key] for key in names if args.get(key)}
        if id_ is not None:
            found = files.load(session, id_)
            if (found["folder"], found["name"]) != (args["folder"], args["name"]):
                files.move(session, id_, args["folder"], args["name"])
        return files.save(session, args["name"], args["folder"], args["text"], **rest)

    def copy(self, execution: Execution, args: Args) -> dict[str, Any]:
        """Copy a file into a folder; the copy."""
        execution.charge("file.copy", FILE_SAVE)
        files, session = self._account.files, execution.session
        return files.load(
            session, files.copy(session, args["id"], args["folder"], args["conflict"])
        )

    def delete(self, execution: Execution, args: Args) -> int:
        """Delete a file; returns its id."""
        execution.charge("file.delete", FILE_SAVE)
        files, session = self._account.files, execution.session
        id_ = int(files.load(session, args["id"])["id"])
        files.delete(session, id_)
        return id_
