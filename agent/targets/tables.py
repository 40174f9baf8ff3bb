"""
Events of one flow as rows of a table: written by their key, deleted with the record.

The table is looked at before the first event: it must have the columns, and the key must be one of
its primary key or of a unique constraint, so that writing a row twice is writing it once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from agent.bundle import OutboundFlow, TableTarget
from agent.databases import CONFIGURATION, Database
from agent.documents import at
from agent.errors import DeliveryError, TargetRefused
from agent.ports import Delivered, Outgoing

if TYPE_CHECKING:
    from sqlalchemy import Column, Connection, Table

MOST = 200


class TableWriter:
    """
    Writes events of one flow (`agent.ports.Destination`).

    Args:
        flow: the flow; its target is a table.
        database: the connection's database. It is closed by who opened it.
    """

    most = MOST
    gather_seconds = 0.0

    def __init__(self, flow: OutboundFlow, database: Database) -> None:
        assert flow.target.table is not None
        self._plan: TableTarget = flow.target.table
        self._database = database
        self._table: Table | None = None

    async def deliver(self, events: Sequence[Outgoing]) -> Sequence[Delivered | DeliveryError]:
        """One transaction. An event whose values the columns cannot take is refused alone."""
        if self._table is None:
            self._table = await self._database.run(self._look)
        table = self._table
        outcomes: list[Delivered | DeliveryError] = []
        rows: list[tuple[bool, dict[str, Any]]] = []
        for event in events:
            try:
                rows.append(self._row(table, event))
                outcomes.append(Delivered(200))
            except ValueError as error:
                outcomes.append(TargetRefused("bad_value", str(error)))

        def write(connection: Connection) -> None:
            for deleted, row in rows:
                _delete(connection, table, row) if deleted else self._upsert(connection, table, row)

        if rows:
            await self._database.run(write)
        return outcomes

    async def settled(self, events: Sequence[Outgoing]) -> None:
        """A row that is written again is the same row."""

    async def aclose(self) -> None:
        """The database is not ours alone."""

    # --- the table ----------------------------------------------------------------------------

    def _look(self, connection: Connection) -> Table:
        import sqlalchemy as sa
        from sqlalchemy.exc import NoSuchTableError

        schema, _, name = self._plan.name.rpartition(".")
        try:
            table = sa.Table(
                name,
                sa.MetaData(),
                schema=schema or None,
                autoload_with=connection,
                resolve_fks=False,
            )
        except NoSuchTableError as error:
            raise _wrong(f"there is no table {self._plan.name}") from error
        missing = [column for column in self._plan.columns if column not in table.c]
        if missing:
            raise _wrong(f"{self._plan.name} has no column {', '.join(missing)}")
        key = set(self._plan.key)
        unique: list[set[str | None]] = [{column.name for column in table.primary_key.columns}]
        inspector = sa.inspect(connection)
        unique += [
            set(found["column_names"])
            for found in inspector.get_unique_constraints(name, schema or None)
        ]
        unique += [
            set(found["column_names"])
            for found in inspector.get_indexes(name, schema or None)
            if found.get("unique")
        ]
        if key not in unique:
            raise _wrong(f"{', '.join(self._plan.key)} is no unique key of {self._plan.name}")
        return table

    def _row(self, table: Table, event: Outgoing) -> tuple[bool, dict[str, Any]]:
        """Whether the row is deleted, and its values. Raises ValueError for what a column cannot take."""
        data = json.loads(event.data, parse_float=Decimal)
        row = {
            name: _value(table.c[name], at(data, path)) for name, path in self._plan.columns.items()
        }
        empty = [name for name in self._plan.key if row[name] is None]
        if empty:
            raise ValueError(f"the key is empty: {', '.join(empty)}")
        gone = isinstance(data, Mapping) and data.get("deleted") is True
        deleted = event.kind == "delete" or gone
        return deleted, {name: row[name] for name in self._plan.key} if deleted else row

    def _upsert(self, connection: Connection, table: Table, row: dict[str, Any]) -> None:
        key = self._plan.key
        rest = {name: value for name, value in row.items() if name not in key}
        name = connection.dialect.name
        if name in ("postgresql", "sqlite"):
            if name == "postgresql":
                from sqlalchemy.dialects.postgresql import insert
            else:
                from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
            made = insert(table).values(row)
            wanted = (
                made.on_conflict_do_update(index_elements=list(key), set_=rest)
                if rest
                else made.on_conflict_do_nothing(index_elements=list(key))
            )
            connection.execute(wanted)
            return
        # Others: change, and make where nothing was there. An event of one record is alone in its
        # lane.
        found = connection.execute(table.select().where(*_is(table, key, row)).with_for_update())
        if found.first() is None:
            connection.execute(table.insert().values(row))
        elif rest:
            connection.execute(table.update().where(*_is(table, key, row)).values(rest))


def _is(table: Table, key: Sequence[str], row: Mapping[str, Any]) -> list[Any]:
    return [table.c[name] == row[name] for name in key]


def _delete(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    connection.execute(table.delete().where(*_is(table, list(row), row)))


def _wrong(message: str) -> TargetRefused:
    return TargetRefused("table", message, status=CONFIGURATION)


def _value(column: Column[Any], value: Any) -> Any:
    """A value as its column takes it. Raises ValueError."""
    import sqlalchemy as sa

    if value is None:
        return None
    kind = column.type
    try:
        if isinstance(kind, sa.JSON):
            return json.loads(_text(value))
        if isinstance(kind, sa.DateTime):
            found = datetime.fromisoformat(str(value))
            if found.tzinfo is not None and not kind.timezone:
                found = found.astimezone(UTC).replace(tzinfo=None)
            return found
        if isinstance(kind, sa.Date):
            return date.fromisoformat(str(value)[:10])
        if isinstance(kind, sa.Time):
            return time.fromisoformat(str(value))
        if isinstance(kind, sa.Uuid):
            return UUID(str(value))
        if isinstance(kind, sa.Boolean):
            return _boolean(value)
        if isinstance(kind, sa.Integer):
            return _integer(value)
        if isinstance(kind, sa.Float):
            return float(value)
        if isinstance(kind, sa.Numeric):
            return Decimal(str(value))
    except (ValueError, ArithmeticError, TypeError) as error:
        raise ValueError(f"column {column.name} cannot take {_text(value)[:80]}") from error
    return value if isinstance(value, str) else _text(value)


def _integer(value: Any) -> int:
    number = Decimal(str(value)) if not isinstance(value, bool) else Decimal(int(value))
    if number != int(number):
        raise ValueError
    return int(number)


_WORDS = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}


def _boolean(value: Any) -> bool:
    if (found := _WORDS.get(str(value).lower())) is None:
        raise ValueError
    return found


def _text(value: Any) -> str:
    """A value as text; a list or an object as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=float)
