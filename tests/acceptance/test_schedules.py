"""A schedule as it is written in a spec, through the build and the bundle, to the folder that the agent watches."""

from __future__ import annotations

import asyncio
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

from agent import bundle as bundles
from agent.inbox.sqlite import SqliteStore
from agent.ingress.files import StoredFiles
from agent.metrics import Metrics
from agent.watch.folders import Folders, FolderWatcher
from agent.watch.schedule import next_after
from generator.project import build

ACME = Path(__file__).resolve().parents[2] / "examples/acme"


def moment(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def bills(folder: Path) -> bundles.InboundFlow:
    """The vendor bills of the example: Tuesdays at 02:30 in Berlin."""
    project = folder / "project"
    shutil.copytree(ACME, project, ignore=shutil.ignore_patterns("sdf_project"))
    spec = project / "specs/vendor-bills.yaml"
    lines = spec.read_text().splitlines()
    (at,) = [n for n, line in enumerate(lines) if line.strip().startswith("on_arrival:")]
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    lines[at] = f'{indent}schedule: {{at: "02:30", timezone: Europe/Berlin, days: [tue]}}'
    spec.write_text("\n".join(lines) + "\n")
    assert build(project, folder / "sdf").written
    flow = bundles.load(folder / "sdf/flows.json").flows["vendor-bills"]
    assert isinstance(flow, bundles.InboundFlow)
    return flow


def test_the_hour_is_that_of_the_spec_s_zone_in_summer_and_in_winter(tmp_path: Path) -> None:
    flow = bills(tmp_path)
    assert flow.file is not None
    assert flow.file.schedule is not None
    due = [
        next_after(flow.file.schedule, moment(f"2027-{day}T12:00")) for day in ("01-01", "07-01")
    ]
    assert due == [moment("2027-01-05T01:30"), moment("2027-07-06T00:30")]


def test_a_file_waits_for_the_hour_and_is_taken_once(tmp_path: Path) -> None:
    """Dropped before its hour it stays; an agent that was down at the hour takes it afterwards, whole."""
    flow = bills(tmp_path)
    assert flow.file is not None
    watched = tmp_path / "in"
    watched.mkdir()
    dropped = watched / "bills_1.csv"
    shutil.copy(ACME / "samples/bills.csv", dropped)
    now = [dropped.stat().st_ctime]

    async def run(seconds: float) -> int:
        store = SqliteStore(tmp_path / "inbox.db", clock=lambda: now[0])
        inbox = StoredFiles({flow.flow: flow}, store, Metrics(), lambda _flow: None)
        assert flow.file is not None
        watch = FolderWatcher(
            flow.flow,
            flow.file,
            Folders(watched, watched / "done", watched / "failed"),
            inbox,
            items=flow.items,
            settle_seconds=0.0,
            rescan_seconds=0.05,
            clock=lambda: now[0],
        )
        await watch.start()
        try:
            await asyncio.sleep(seconds)
            lease = await store.lease(flow.flow, 100, 60)
            return len({json.loads(event.body)["bill_no"] for event in lease.events})
        finally:
            await watch.stop()
            await store.close()

    assert asyncio.run(run(0.3)) == 0
    assert dropped.exists()
    assert flow.file.schedule is not None
    now[0] = next_after(flow.file.schedule, now[0]) + 3600
    assert asyncio.run(run(2.0)) == 3
    assert not dropped.exists()
