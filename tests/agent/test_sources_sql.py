"""Rows of a database: each once, each change once, however many share a watermark."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import postgres
import pytest
import sqlalchemy as sa
from source_bench import Polling, flow_of

from agent.databases import Database
from agent.errors import ConfigError, TargetRefused, TargetUnavailable
from agent.sources.sql import SqlSource

both = pytest.mark.parametrize("kind", ["sqlite", "postgres"])
QUERY = "SELECT id, changed_at, total, note FROM orders WHERE note <> ':secret' AND 1 = 1"


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'erp.db'}"
        return
    with postgres.schema() as address:
        yield address.replace("postgresql://", "postgresql+psycopg://")


class Erp:
    """The other system: a table, changed by hand."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.engine = sa.create_engine(address)
        self.moments = "TEXT" if address.startswith("sqlite") else "TIMESTAMP"
        self.do(
            f"CREATE TABLE orders (id INTEGER PRIMARY KEY, changed_at {self.moments},"
            " total NUMERIC(12, 2), note TEXT)"
        )

    def do(self, statement: str, *rows: Any) -> None:
        with self.engine.begin() as db:
            db.execute(sa.text(statement), list(rows) or None)

    def add(self, *rows: tuple[int, str]) -> None:
        self.do(
            "INSERT INTO orders VALUES (:id, :at, 14.10, 'n')",
            *({"id": id_, "at": at} for id_, at in rows),
        )


@pytest.fixture
def erp(kind: str, tmp_path: Path) -> Iterator[Erp]:
    with database(kind, tmp_path) as address:
        made = Erp(address)
        yield made
        made.engine.dispose()


class Asking:
    """A source that opens the database anew for every round, as a process does."""

    def __init__(self, flow: Any, address: str) -> None:
        self._flow, self._address = flow, address

    async def pages(self, position: Any) -> Any:
        opened = Database("erp", lambda: self._address)
        try:
            async for page in SqlSource(self._flow, opened).pages(position):
                yield page
        finally:
            await opened.aclose()


def polling(folder: Path, erp: Erp, **more: Any) -> Polling:
    source = {
        "kind": "sql",
        "connection": "erp",
        "every_minutes": 5,
        "watermark": ["changed_at"],
        "start": None,
        "overlap_seconds": 0,
        "query": QUERY,
        "key": "id",
        "batch": 4,
        **more,
    }
    flow = flow_of(folder, source, id_path=None)
    return Polling(folder, flow, Asking(flow, erp.address))


DAY = "2026-01-{:02} 10:00:00"


@both
def test_rows_of_one_watermark_are_each_taken_once_over_any_number_of_pages(tmp_path, erp):
    erp.add(*((number, DAY.format(1 + number // 7)) for number in range(20)))
    bench = polling(tmp_path, erp)
    assert bench.round() == 20
    assert [value["id"] for value in bench.values()] == list(range(20))
    erp.add((90, DAY.format(3)), (91, DAY.format(4)))
    erp.do(f"UPDATE orders SET total = 15, changed_at = '{DAY.format(5)}' WHERE id = 3")
    assert bench.round() == 3
    assert [value["id"] for value in bench.values()] == [90, 91, 3]
    assert bench.round() == 0


@both
def test_a_row_that_is_committed_late_is_seen_within_the_overlap(tmp_path, erp):
    erp.add((1, DAY.format(2)))
    bench = polling(tmp_path, erp, overlap_seconds=3600)
    assert bench.round() == 1
    erp.add((2, "2026-01-02 09:30:00"), (3, "2026-01-02 08:59:59"))
    assert bench.round() == 1
    assert [value["id"] for value in bench.values()] == [1, 2]


@both
@pytest.mark.parametrize("before_commit", [True, False])
def test_a_round_that_is_cut_off_anywhere_loses_and_doubles_nothing(tmp_path, erp, before_commit):
    erp.add(*((number, DAY.format(1 + number // 7)) for number in range(17)))
    bench = polling(tmp_path, erp)
    for _ in range(4):
        assert bench.round(0, before=before_commit) is None
        if before_commit:
            assert bench.round(1, before=True) is None
    bench.round()
    assert sorted(value["id"] for value in bench.values()) == list(range(17))


@both
@pytest.mark.parametrize("batch", [1, 4])
def test_a_time_in_the_far_future_moves_no_watermark(tmp_path, erp, batch):
    """One wrong row would hide every change after it."""
    erp.add((1, DAY.format(1)), (2, "9999-12-31 00:00:00"), (3, "2999-01-01 00:00:00"))
    bench = polling(tmp_path, erp, batch=batch)
    assert bench.round() == 3
    erp.add((4, DAY.format(2)))
    assert bench.round() == 1
    assert [value["id"] for value in bench.values()] == [1, 3, 2, 4]
    assert bench.round() == 0


@both
def test_without_a_watermark_every_round_reads_all_and_takes_what_differs(tmp_path, erp):
    erp.add(*((number, DAY.format(1)) for number in range(9)))
    bench = polling(tmp_path, erp, watermark=None)
    assert bench.round() == 9
    erp.do("UPDATE orders SET note = 'new' WHERE id IN (2, 7)")
    assert bench.round() == 2
    assert [value["id"] for value in bench.values()][-2:] == [2, 7]


@both
def test_the_first_round_begins_where_the_spec_says(tmp_path, erp):
    erp.add(*((number, DAY.format(1 + number)) for number in range(5)))
    bench = polling(tmp_path, erp, start=DAY.format(4))
    assert bench.round() == 2
    assert [value["id"] for value in bench.values()] == [3, 4]


@both
def test_rows_without_a_watermark_are_not_seen_and_numbers_keep_their_digits(tmp_path, erp, kind):
    erp.add((1, DAY.format(1)))
    erp.do("INSERT INTO orders VALUES (2, NULL, 1, 'n')")
    bench = polling(tmp_path, erp)
    assert bench.round() == 1
    (taken,) = bench.taken()
    if kind == "postgres":
        assert b'"total":14.10' in taken
        assert b'"changed_at":"2026-01-01T10:00:00"' in taken


def test_every_kind_of_cell_becomes_json(tmp_path):
    with database("postgres", tmp_path) as address:
        erp = Erp(address)
        erp.add((1, DAY.format(1)))
        query = (
            "SELECT id, changed_at, 12345678901234567.0123456789::numeric AS big, 'NaN'::numeric AS n,"
            " 0.1::float8 AS f, 'inf'::float8 AS i, true AS b, NULL::text AS z,"
            " '2026-01-02'::date AS d, '10:11:12'::time AS t, interval '90 seconds' AS l,"
            " '2026-01-02 10:00+02'::timestamptz AT TIME ZONE 'UTC' AS u, '\\x00ff'::bytea AS x,"
            " '6f1e3b0a-0000-4000-8000-000000000001'::uuid AS g, '{\"a\": [1.5]}'::jsonb AS j,"
            " ARRAY[1, 2] AS a, 'ø\"\n' AS s FROM orders"
        )
        bench = polling(tmp_path, erp, query=query)
        assert bench.round() == 1
        (raw,) = bench.taken()
        erp.engine.dispose()
    assert b'"big":12345678901234567.0123456789' in raw
    value = json.loads(raw)
    assert value == value | {
        "n": None, "f": 0.1, "i": None, "b": True, "z": None, "d": "2026-01-02", "t": "10:11:12",
        "l": 90.0, "u": "2026-01-02T08:00:00", "x": "AP8=",
        "g": "6f1e3b0a-0000-4000-8000-000000000001", "j": {"a": [1.5]}, "a": [1, 2], "s": 'ø"\n',
    }  # fmt: skip


@both
@pytest.mark.parametrize(
    "more",
    [
        {"query": "SELECT id FROM nothing"},
        {"key": "nothing"},
        {"query": "DELETE FROM orders"},
        {"query": "SELECT 1) AS q; DROP TABLE orders; --"},
        {"key": 'id" FROM orders; DROP TABLE orders; --'},
        {"watermark": ["1 OR 1 = 1; DROP TABLE orders; --"]},
    ],
)
def test_a_query_that_does_not_fit_is_said_and_changes_nothing(tmp_path, erp, more):
    erp.add((1, DAY.format(1)))
    with pytest.raises((TargetRefused, TargetUnavailable)) as caught:
        polling(tmp_path, erp, **more).round()
    assert "14.1" not in str(caught.value)  # no values in what is said
    with erp.engine.connect() as db:
        assert db.execute(sa.text("SELECT count(*) FROM orders")).scalar() == 1


@both
def test_a_watermark_is_a_value_and_never_a_part_of_the_statement(tmp_path, erp, kind):
    erp.add((1, DAY.format(1)))
    bench = polling(tmp_path, erp, start="2026'; DROP TABLE orders; --")
    if kind == "postgres":
        with pytest.raises(TargetRefused):
            bench.round()
    else:
        bench.round()
    with erp.engine.connect() as db:
        assert db.execute(sa.text("SELECT count(*) FROM orders")).scalar() == 1


@both
@pytest.mark.parametrize("watermark", [None, ["changed_at"]])
@pytest.mark.parametrize("batch", [1, 2, 50])
def test_a_key_that_does_not_tell_rows_apart_is_said(tmp_path, erp, watermark, batch):
    """Such rows would be news in every round, and where a page ends between them one is never read."""
    erp.add((1, DAY.format(1)), (2, DAY.format(1)))
    lines = "SELECT id, changed_at, note FROM orders UNION ALL SELECT id, changed_at, 'b' FROM orders WHERE id = 2"
    with pytest.raises(TargetRefused, match="2 stands in two") as caught:
        polling(tmp_path, erp, watermark=watermark, batch=batch, query=lines).round()
    assert caught.value.code == "key_not_unique"
    again = "SELECT id, changed_at FROM orders UNION ALL SELECT id, changed_at FROM orders"
    (tmp_path / "again").mkdir()
    bench = polling(tmp_path / "again", erp, watermark=watermark, batch=batch, query=again)
    assert (bench.round(), bench.round()) == (2, 0)  # the same row twice says nothing else


@both
def test_a_query_may_end_in_a_comment(tmp_path, erp):
    erp.add((1, DAY.format(1)))
    assert polling(tmp_path, erp, watermark=None, query="SELECT id FROM orders -- all").round() == 1


@both
def test_a_row_without_a_key_is_said(tmp_path, erp):
    erp.add((1, DAY.format(1)))
    query = "SELECT id, NULL AS no FROM orders"
    with pytest.raises(TargetRefused, match="empty in a row"):
        polling(tmp_path, erp, watermark=None, key="no", query=query).round()


def test_two_columns_of_one_name_are_no_document(tmp_path):
    with database("postgres", tmp_path) as address:
        erp = Erp(address)
        with pytest.raises(TargetRefused, match="one name"):
            polling(
                tmp_path, erp, watermark=None, query="SELECT id, note, total AS note FROM orders"
            ).round()
        erp.engine.dispose()


def test_a_database_that_cannot_be_had_is_said_without_its_password(tmp_path, monkeypatch):
    for address in ("nonsense s3cret", "nosuch://u:s3cret@h/d", "mysql+nosuch://u:s3cret@h/d"):
        with pytest.raises(ConfigError) as caught:
            Database("erp", lambda address=address: address)
        assert "s3cret" not in str(caught.value)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(ConfigError, match=r"suiteloom\[sql\]"):
        Database("erp", lambda: "sqlite://")


def test_a_database_that_does_not_answer_is_asked_again(tmp_path):
    flow = polling(tmp_path, type("E", (), {"address": ""})).flow  # type: ignore[arg-type]
    address = "postgresql+psycopg://u:s3cret@127.0.0.1:1/d"
    bench = Polling(tmp_path, flow, Asking(flow, address))
    with pytest.raises(TargetUnavailable) as caught:
        bench.round()
    assert "s3cret" not in str(caught.value)
