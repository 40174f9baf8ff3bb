"""
Every zone of the database, as generated scripts work it out, is what zoneinfo says: at random
instants of 1970 to 2200, at both sides of changes, and for local times in gaps and overlaps.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from meaning_dates import instant_text, located, zone_of
from meaning_node import Node

MORE = int(os.environ.get("SUITELOOM_SOAK", "1"))
ZONES = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 12, 31, tzinfo=UTC)
SHOWN = "YYYY-MM-DD HH:mm:ss"
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    node = Node(ZONES)
    yield node
    node.close()


def instants(name: str, chance: random.Random) -> Iterator[datetime]:
    """Random instants, and for some years the last second before a change and the first after it."""
    span = int((LAST - FIRST).total_seconds())
    for _ in range(6):
        yield FIRST + timedelta(seconds=chance.randrange(span))
    zone = zone_of(name)
    for year in (chance.randrange(1971, 2030), chance.randrange(2030, 2200)):
        days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(366)]
        offsets = [day.astimezone(zone).utcoffset() for day in days]
        for before, after in zip(range(365), range(1, 366), strict=True):
            if offsets[before] != offsets[after]:
                change = _change(days[before], days[after], name)
                yield change - SECOND
                yield change


def _change(low: datetime, high: datetime, name: str) -> datetime:
    zone = zone_of(name)
    before = low.astimezone(zone).utcoffset()
    while high - low > SECOND:
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def test_every_zone_is_what_zoneinfo_says(node: Node) -> None:
    assert len(ZONES) > 590
    expressions, wanted = [], []
    for name in ZONES:
        chance = random.Random(name if MORE == 1 else None)
        texts, shown, locals_, placed = [], [], [], []
        for _ in range(MORE):
            for when in instants(name, chance):
                there = when.astimezone(zone_of(name))
                texts.append(instant_text(when))
                shown.append(there.strftime("%Y-%m-%d %H:%M:%S"))
                # Beside changes also what the clock shows twice, or leaves out.
                local = there.replace(tzinfo=None) + timedelta(minutes=chance.randrange(-90, 90))
                locals_.append(local.strftime("%Y-%m-%d %H:%M:%S"))
                placed.append(instant_text(located(local, name)))
        expressions.append(
            f"[{json.dumps(texts)}.map((one) => dates.format(one, '{SHOWN}', '{name}')), "
            f"{json.dumps(locals_)}.map((one) => dates.parse(one, '{SHOWN}', '{name}'))]"
        )
        wanted.append({"value": [shown, placed]})
    answers = node.run(expressions)
    wrong = [
        (name, *difference)
        for name, got, want in zip(ZONES, answers, wanted, strict=True)
        for index in range(2)
        for difference in zip(got["value"][index], want["value"][index], strict=True)
        if difference[0] != difference[1]
    ]
    assert wrong == []
