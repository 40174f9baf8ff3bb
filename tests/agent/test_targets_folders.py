"""Events become lines of files: whole ones, each event once, whenever the process dies."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from agent_bench import Bench, until
from destinations import aim, flow_of, out
from fake_account import event, signed

from agent.errors import TargetUnavailable
from agent.inbox.model import Filter
from agent.ports import Delivered, Outgoing
from agent.targets.folders import FolderWriter, LocalPlace


class Cut:
    """A place where the process is gone before or after one step."""

    def __init__(self, place: LocalPlace, step: int, *, after: bool) -> None:
        self._place, self._left, self._after = place, step, after

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._place, name)
        if name not in ("write", "publish", "remove"):
            return method

        async def step(*args: Any) -> Any:
            self._left -= 1
            if self._left == 0 and not self._after:
                raise KeyboardInterrupt
            found = await method(*args)
            if self._left == 0:
                raise KeyboardInterrupt
            return found

        return step


FOLDER = {"folder": {"format": "json_lines", "most": 2, "columns": {}}}


def lines(folder: Path) -> list[Any]:
    """What a reader of the folder finds."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    assert all(path.suffix in (".jsonl", ".csv") for path in files)
    found = [line for path in files for line in path.read_text("utf-8").splitlines()]
    return [json.loads(line) for line in found]


def test_events_become_lines_of_whole_files(tmp_path):
    place = tmp_path / "out"
    place.mkdir()

    async def run() -> None:
        writer = FolderWriter(flow_of(tmp_path, FOLDER), LocalPlace(place, ".suiteloom-tracking"))
        events = [out("a", b'{"n":\r\n 14.10, "t": "x\\ny"}'), out("b", {"n": 2})]
        first, second = await writer.deliver(events)
        assert first.record == second.record
        (path,) = (path for path in place.iterdir() if path.is_file())
        assert path.name == first.record
        assert path.read_bytes() == b'{"n":   14.10, "t": "x\\ny"}\n{"n": 2}\n'
        assert len(list((place / ".suiteloom-tracking").iterdir())) == 1
        await writer.settled(events)
        assert list((place / ".suiteloom-tracking").iterdir()) == []

    asyncio.run(run())


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_kill_at_any_step_neither_loses_nor_doubles_an_event(tmp_path, step, after):
    place = tmp_path / "out"
    place.mkdir()
    flow = flow_of(tmp_path, FOLDER)
    events = [out(f"e{number}", {"n": number}) for number in range(4)]

    async def run(where: Any, chunks: list[list[Outgoing]]) -> None:
        writer = FolderWriter(flow, where)
        for chunk in chunks:
            await writer.deliver(chunk)
            await writer.settled(chunk)

    local = LocalPlace(place, ".suiteloom-tracking")
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(run(Cut(local, step, after=after), [events[:2]]))
    # Where the store does not know of any outcome, everything comes again, in other company.
    again = [events[:1], events[1:2]] if step < 4 else []
    asyncio.run(run(local, [events[2:], *again]))
    assert sorted(value["n"] for value in lines(place)) == [0, 1, 2, 3]
    if step < 4:  # a list that outlived its outcomes goes by its age
        assert list((place / ".suiteloom-tracking").iterdir()) == []


def test_csv_has_a_header_and_the_columns_that_the_flow_names(tmp_path):
    place = tmp_path / "out"
    place.mkdir()
    columns = {"number": ["order", "id"], "total": ["total"], "tags": ["tags"], "on": ["on"]}
    target = {"folder": {"format": "csv", "most": 10, "columns": columns}}

    async def run() -> None:
        writer = FolderWriter(flow_of(tmp_path, target), LocalPlace(place, ".h"))
        data = {"order": {"id": 'a"b;\r\nc'}, "total": 14.5, "tags": ["x"], "on": True}
        await writer.deliver([out("a", data), out("b", {})])

    asyncio.run(run())
    (path,) = place.glob("*.csv")
    assert list(csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))) == [
        ["number", "total", "tags", "on"],
        ['a"b;\r\nc', "14.5", '["x"]', "true"],
        ["", "", "", ""],
    ]


def test_a_folder_that_is_gone_is_tried_again(tmp_path):
    place = tmp_path / "out"
    place.mkdir()

    async def run() -> None:
        writer = FolderWriter(flow_of(tmp_path, FOLDER), LocalPlace(place, ".h"))
        place.rmdir()
        with pytest.raises(TargetUnavailable):
            await writer.deliver([out("a", {})])
        place.mkdir()
        (outcome,) = await writer.deliver([out("a", {})])
        assert isinstance(outcome, Delivered)

    asyncio.run(run())
    assert len(lines(place)) == 1


def test_a_reader_never_sees_half_a_file(tmp_path):
    """Someone lists and reads as fast as they can while files are written."""
    place = tmp_path / "out"
    place.mkdir()
    flow = flow_of(tmp_path, {"folder": {"format": "json_lines", "most": 50, "columns": {}}})
    stop, broken = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            for path in place.iterdir():
                found = path.read_bytes().splitlines() if path.is_file() else []
                if path.is_file() and (len(found) != 50 or len(found[-1]) < 5000):
                    broken.append((path.name, len(found)))

    async def run() -> None:
        writer = FolderWriter(flow, LocalPlace(place, ".suiteloom-tracking"))
        for number in range(20):
            chunk = [out(f"{number}-{each}", {"pad": "x" * 5000}) for each in range(50)]
            await writer.deliver(chunk)
            await writer.settled(chunk)

    reader = threading.Thread(target=read)
    reader.start()
    asyncio.run(run())
    stop.set()
    reader.join()
    assert broken == []
    assert len(list(place.glob("*.jsonl"))) == 20


def test_events_of_the_account_become_files_through_the_agent(bench: Bench, tmp_path) -> None:
    place = tmp_path / "out"
    place.mkdir()
    bench.more = {"deliver.tracking": 'folder = "out"\ngather_seconds = 0.5\n'}

    async def work(client: httpx.AsyncClient) -> None:
        for number in range(5):
            body = event(f"e{number}", partitionkey=f"itemfulfillment:{number}", data={"n": number})
            answer = await client.post(
                "/netsuite/events", content=body, headers=signed(body, f"e{number}")
            )
            assert answer.status_code == 202
        await until("delivered", lambda: set(bench.states().values()) == {"done"})

    aim(bench, tmp_path, {"folder": {"format": "json_lines", "most": 10, "columns": {}}})
    bench.run(work)
    assert sorted(value["n"] for value in lines(place)) == list(range(5))
    assert len(list(place.glob("*.jsonl"))) <= 2  # waited for each other
    assert {row["record"] for row in bench.store.find(Filter())} == {
        path.name for path in place.glob("*.jsonl")
    }
