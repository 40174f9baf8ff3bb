"""
Rows of a query, page by page.

    SELECT * FROM (query) WHERE (watermark, key) lies behind the last row ORDER BY watermark, key
    LIMIT n

Only names that the spec gives become part of the statement, quoted by SQLAlchemy; every value is
bound.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import AsyncGenerator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from agent.bundle import InboundFlow
from agent.bundle import Source as Plan
from agent.databases import CONFIGURATION, Database
from agent.errors import TargetRefused
from agent.sources.model import Found, Page, Position
from agent.sources.watermarks import before, is_to_come


class SqlSource:
    """
    Asks one database (`agent.sources.model.Source`).

    Args:
        flow: the flow; it has a source by query.
        database: the connection's database.
    """

    def __init__(self, flow: InboundFlow, database: Database) -> None:
        assert flow.source is not None
        self._plan: Plan = flow.source
        self._database = database

    async def pages(self, position: Position) -> AsyncGenerator[Page, None]:
        """The pages of a round, from a position on."""
        while True:
            page = self._read_page(await self._rows(position), position)
            yield page
            if page.position.page is None:
                return
            position = page.position

    # --- asking -------------------------------------------------------------------------------

    async def _rows(self, position: Position) -> Sequence[dict[str, Any]]:
        import sqlalchemy as sa

        plan = self._plan
        key: sa.ColumnClause[Any] = sa.column(plan.key)
        mark: sa.ColumnClause[Any] | None = sa.column(plan.watermark[0]) if plan.watermark else None
        known = [key] if mark is None else [mark, key]
        # The line end: the query's last line may be a comment.
        text = plan.query.replace(":", r"\:") + "\n"
        inner = sa.text(text).columns(*known).subquery("q")
        # One more than a page: whether there are others, and whether the next one has its key.
        wanted = sa.select(sa.text("q.*")).select_from(inner).limit(plan.batch + 1)
        place = position.page
        if mark is None:
            wanted = wanted.order_by(inner.c[plan.key])
            if place is not None:
                wanted = wanted.where(inner.c[plan.key] > _bound(place["key"]))
        else:
            marks, keys = inner.c[mark.name], inner.c[plan.key]
            wanted = wanted.where(marks.is_not(None)).order_by(marks, keys)
            if place is not None:
                at = _bound(place["mark"])
                behind = sa.and_(marks == at, keys > _bound(place["key"]))
                wanted = wanted.where(sa.or_(marks > at, behind))
            elif (since := self._since(position)) is not None:
                # Rows of the very same watermark are asked for again, and known by their version.
                wanted = wanted.where(marks >= since)

        def work(connection: sa.Connection) -> list[dict[str, Any]]:
            found = connection.execute(wanted)
            names = list(found.keys())
            if len(set(names)) != len(names):
                raise TargetRefused("columns", "two columns have one name", status=CONFIGURATION)
            return [dict(zip(names, row, strict=True)) for row in found]

        return await self._database.run(work)

    def _since(self, position: Position) -> Any:
        """Where a round begins: the start, or the newest watermark less the overlap."""
        if position.since is None:
            import sqlalchemy as sa

            start = self._plan.start
            # Without a type of its own, the database reads it as the column's.
            return None if start is None else sa.bindparam(None, start, sa.types.NullType())
        kept = position.since
        seconds = self._plan.overlap_seconds
        if isinstance(kept, dict) and "datetime" in kept:
            return _bound({"datetime": before(kept["datetime"], seconds)})
        return _bound(before(kept, seconds))

    # --- reading ------------------------------------------------------------------------------

    def _read_page(self, rows: Sequence[dict[str, Any]], position: Position) -> Page:
        plan = self._plan
        newest = position.newest
        found = tuple(self._one(row) for row in rows)
        self._check_keys(found)
        more = len(rows) > plan.batch
        rows, found = rows[: plan.batch], found[: plan.batch]
        marks = (
            [_kept(self._cell(row, plan.watermark[0])) for row in rows] if plan.watermark else []
        )
        for mark in marks:
            if not is_to_come(next(iter(mark.values())) if isinstance(mark, dict) else mark):
                newest = mark
        if not more:
            return Page(found, Position(position.since, newest).ended())
        place = {"key": _kept(self._cell(rows[-1], plan.key))}
        if marks:
            place["mark"] = marks[-1]
        return Page(found, Position(position.since, newest, place))

    def _check_keys(self, found: Sequence[Found]) -> None:
        """Of rows with one key each would be news in every round, and none that begins the next page is read."""
        versions: dict[str, str] = {}
        for one in found:
            if versions.setdefault(one.id, one.version) != one.version:
                message = f"the key {self._plan.key!r} tells rows not apart: {one.id} stands in two"
                raise TargetRefused("key_not_unique", message, status=CONFIGURATION)

    def _one(self, row: dict[str, Any]) -> Found:
        text = "{" + ",".join(f"{_dumps(name)}:{_json(cell)}" for name, cell in row.items()) + "}"
        raw = text.encode("utf-8", "surrogatepass")
        version = hashlib.sha256(raw).hexdigest()[:32]
        key = json.loads(_json(self._cell(row, self._plan.key)))
        if key is None:  # and nothing is behind it
            message = f"the key {self._plan.key!r} is empty in a row"
            raise TargetRefused("key_empty", message, status=CONFIGURATION)
        own = key if isinstance(key, str) else json.dumps(key)
        return Found(own, version, raw, json.loads(text))

    def _cell(self, row: dict[str, Any], name: str) -> Any:
        if name not in row:
            message = f"the query gives no column {name!r}; it gives {', '.join(row)}"
            raise TargetRefused("columns", message, status=CONFIGURATION)
        return row[name]


def _kept(value: Any) -> Any:
    """A cell as the position keeps it: what JSON does not have is named by its type."""
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, UUID):
        return {"uuid": str(value)}
    if isinstance(value, bytes | bytearray | memoryview):
        return {"bytes": bytes(value).hex()}
    return value


def _bound(kept: Any) -> Any:
    """What `_kept` named, as the driver takes it."""
    if not isinstance(kept, dict):
        return kept
    (kind, text), *_ = kept.items()
    if kind == "bytes":
        return bytes.fromhex(text)
    made: dict[str, Any] = {
        "datetime": datetime.fromisoformat,
        "date": date.fromisoformat,
        "decimal": Decimal,
        "uuid": UUID,
    }
    return made[kind](text)


def _json(value: Any) -> str:
    """A cell as JSON text; numbers keep their digits."""
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else "null"
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return "null"
    if isinstance(value, datetime | date | time):
        return _dumps(value.isoformat())
    if isinstance(value, timedelta):
        return _json(Decimal(str(value.total_seconds())))
    if isinstance(value, bytes | bytearray | memoryview):
        return _dumps(base64.b64encode(bytes(value)).decode())
    if isinstance(value, UUID):
        return _dumps(str(value))
    if isinstance(value, dict):
        return "{" + ",".join(f"{_dumps(str(k))}:{_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_json(each) for each in value) + "]"
    if value is None or isinstance(value, str | int | float | bool):
        return _dumps(value)
    return _dumps(str(value))


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
