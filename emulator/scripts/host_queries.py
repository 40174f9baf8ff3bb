"""N/query."""

from __future__ import annotations

from typing import Any

from emulator.ports import Query
from emulator.scripts.execution import Execution
from emulator.scripts.governance import QUERY, SAVED_QUERY

Args = dict[str, Any]


class Queries:
    """SuiteQL for scripts."""

    def __init__(self, query: Query) -> None:
        self._query = query

    def run(self, execution: Execution, args: Args) -> dict[str, Any]:
        """Columns and rows of a statement, at most `limit` rows."""
        execution.charge("query.runSuiteQL", QUERY)
        columns, rows, types = self._query.typed(
            execution.session, args["sql"], args["params"], limit=args["limit"]
        )
        return {"columns": columns, "rows": rows, "types": types}

    def build(self, execution: Execution, args: Args) -> dict[str, Any]:
        """A query of objects as SuiteQL; it costs nothing before it runs."""
        built = self._query.build(execution.session, args)
        return {"sql": built.sql, "params": list(built.params), "types": list(built.types)}

    def check(self, execution: Execution, args: Args) -> None:
        """query.create: INVALID_RCRD_TYPE for a record type that the account has not."""
        self._query.check(execution.session, args["type"])

    def saved(self, execution: Execution, args: Args) -> None:
        """query.load, query.delete and query.listTables cost 5 units; the account has no saved queries."""
        execution.charge(args["member"], SAVED_QUERY)

    def page(self, execution: Execution, _: Args) -> None:
        """A page of a paged run costs as much as a run."""
        execution.charge("PagedData.fetch", QUERY)
