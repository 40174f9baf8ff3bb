"""Files are taken at the hour that the spec names, in its zone, across both changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agent.bundle import Schedule
from agent.errors import ConfigError
from agent.watch.schedule import is_due, next_after


def utc(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


BERLIN = Schedule("02:30", "Europe/Berlin", ("tue", "wed", "thu", "fri", "sat"))
DAILY = Schedule("02:30", "Europe/Berlin", ())


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        (BERLIN, "2026-11-24T01:29:59", "2026-11-24T01:30:00"),  # a Tuesday
        (BERLIN, "2026-11-24T01:30:00", "2026-11-25T01:30:00"),
        (BERLIN, "2026-11-28T02:00:00", "2026-12-01T01:30:00"),  # Saturday to Tuesday
        (BERLIN, "2026-07-01T12:00:00", "2026-07-02T00:30:00"),  # summer
        (DAILY, "2026-03-28T23:00:00", "2026-03-29T01:30:00"),  # 02:30 does not exist: 03:30
        (DAILY, "2026-10-24T23:00:00", "2026-10-25T00:30:00"),  # 02:30 comes twice: the earlier
        (DAILY, "2026-10-25T00:30:00", "2026-10-26T01:30:00"),
    ],
)
def test_the_next_moment(schedule, after, expected):
    assert next_after(schedule, utc(after)) == utc(expected)


def test_a_file_that_came_while_the_agent_was_down_is_due_when_it_is_back():
    arrived = utc("2026-11-24T00:00:00")
    assert not is_due(BERLIN, arrived, utc("2026-11-24T01:29:00"))
    assert is_due(BERLIN, arrived, utc("2026-11-24T09:00:00"))
    assert is_due(None, arrived, arrived)


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule("02:30", "Mars/Olympus", ()),
        Schedule("25:00", "UTC", ()),
        Schedule("02:30", "UTC", ("someday",)),
    ],
)
def test_a_broken_schedule_is_a_fault_of_the_configuration(schedule):
    with pytest.raises(ConfigError):
        next_after(schedule, 0.0)
