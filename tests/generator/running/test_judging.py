"""Conditions on records: times count with their time, and one that cannot be judged loses no event."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.compile import compile_project, conditions

PROJECT = Path(__file__).parent / "project"
ODD = """\
spec: 1
flow: odd-news
direction: outbound
record: customrecord_run_kinds
via: {events: {on: [create], when: {field: custrecord_run_more, matches: "1"}}}
target: {connection: shop, path: /odd}
payload: {name: name}
"""
OTHER = ODD.replace("odd-news", "other-news").replace("custrecord_run_more", "name")


def test_one_flows_fault_is_no_other_flows(
    start: Callable[[Path], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As with a list in a field of the account that no object of the project describes.
    monkeypatch.setattr(conditions, "_many", lambda *_: None)
    folder = tmp_path / "project"
    shutil.copytree(PROJECT, folder)
    (folder / "specs/odd-news.yaml").write_text(ODD, encoding="utf-8")
    (folder / "specs/other-news.yaml").write_text(OTHER, encoding="utf-8")
    world = start(folder)
    world.work(
        "save", "customrecord_run_kinds", fields={"name": "n1", "custrecord_run_more": ["1", "2"]}
    )
    logged = [one["title"] for one in world.netsuite.log() if one["level"] == "ERROR"]
    assert logged == ["conditions of odd-news could not be judged"]
    world.drain()
    assert [one["flow"] for one in world.receiver.events()] == ["other-news"]
    (row,) = world.records("customrecord_run_outbox")
    assert "expected a single value" in str(row["fields"])


def test_times_of_a_record_are_compared_as_they_go_out(
    start: Callable[[Path], Any], tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    shutil.copytree(PROJECT, folder)
    late = '{field: custrecord_run_moment, gt: "2026-07-01T10:00:00.000Z"}'
    early = '{field: custrecord_run_clock, equals: "07:30"}'
    for name, when in (("late", late), ("early", early)):
        spec = ODD.replace("odd-news", f"{name}-news")
        spec = spec.replace('{field: custrecord_run_more, matches: "1"}', when)
        (folder / f"specs/{name}-news.yaml").write_text(spec, encoding="utf-8")
    world = start(folder)
    noon = 1782900000000  # 2026-07-01T10:00:00Z
    for i, (clock, moment) in enumerate((("07:30", noon), ("07:31", noon + 60000))):
        fields = {"custrecord_run_clock": clock, "custrecord_run_moment": moment}
        world.work("save", "customrecord_run_kinds", fields={"name": f"n{i}", **fields})
    world.drain()
    told = [(one["flow"], one["data"]["name"]) for one in world.receiver.events()]
    assert told == [("early-news", "n0"), ("late-news", "n1")]


def test_a_list_is_compared_with_no_single_value(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(PROJECT, folder)
    (folder / "specs/odd-news.yaml").write_text(ODD, encoding="utf-8")
    plan, found = compile_project(folder)
    assert plan is None
    (error,) = [one for one in found if one.severity == "error"]
    assert (error.code, error.line) == ("E203", 5)
    assert error.message.startswith("'custrecord_run_more' holds a list")
