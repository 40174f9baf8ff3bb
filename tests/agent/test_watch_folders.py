"""A dropped file is taken once, whole or not at all, and its report says what became of each row."""

from __future__ import annotations

import asyncio
import csv
import gzip
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agent.bundle import Csv, FileSource, Schedule
from agent.errors import ConfigError, Refused
from agent.ports import Accepted, FileDocument, FileProgress, FileResult
from agent.watch import claims
from agent.watch.folders import Folders, FolderWatcher

SOURCE = FileSource("bills_*.csv", "csv", Csv(group_by="no"), None)
GOOD = "no,net\n1,5\n2,6\n1,7\n"


@dataclass
class Inbox:
    """The inbox as the port describes it: documents by name and ordinal, never twice."""

    documents: dict[tuple[str, int], bytes] = field(default_factory=dict)
    outcomes: dict[int, FileResult] = field(default_factory=dict)
    repeated: int = 0
    open: bool = False
    refuse: int = 0

    async def accept(
        self, flow: str, name: str, documents: Sequence[FileDocument], *, first: int = 0
    ) -> Accepted:
        if self.refuse:
            self.refuse -= 1
            raise Refused("full", "the inbox is full", status=503)
        new = 0
        for ordinal, document in enumerate(documents, first):
            new += self.documents.setdefault((name, ordinal), document.raw) is document.raw
        self.repeated += len(documents) - new
        return Accepted(new, len(documents) - new)

    async def progress(self, flow: str, name: str) -> FileProgress:
        return FileProgress(int(self.open))

    async def results(
        self, flow: str, name: str, *, first: int = 0, limit: int = 1000
    ) -> Sequence[FileResult]:
        count = sum(1 for held, ordinal in self.documents if held == name and ordinal >= first)
        default = FileResult(True, "created", "K", "1")
        return [self.outcomes.get(first + i, default) for i in range(min(limit, count))]


def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path, tmp_path / "done", tmp_path / "failed")


def watcher(tmp_path: Path, inbox: Inbox, source: FileSource = SOURCE, **options) -> FolderWatcher:
    options = {"settle_seconds": 0.0, "rescan_seconds": 0.05, **options}
    return FolderWatcher("bills", source, folders(tmp_path), inbox, **options)


async def until(condition) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the condition is a state of the disk
            await asyncio.sleep(0.01)


def watching(watch: FolderWatcher, condition, *, act=lambda: None) -> None:
    """Start, act, wait for the condition, stop."""

    async def run() -> None:
        await watch.start()
        try:
            act()
            await until(condition)
        finally:
            await watch.stop()

    asyncio.run(run())


def report(path: Path) -> list[dict[str, str]]:
    with path.with_name(path.name + ".report.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_file_is_taken_and_reported_by_document(tmp_path):
    inbox = Inbox(
        outcomes={
            1: FileResult(True, "failed", "B-1", None, "MISSING_REFERENCE", "no x", "entity", "f:7")
        }
    )
    done = tmp_path / "done" / "bills_1.csv"

    def drop() -> None:
        (tmp_path / "other.csv").write_text(GOOD)
        (tmp_path / "bills_1.csv").write_text(GOOD)

    watching(watcher(tmp_path, inbox), done.exists, act=drop)
    assert len(inbox.documents) == 2
    assert (tmp_path / "other.csv").exists()
    assert list((tmp_path / claims.CLAIMED).iterdir()) == []
    assert done.read_text() == GOOD
    first, second = report(done)
    assert (first["place"], first["outcome"], first["record"]) == ("line 3", "created", "1")
    assert second == {
        "place": "lines 2, 4",
        "key": "B-1",
        "outcome": "failed",
        "record": "",
        "code": "MISSING_REFERENCE",
        "message": "no x",
        "field": "entity",
        "spec": "f:7",
    }


def test_a_corrupt_file_goes_whole_to_failed_and_its_neighbour_passes(tmp_path):
    inbox = Inbox()
    (tmp_path / "bills_1.csv").write_bytes(b"no,net\n1,5\n2\n3,\xff\n")
    (tmp_path / "bills_2.csv").write_text("no,net\n9,9\n")
    failed, done = tmp_path / "failed" / "bills_1.csv", tmp_path / "done" / "bills_2.csv"
    watching(watcher(tmp_path, inbox), lambda: failed.exists() and done.exists())
    assert [raw for raw in inbox.documents.values() if b'"9"' not in raw] == []
    rows = report(failed)
    assert [(row["place"], row["outcome"], row["code"]) for row in rows] == [
        ("line 3", "fault", "COLUMN_COUNT"),
        ("line 4", "fault", "NOT_DECODABLE"),
    ]


def test_a_file_stays_in_hand_until_its_documents_have_ended(tmp_path):
    inbox = Inbox(open=True)
    (tmp_path / "bills_1.csv").write_text(GOOD)
    place = tmp_path / claims.CLAIMED
    watching(watcher(tmp_path, inbox), lambda: len(inbox.documents) == 2)
    assert len(list(place.iterdir())) == 1
    assert not (tmp_path / "done").exists()

    inbox.open = False
    watching(watcher(tmp_path, inbox), (tmp_path / "done" / "bills_1.csv").exists)
    assert len(inbox.documents) == 2, "read again after the restart, but nothing was added"
    assert inbox.repeated == 2


def test_of_two_flows_in_one_folder_each_goes_on_with_its_own_files(tmp_path):
    """Also when both start anew, which they do with each change of the bundle."""
    bills, orders = Inbox(open=True), Inbox(open=True)
    (tmp_path / "bills_1.csv").write_text(GOOD)
    (tmp_path / "orders_1.csv").write_text("code\n1\n")

    async def both() -> None:
        found = [
            watcher(tmp_path, bills),
            FolderWatcher(
                "orders",
                FileSource("orders_*.csv", "csv", Csv(), None),
                folders(tmp_path),
                orders,
                settle_seconds=0.0,
                rescan_seconds=0.05,
            ),
        ]
        for one in found:
            await one.start()
        await until(lambda: bills.documents and orders.documents)
        await asyncio.sleep(0.2)
        for one in found:
            await one.stop()

    asyncio.run(both())
    asyncio.run(both())
    bills.open = orders.open = False
    asyncio.run(both())
    assert {name.partition("~")[2] for name, _ in bills.documents} == {"bills_1.csv"}
    assert {name.partition("~")[2] for name, _ in orders.documents} == {"orders_1.csv"}
    assert not (tmp_path / "failed").exists()


def test_a_claim_of_before_its_flow_was_in_its_name_is_gone_on_with(tmp_path):
    inbox = Inbox()
    place = tmp_path / claims.CLAIMED
    place.mkdir()
    (place / "20260101T000000-abcdef~bills_1.csv").write_text(GOOD)
    watching(watcher(tmp_path, inbox), (tmp_path / "done" / "bills_1.csv").exists)
    assert len(inbox.documents) == 2


def test_a_file_that_cannot_be_claimed_keeps_no_other_one(tmp_path):
    inbox = Inbox()
    (tmp_path / f"bills_{'x' * 240}.csv").write_text(GOOD)
    (tmp_path / "bills_y.csv").write_text(GOOD)
    watching(watcher(tmp_path, inbox), (tmp_path / "done" / "bills_y.csv").exists)


def test_two_files_of_one_name_stay_apart(tmp_path):
    inbox = Inbox()
    for _ in range(2):
        (tmp_path / "bills_1.csv").write_text(GOOD)
        watching(watcher(tmp_path, inbox), lambda: not list(tmp_path.glob(".claimed/*~*")))
    done = tmp_path / "done"
    watching(watcher(tmp_path, inbox), (done / "bills_1.2.csv").exists)
    assert len(inbox.documents) == 4
    assert sorted(path.name for path in done.iterdir()) == [
        "bills_1.2.csv",
        "bills_1.2.csv.report.csv",
        "bills_1.csv",
        "bills_1.csv.report.csv",
    ]


def test_a_file_that_is_still_written_is_left_alone(tmp_path):
    inbox = Inbox()
    path = tmp_path / "bills_1.csv"
    watch = watcher(tmp_path, inbox, settle_seconds=1.0, rescan_seconds=0.02)

    async def run() -> None:
        await watch.start()
        try:
            with path.open("w") as file:
                for line in GOOD.splitlines(keepends=True):
                    file.write(line)
                    file.flush()
                    await asyncio.sleep(0.05)
                    assert path.exists()
            await until((tmp_path / "done" / "bills_1.csv").exists)
        finally:
            await watch.stop()

    asyncio.run(run())
    assert len(inbox.documents) == 2


def test_an_inbox_that_is_full_takes_the_file_later(tmp_path):
    inbox = Inbox(refuse=2)
    (tmp_path / "bills_1.csv").write_text(GOOD)
    watching(watcher(tmp_path, inbox), (tmp_path / "done" / "bills_1.csv").exists)
    assert len(inbox.documents) == 2


def test_a_schedule_keeps_files_until_its_hour(tmp_path):
    inbox = Inbox()
    source = FileSource("bills_*.csv", "csv", Csv(), Schedule("02:30", "UTC", ()))
    path = tmp_path / "bills_1.csv"
    path.write_text(GOOD)
    arrived = path.stat().st_ctime
    now = [arrived]
    (tmp_path / "bills_now.csv").write_text(GOOD)
    watch = watcher(tmp_path, inbox, source, clock=lambda: now[0])

    async def run() -> None:
        await watch.start()
        try:
            await asyncio.sleep(0.3)
            assert path.exists()
            now[0] = arrived + 86_400
            await until((tmp_path / "done" / "bills_1.csv").exists)
        finally:
            await watch.stop()

    asyncio.run(run())


def test_on_arrival_overrules_the_schedule(tmp_path):
    source = FileSource("bills_*.csv", "csv", Csv(), Schedule("02:30", "UTC", ()))
    (tmp_path / "bills_1.csv").write_text(GOOD)
    watch = watcher(tmp_path, Inbox(), source, on_arrival=True, clock=lambda: 0.0)
    watching(watch, (tmp_path / "done" / "bills_1.csv").exists)


def test_a_new_file_wakes_the_watcher_without_a_rescan(tmp_path):
    inbox = Inbox()
    watch = watcher(tmp_path, inbox, rescan_seconds=3600.0)
    watching(
        watch,
        (tmp_path / "done" / "bills_1.csv").exists,
        act=lambda: (tmp_path / "bills_1.csv").write_text(GOOD),
    )


def test_a_large_file_is_handed_over_in_chunks_in_order(tmp_path):
    inbox = Inbox()
    rows = "".join(f"{i},{i}\n" for i in range(1201))
    (tmp_path / "bills_1.csv").write_text("no,net\n" + rows)
    done = tmp_path / "done" / "bills_1.csv"
    watching(watcher(tmp_path, inbox), done.exists)
    assert sorted(ordinal for _, ordinal in inbox.documents) == list(range(1201))
    assert [row["place"] for row in report(done)][-1] == "line 1202"


def test_a_folder_that_is_not_there_is_a_fault_of_the_configuration(tmp_path):
    watch = watcher(tmp_path / "nowhere", Inbox())
    with pytest.raises(ConfigError, match="nowhere"):
        asyncio.run(watch.start())


def test_only_one_of_two_claims_succeeds(tmp_path):
    path = tmp_path / "bills_1.csv"
    path.write_text(GOOD)
    claimed = claims.claim(path, "bills")
    assert claims.first_name(claimed) == "bills_1.csv"
    with pytest.raises(FileNotFoundError):
        claims.claim(path, "bills")
    assert claims.claimed(tmp_path, "bills") == [claimed]


def test_a_file_is_put_away_across_file_systems(tmp_path, monkeypatch):
    path = tmp_path / "bills_1.csv"
    path.write_text(GOOD)
    claimed = claims.claim(path, "bills")
    other = tmp_path / "elsewhere"
    real = os.rename

    def rename(source, target, **options):
        if Path(target).parent == other and Path(source).parent != other:
            raise OSError(18, "Invalid cross-device link")
        real(source, target, **options)

    monkeypatch.setattr(os, "rename", rename)
    target = claims.put_away(claimed, other, lambda path: None)
    assert target.read_text() == GOOD
    assert not claimed.exists()
    assert [path.name for path in other.iterdir()] == ["bills_1.csv"]


def test_a_packed_file_is_taken_and_a_link_is_left_alone(tmp_path):
    inbox = Inbox()
    outside = tmp_path.parent / f"{tmp_path.name}-outside.csv"
    outside.write_text("no,net\nsecret,1\n")
    (tmp_path / "bills_1.csv").symlink_to(outside)
    (tmp_path / "bills_2.csv.gz").write_bytes(gzip.compress(GOOD.encode()))
    os.mkfifo(tmp_path / "bills_3.csv")
    source = FileSource("bills_*.csv*", "csv", Csv(group_by="no"), None)
    done = tmp_path / "done" / "bills_2.csv.gz"
    watching(watcher(tmp_path, inbox, source), done.exists)
    assert len(inbox.documents) == 2
    assert not any(b"secret" in raw for raw in inbox.documents.values())
    assert (tmp_path / "bills_1.csv").is_symlink()
    assert [line["outcome"] for line in report(done)] == ["created", "created"]
