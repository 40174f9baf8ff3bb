"""SuiteQL over an account: the `Query` port."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from emulator.errors import NetSuiteError
from emulator.ports import Account, Session
from emulator.suiteql import masks, objects, schema, statistics
from emulator.suiteql.faults import search_error
from emulator.suiteql.functions import Functions
from emulator.suiteql.translate import Translation, translate
from generator.catalog.model import Catalog

# runSuiteQL gives at most this many rows (help topic "query.runSuiteQL(options)").
MAX_ROWS = 5000


class Suiteql:
    """
    Runs SuiteQL for a session.

    Args:
        account: whose data.
        catalog: gives the account's record types, its own included; asked before each query,
            because a deployment changes them.
    """

    def __init__(self, account: Account, catalog: Callable[[], Catalog]) -> None:
        self._account = account
        self._catalog = catalog
        self._built_from: Catalog | None = None
        self._schema = schema.Schema({})
        self._functions = Functions(account)
        self._connection: sqlite3.Connection | None = None
        self._indexed: set[str] = set()
        self._generation = -1
        self._translate = lru_cache(maxsize=512)(self._translated)

    def run(
        self, session: Session, sql: str, params: Sequence[Any] = (), *, limit: int = MAX_ROWS
    ) -> tuple[list[str], list[list[Any]]]:
        """Lower-case column names and rows, as `emulator.ports.Query` says."""
        columns, rows, _ = self.typed(session, sql, params, limit=limit)
        return columns, rows

    def typed(
        self, session: Session, sql: str, params: Sequence[Any] = (), *, limit: int = MAX_ROWS
    ) -> tuple[list[str], list[list[Any]], tuple[str, ...]]:
        """
        What `run` answers, and what each column holds: query.ReturnType, ANY where only the rows can tell.

        Raises:
            NetSuiteError: SSS_SEARCH_ERROR_OCCURRED for a query that NetSuite would refuse,
                INSUFFICIENT_PERMISSION for a role without SuiteAnalytics Workbook.
        """
        if not self._account.allows(session, "REPO_ANALYTICS", "EDIT"):
            raise NetSuiteError(
                "INSUFFICIENT_PERMISSION",
                "Permission Violation: You need the 'SuiteAnalytics Workbook' permission to access this page.",
                status=403,
            )
        with self._account.database() as connection:
            self._refresh(connection)
            translation = self._translate(sql, self._visible(session))
            rows = self._run(connection, session, translation, params, limit)
        shown = [[_result(value, session) for value in row] for row in rows]
        return list(translation.columns), shown, translation.types

    def execute(
        self, session: Session, translation: Translation, params: Sequence[Any], *, limit: int
    ) -> list[tuple[Any, ...]]:
        """Run a translated statement: rows as SQLite gives them, dates marked (for searches)."""
        with self._account.database() as connection:
            self._refresh(connection)
            return self._run(connection, session, translation, params, limit)

    def _run(
        self,
        connection: sqlite3.Connection,
        session: Session,
        translation: Translation,
        params: Sequence[Any],
        limit: int,
    ) -> list[tuple[Any, ...]]:
        values = _bound(translation, params)
        self._functions.session = session
        self._functions.failure = None
        try:
            return self._rows(connection, translation, values, limit)
        finally:
            self._functions.session = None

    def check(self, session: Session, type: str) -> None:  # noqa: A002
        """Raise INVALID_RCRD_TYPE for a query type that the account has not."""
        self._builder(session).table(type)

    def build(self, session: Session, definition: Mapping[str, Any]) -> objects.Built:
        """A definition of N/query's objects as SuiteQL (see emulator.suiteql.objects)."""
        return self._builder(session).build(definition)

    def _builder(self, session: Session) -> objects.Builder:
        with self._account.database() as connection:
            self._refresh(connection)
        now = datetime.fromtimestamp(self._account.now_ms() / 1000, ZoneInfo(session.time_zone))
        empty = bool(self._account.switches()["query_not_includes_empty"])
        return objects.Builder(self._schema, now, empty)

    def _rows(
        self,
        connection: sqlite3.Connection,
        translation: Translation,
        values: dict[str, Any],
        limit: int,
    ) -> list[tuple[Any, ...]]:
        for name, statement in translation.indexes:
            if name not in self._indexed:
                connection.execute(statement)
                statistics.tell(connection, name)
                self._indexed.add(name)
        cursor = connection.cursor()
        cursor.row_factory = None
        try:
            return cursor.execute(translation.sql, values).fetchmany(limit)
        except sqlite3.Error as error:
            if self._functions.failure is not None:
                raise self._functions.failure from None
            raise search_error(f"Invalid or unsupported search ({error})") from error
        finally:
            cursor.close()

    def _refresh(self, connection: sqlite3.Connection) -> None:
        if connection is not self._connection or self._account.generation != self._generation:
            self._functions.install(connection)
            statistics.tell(connection, "record", "record_externalid")
            self._connection = connection
            self._generation = self._account.generation
            self._indexed.clear()
        catalog = self._catalog()
        if catalog is not self._built_from:
            self._schema = schema.build(catalog)
            self._functions.labels = self._schema.labels
            self._built_from = catalog
            self._translate.cache_clear()

    def _visible(self, session: Session) -> frozenset[str]:
        permissions = self._schema.permissions
        granted = {
            permission: permission is None or self._account.allows(session, permission, "VIEW")
            for permission in set(permissions.values())
        }
        return frozenset(
            record for record, permission in permissions.items() if granted[permission]
        )

    def _translated(self, sql: str, visible: frozenset[str]) -> Translation:
        documented_only = self._account.switches()["suiteql_documented_only"]
        return translate(sql, self._schema, visible, documented_only=documented_only)


def _bound(translation: Translation, params: Sequence[Any]) -> dict[str, Any]:
    if len(params) != translation.parameters:
        raise search_error(
            f"The query has {translation.parameters} parameters, {len(params)} values were given."
        )
    return {f"p{number}": _parameter(value) for number, value in enumerate(params, start=1)}


def _parameter(value: Any) -> Any:
    """A bound value: booleans are T and F, the empty text is nothing (Oracle's rule)."""
    if isinstance(value, bool):
        return "T" if value else "F"
    return None if value == "" else value


def _result(value: Any, session: Session) -> Any:
    if isinstance(value, str) and masks.MARK in value:
        return masks.MARKED.sub(
            lambda found: masks.user_date(masks.unmark(found.group(0)), session.date_format), value
        )
    if isinstance(value, float):
        # SQLite adds binary fractions where NetSuite adds decimal ones.
        rounded = round(value, 10)
        return int(rounded) if rounded.is_integer() else rounded
    return value
