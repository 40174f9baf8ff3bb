"""Searches over an account: pages of results, counts and look-ups."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

from emulator.errors import NetSuiteError
from emulator.ports import Account, Session
from emulator.search import catalogue, finding, ordered
from emulator.search.model import Definition, SearchField, SearchType, definition
from emulator.search.statement import Builder, Statement
from emulator.search.values import Values
from emulator.suiteql.translate import Translation
from generator.catalog.model import Catalog


class Statements(Protocol):
    """Who runs translated statements."""

    def execute(
        self, session: Session, translation: Translation, params: Sequence[Any], *, limit: int
    ) -> list[tuple[Any, ...]]:
        """Rows as SQLite gives them."""


class Searches:
    """
    Runs searches for sessions.

    Args:
        account: whose data.
        statements: SuiteQL.
        catalog: the account's record types, its own included.
    """

    def __init__(
        self, account: Account, statements: Statements, catalog: Callable[[], Catalog]
    ) -> None:
        self._account = account
        self._statements = statements
        self._catalog = catalog
        self._built_from: Catalog | None = None
        self._types: Mapping[str, SearchType] = {}
        self._connection: sqlite3.Connection | None = None
        self._translations: dict[Any, Translation] = {}

    # --- what scripts ask ----------------------------------------------------------------------

    def rows(
        self, session: Session, data: Mapping[str, Any], start: int, end: int
    ) -> dict[str, Any]:
        """
        Results from `start` up to `end`: {kinds, rows: [[record type, id, [value], [text]]]}.

        Raises:
            NetSuiteError: INVALID_SRCH_TYPE, SSS_INVALID_SRCH_FILTER, SSS_INVALID_SRCH_COL, ...
        """
        return self._rows(session, definition(data), start, end, main_only=False)

    def count(self, session: Session, data: Mapping[str, Any]) -> int:
        """How many results a search has."""
        wanted = definition(data)
        type_ = self._type(session, wanted.type)
        if type_ is None:
            return 0
        statement = self._statement(session, wanted, type_, main_only=False)
        translation = self._translated(session, statement, count=True)
        rows = self._statements.execute(session, translation, statement.values(), limit=1)
        return int(rows[0][0])

    def lookup(
        self, session: Session, type_: str, id_: Any, columns: Sequence[str]
    ) -> dict[str, Any]:
        """One record's fields, as `rows` gives them."""
        filters = ["internalid", "anyof", id_]
        data = {"type": type_, "filters": filters, "columns": list(columns)}
        return self._rows(session, definition(data), 0, 1, main_only=True)

    def everywhere(self, session: Session, keywords: str) -> list[list[str]]:
        """Records by keywords: [record type, id, name, label, info1, info2]."""
        records = self._catalog().records
        with self._account.database() as connection:
            return finding.everywhere(connection, keywords, records, self._visible(session))

    def duplicates(
        self, session: Session, type_: str, fields: Mapping[str, Any], id_: Any
    ) -> list[list[str]]:
        """[record type, id] of the records that have one of these values, or one of those of a record."""
        number = None if id_ in (None, "") else int(id_)
        if number is not None:
            own = self.lookup(session, type_, number, finding.COMPARED)["rows"]
            values = own[0][2] if own else ()
            fields = {**dict(zip(finding.COMPARED, values, strict=False)), **fields}
        filters = finding.duplicate_filters(type_.lower(), fields, number)
        if not filters:
            return []
        data = {"type": type_, "filters": filters, "columns": []}
        return [row[:2] for row in self.rows(session, data, 0, finding.LIMIT)["rows"]]

    def check_type(self, type_: str) -> None:
        """Refuses a search type that there is not. INVALID_SRCH_TYPE."""
        self._refresh()
        if type_.lower() not in self._types or type_.startswith("@"):
            raise NetSuiteError("INVALID_SRCH_TYPE", f"Invalid search type: {type_}.", guessed=True)

    # --- the way -------------------------------------------------------------------------------

    def _rows(
        self, session: Session, wanted: Definition, start: int, end: int, *, main_only: bool
    ) -> dict[str, Any]:
        type_ = self._type(session, wanted.type)
        if type_ is None:
            return {"kinds": ["text"] * len(wanted.columns), "rows": []}
        statement = self._statement(session, wanted, type_, main_only=main_only)
        found = self._translated(session, statement)
        paged = Translation(
            f"{found.sql} LIMIT {int(end - start)} OFFSET {int(start)}",
            found.parameters,
            found.columns,
            found.indexes,
        )
        raw = self._statements.execute(session, paged, statement.values(), limit=end - start)
        return {
            "kinds": [output.type for output in statement.outputs],
            "rows": self._shown(session, statement, raw),
        }

    def _shown(
        self, session: Session, statement: Statement, raw: Sequence[tuple[Any, ...]]
    ) -> list[Any]:
        @cache
        def text(field: SearchField, value: str) -> str:
            return self._text(field, value)

        values = Values(session, text, leading_zero=self._account.switches()["search_leading_zero"])
        head = 0 if statement.grouped else 2
        out = []
        for row in raw:
            pairs = [
                values.pair(
                    output,
                    row[head + place],
                    None if output.text_at is None else row[head + output.text_at],
                )
                for place, output in enumerate(statement.outputs)
            ]
            record = None if statement.grouped else row[1]
            number = None if statement.grouped else str(row[0])
            out.append([record, number, [pair[0] for pair in pairs], [pair[1] for pair in pairs]])
        return out

    def _text(self, field: SearchField, value: str) -> str:
        if field.place is None:
            return value
        record, name, sublist = field.place
        return self._account.text(record, name, value, sublist)

    def _type(self, session: Session, name: str) -> SearchType | None:
        """The type; None for one whose records the role may not see, where that gives no results."""
        self._refresh()
        self.check_type(name)
        type_ = self._types[name]
        if type_.permission is None or self._account.allows(session, type_.permission, "VIEW"):
            return type_
        if self._account.switches()["search_without_permission"] == "empty":
            return None
        raise NetSuiteError(
            "INSUFFICIENT_PERMISSION",
            f"Permission Violation: You need the {type_.permission} permission to search {name}.",
            status=403,
        )

    def _statement(
        self, session: Session, wanted: Definition, type_: SearchType, *, main_only: bool
    ) -> Statement:
        switches = self._account.switches()
        builder = Builder(
            self._types, type_, session, self._account.now_ms(),
            select_is=switches["search_select_is"],
            text_number_is=switches["search_text_number_is"],
            counts_distinct=switches["search_counts_distinct"],
            descending=switches["search_order"] == "descending",
        )  # fmt: skip
        return builder.build(wanted, main_only=main_only)

    def _translated(
        self, session: Session, statement: Statement, *, count: bool = False
    ) -> Translation:
        visible = self._visible(session)
        sql = statement.count_sql if count else statement.sql
        lists = tuple(isinstance(value, list) for value in statement.params)
        tables = tuple((t.name, t.label, t.source, t.types) for t in statement.tables.values())
        key = (sql, lists, tables, visible)
        found = self._translations.get(key)
        if found is None:
            if len(self._translations) > 512:
                self._translations.clear()
            found = self._translations[key] = statement.translated(visible, count=count)
        return found

    def _visible(self, session: Session) -> frozenset[str]:
        records = self._catalog().records.values()
        granted = {
            permission: permission is None or self._account.allows(session, permission, "VIEW")
            for permission in {record.permission for record in records}
        }
        return frozenset(record.id for record in records if granted[record.permission])

    def _refresh(self) -> None:
        catalog = self._catalog()
        if catalog is not self._built_from:
            switches = self._account.switches()
            self._types = catalogue.build(
                catalog,
                returns_negative=switches["search_returns_negative"],
                links_on_main=switches["search_links_on_main"],
            )
            self._translations.clear()
            self._built_from = catalog
        with self._account.database() as connection:
            if connection is not self._connection:
                connection.create_function("sl_search_text", 4, self._display)
                connection.create_function("sl_search_tasks", 0, self._tasks)
                connection.create_function("sl_search_keyed", 2, ordered.keyed, deterministic=True)
                connection.create_function(
                    "sl_search_unkeyed", 1, ordered.unkeyed, deterministic=True
                )
                connection.create_function("sl_search_text_of", 1, _text_of, deterministic=True)
                connection.create_function("sl_search_number_of", 1, _number_of, deterministic=True)
                self._connection = connection

    def _tasks(self) -> str:
        return json.dumps(list(self._account.queued()))

    def _display(self, record: str, field: str, sublist: str | None, value: Any) -> str | None:
        if value is None:
            return None
        values = json.loads(value) if isinstance(value, str) and value.startswith("[") else [value]
        texts = (self._account.text(record, field, str(one), sublist) for one in values)
        return ",".join(texts) or None


def _number_of(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _text_of(value: Any) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if value is None else str(value)
