"""Events become rows of tables, by their keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import postgres
import pytest
import sqlalchemy as sa
from destinations import flow_of, out

from agent.databases import Database
from agent.errors import TargetRefused
from agent.ports import Delivered, Outgoing
from agent.targets.tables import TableWriter

both = pytest.mark.parametrize("kind", ["sqlite", "postgres"])
COLUMNS = {"id": ["id"], "total": ["total"], "on_": ["on"], "at": ["at"], "more": ["more"]}
TABLE = {"connection": "lake", "table": {"name": "orders", "key": ["id"], "columns": COLUMNS}}


@pytest.fixture
def lake(kind: str, tmp_path: Path) -> Iterator[str]:
    def make(address: str) -> None:
        engine = sa.create_engine(address)
        with engine.begin() as db:
            db.execute(
                sa.text(
                    "CREATE TABLE orders (id VARCHAR(40) PRIMARY KEY, total NUMERIC(12, 2), on_ BOOLEAN,"
                    " at TIMESTAMP, more TEXT, own TEXT DEFAULT 'kept')"
                )
            )
            db.execute(sa.text("CREATE TABLE other (id INTEGER, name TEXT, UNIQUE (id, name))"))
        engine.dispose()

    if kind == "sqlite":
        address = f"sqlite:///{tmp_path / 'lake.db'}"
        make(address)
        yield address
        return
    with postgres.schema() as found:
        address = found.replace("postgresql://", "postgresql+psycopg://")
        make(address)
        yield address


def write_rows(folder: Path, address: str, target: dict[str, Any], *chunks: list[Outgoing]) -> Any:
    async def run() -> Any:
        database = Database("lake", lambda: address)
        writer = TableWriter(flow_of(folder, target), database)
        try:
            return [await writer.deliver(chunk) for chunk in chunks]
        finally:
            await database.aclose()

    return asyncio.run(run())


def rows(address: str, table: str = "orders") -> list[dict[str, Any]]:
    engine = sa.create_engine(address)
    with engine.connect() as db:
        found = [
            dict(row)
            for row in db.execute(sa.text(f"SELECT * FROM {table} ORDER BY id")).mappings()
        ]
    engine.dispose()
    return found


@both
def test_a_row_is_written_by_its_key_however_often_it_comes(tmp_path, lake, kind):
    first = b'{"id": "a", "total": 14.10, "on": true, "at": "2026-01-02T10:00:00+02:00", "more": {"x": [1.50]}}'
    chunks = [[out("1", first), out("2", {"id": "b"})], [out("1", first)]]
    write_rows(tmp_path, lake, TABLE, *chunks, [out("3", {"id": "a", "total": "15"})])
    found = rows(lake)
    assert [(row["id"], float(row["total"] or 0), row["own"]) for row in found] == [
        ("a", 15.0, "kept"),
        ("b", 0.0, "kept"),
    ]
    write_rows(tmp_path, lake, TABLE, [out("1", first)])
    row = rows(lake)[0]
    assert str(row["at"]).startswith("2026-01-02 08:00:00")
    assert row["more"] == '{"x": [1.5]}'
    if kind == "postgres":
        assert str(row["total"]) == "14.10"


@both
def test_a_deleted_record_takes_its_row_along(tmp_path, lake):
    write_rows(
        tmp_path, lake, TABLE, [out("1", {"id": "a"}), out("2", {"id": "b"}), out("3", {"id": "c"})]
    )
    gone = [out("4", {"id": "a", "deleted": True}, "poll"), out("5", {"id": "b"}, "delete")]
    write_rows(tmp_path, lake, TABLE, gone, gone)
    assert [row["id"] for row in rows(lake)] == ["c"]


@both
def test_an_event_that_the_columns_cannot_take_is_refused_alone(tmp_path, lake):
    bad = [
        {"id": "x", "total": "lots"},
        {"id": "x", "on": "perhaps"},
        {"id": "x", "at": "soon"},
        {"total": 1},
    ]
    events = [out(str(number), data) for number, data in enumerate(bad)]
    (outcomes,) = write_rows(tmp_path, lake, TABLE, [*events, out("good", {"id": "g"})])
    assert [type(outcome) for outcome in outcomes] == [TargetRefused] * 4 + [Delivered]
    assert [row["id"] for row in rows(lake)] == ["g"]


@both
@pytest.mark.parametrize(
    "table",
    [
        {"name": "nothing"},
        {"name": "orders", "columns": COLUMNS | {"nothing": ["x"]}},
        {"name": "orders", "key": ["total"]},
        {"name": "orders", "key": ["id", "total"]},
        {"name": 'orders"; DROP TABLE orders; --'},
        {"name": "orders", "columns": {"id": ["id"], 'x"; DROP TABLE orders; --': ["x"]}},
    ],
)
def test_a_table_that_does_not_fit_stops_the_lane_and_blames_no_event(tmp_path, lake, table):
    target = {**TABLE, "table": TABLE["table"] | table}  # type: ignore[operator]
    with pytest.raises(TargetRefused) as caught:
        write_rows(tmp_path, lake, target, [out("1", {"id": "a"})])
    assert caught.value.status == 403
    assert rows(lake) == []


@both
def test_a_key_of_several_columns_and_nothing_else(tmp_path, lake):
    columns = {"id": ["id"], "name": ["name"]}
    table = {"name": "other", "key": ["name", "id"], "columns": columns}
    target = {"connection": "lake", "table": table}
    nasty = "'; DROP TABLE other; --"
    chunk = [out("1", {"id": 1, "name": nasty}), out("2", {"id": "1", "name": nasty})]
    write_rows(tmp_path, lake, target, chunk)
    assert rows(lake, "other") == [{"id": 1, "name": nasty}]


def test_a_database_without_an_upsert_of_its_own(tmp_path, monkeypatch):
    """What other dialects do: look, then change or insert."""
    address = f"sqlite:///{tmp_path / 'lake.db'}"
    engine = sa.create_engine(address)
    with engine.begin() as db:
        db.execute(sa.text("CREATE TABLE orders (id VARCHAR(40) PRIMARY KEY, total INTEGER)"))
    engine.dispose()
    target = {
        "connection": "lake",
        "table": {"name": "orders", "key": ["id"], "columns": {"id": ["id"], "total": ["total"]}},
    }
    upsert: Callable[..., None] = TableWriter._upsert

    def elsewhere(self: Any, connection: Any, table: Any, row: Any) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(connection.dialect, "name", "other")
            upsert(self, connection, table, row)

    monkeypatch.setattr(TableWriter, "_upsert", elsewhere)
    chunk = [out("1", {"id": "a", "total": 1}), out("2", {"id": "b", "total": 1})]
    write_rows(tmp_path, address, target, chunk, [out("3", {"id": "a", "total": 2})])
    assert [(row["id"], row["total"]) for row in rows(address)] == [("a", 2), ("b", 1)]
