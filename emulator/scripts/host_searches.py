"""N/search."""

from __future__ import annotations

from typing import Any

from emulator.ports import Account
from emulator.scripts.execution import Execution
from emulator.scripts.governance import LOOKUP_FIELDS, SEARCH_PAGE, SEARCH_ROWS
from emulator.search.searches import Searches

Args = dict[str, Any]
_UNITS = {
    "ResultSet.getRange": SEARCH_ROWS,
    "ResultSet.each": SEARCH_ROWS,
    "PagedData.fetch": SEARCH_PAGE,
}
SAVED = 5
KEYWORDS = 10


class SearchCalls:
    """Searches for scripts (units: help topic "SuiteScript 2.x API Governance")."""

    def __init__(self, account: Account, searches: Searches) -> None:
        self._account = account
        self._searches = searches

    def check(self, _: Execution, args: Args) -> None:
        """Refuses a search type that there is not."""
        self._searches.check_type(args["type"])

    def rows(self, execution: Execution, args: Args) -> dict[str, Any]:
        """A page of results; without `member` it belongs to a call that was charged already."""
        member = args["member"]
        if member is not None:
            execution.charge(member, _UNITS[member])
        return self._searches.rows(
            execution.session, args["definition"], args["start"], args["end"]
        )

    def count(self, execution: Execution, args: Args) -> int:
        """How many results a paged run has."""
        execution.charge("Search.runPaged", SEARCH_PAGE)
        return self._searches.count(execution.session, args["definition"])

    def lookup(self, execution: Execution, args: Args) -> dict[str, Any]:
        """Fields of one record."""
        execution.charge("search.lookupFields", LOOKUP_FIELDS)
        return self._searches.lookup(execution.session, args["type"], args["id"], args["columns"])

    def load(self, execution: Execution, args: Args) -> dict[str, Any]:
        """A saved search."""
        execution.charge("search.load", SAVED)
        return self._account.searches.load(execution.session, args["id"])

    def save(self, execution: Execution, args: Args) -> dict[str, Any]:
        """Keep a search; its internal id and script id."""
        execution.charge("Search.save", SAVED)
        return self._account.searches.save(execution.session.user, args["search"])

    def delete(self, execution: Execution, args: Args) -> None:
        """Delete a saved search."""
        execution.charge("search.delete", SAVED)
        self._account.searches.delete(execution.session, args["id"])

    def everywhere(self, execution: Execution, args: Args) -> list[list[str]]:
        """Records by keywords."""
        execution.charge("search.global", KEYWORDS)
        return self._searches.everywhere(execution.session, args["keywords"])

    def duplicates(self, execution: Execution, args: Args) -> list[list[str]]:
        """Records that seem to be the same."""
        execution.charge("search.duplicates", KEYWORDS)
        return self._searches.duplicates(
            execution.session, args["type"], args["fields"], args["id"]
        )
