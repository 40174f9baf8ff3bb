"""N/query."""

from __future__ import annotations

from typing import Any

from emulator.ports import Query
from emulator.scripts.execution import Execution
from emulator.scripts.governance import QUERY

Args = dict[str, Any]


class Queries:
    """SuiteQL for scripts."""

    def __init__(self, query: Query) -> None:
        self._query = query

    def run(self, execution: Execution, args: Args) -> dict[str, Any]:
        """Columns and rows of a statement, at most `limit` rows."""
        execution.charge("query.runSuiteQL", QUERY)
        columns, rows = self._query.run(
            execution.session, args["sql"], args["params"], limit=args["limit"]
        )
        return {"columns": columns, "rows": rows}

    def page(self, execution: Execution, _: Args) -> None:
        """A page of a paged run costs as much as a run."""
        execution.charge("PagedData.fetch", QUERY)
