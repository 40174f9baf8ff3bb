"""N/url, N/redirect and N/ui/serverWidget: what only the account knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from emulator.errors import NetSuiteError, UnsupportedError
from emulator.ports import Account, Query
from emulator.scripts.addresses import deployment_of, key, numbers, script_of
from emulator.scripts.execution import Execution

Args = dict[str, Any]
# The column that names a record, by the first that its table has.
_NAMES = ("name", "entityid", "itemid", "tranid", "title")
SAVED_SEARCH = 5


class Pages:
    """Addresses of scripts and the options of list fields."""

    def __init__(self, account: Account, query: Query) -> None:
        self._account = account
        self._query = query

    def script(self, _: Execution, args: Args) -> dict[str, Any]:
        """Numbers and key of a script's URL; SSS_INVALID_SCRIPT_ID_1 where there is no such script."""
        script = script_of(self._account, args["scriptId"])
        deployment = deployment_of(script, args["deploymentId"]) if script else None
        if script is None or deployment is None:
            raise NetSuiteError(
                "SSS_INVALID_SCRIPT_ID_1",
                f"You have provided an invalid script id or internal id: {args['scriptId']}, {args['deploymentId']}",
            )
        if script.type not in ("Suitelet", "Restlet"):
            raise NetSuiteError(
                "SSS_INVALID_SCRIPT_ID_1", f"{script.scriptid} is a {script.type}, it has no URL."
            )
        place, number = numbers(self._account, script, deployment)
        found = key(self._account, script, deployment)
        return {"type": script.type, "script": place, "deploy": number, "key": found}

    def record_type(self, _: Execution, args: Args) -> dict[str, Any]:
        """
        Kind of a record type, and the number of a custom one: its place among them by script id.

        SSS_INVALID_RECORD_TYPE, as http.ServerResponse.sendRedirect documents it, where there is no
        such type.
        """
        if args["type"] not in self._account.catalog.records:
            raise NetSuiteError("SSS_INVALID_RECORD_TYPE", f"Invalid record type: {args['type']}")
        kind = self._account.meta(args["type"])["kind"]
        if kind != "custom":
            return {"kind": kind, "number": None}
        return {"kind": kind, "number": self._account.record_number(args["type"])}

    def options(self, execution: Execution, args: Args) -> list[dict[str, str]]:
        """Options of a list field whose source is a record type or list."""
        table = self._account.meta(str(args["type"]))["type"]
        session = replace(execution.session, role="ADMINISTRATOR")
        for name in _NAMES:
            try:
                sql = f"SELECT id, {name} FROM {table} ORDER BY {name}"  # noqa: S608 - of the catalogue
                _, rows = self._query.run(session, sql)
            except NetSuiteError:
                continue
            return [{"value": str(row[0]), "text": str(row[1] or "")} for row in rows]
        raise UnsupportedError(f"The emulator does not have the options of {table}.")

    def saved_search(self, execution: Execution, _: Args) -> None:
        """Meter redirect.toSavedSearch and toSavedSearchResult."""
        execution.charge("redirect.toSavedSearch", SAVED_SEARCH)
