"""What all plays share: the parts on the stage, waiting for quiet, reading the books."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from emulator.demo import count
from emulator.demo.books import Books
from emulator.demo.outside import Parcel, Posted, Sender, Target
from emulator.demo.report import Inbound, Mistake, Outbound, Story
from emulator.demo.stage import Stage

Json = dict[str, Any]

# A person who keeps orders, customers and stock and has no script permission.
CLERK = {"role": "SALES_CLERK", "context": "USERINTERFACE"}
PATIENCE = 60.0


class Play(Protocol):
    """One example project with the world around it."""

    target: Target

    def run(self) -> None:
        """Play all acts; returns when the world is quiet."""

    def story(self, seconds: float) -> Story:
        """Read all books and compare them."""

    def close(self) -> None:
        """Let the outside world go."""


class Scene:
    """
    The parts on the stage.

    Args:
        stage: built and running.
        sender: the system that posts.
        target: the systems that receive.
        say: progress for a person.
    """

    def __init__(
        self, stage: Stage, sender: Sender, target: Target, say: Callable[[str], None]
    ) -> None:
        self.stage = stage
        self.account = stage.account
        self.sender = sender
        self.target = target
        self.say = say
        self.books = Books(stage.folder / "inbox.db")
        self._before: dict[tuple[str, int], int] = {}

    def look_before(self, record: str) -> None:
        """Note how often the records of a type have been saved before the play."""
        for found in self.account.records(record):
            self._before[record, int(found["id"])] = int(found["version"])

    def saves(self, record: str, records: Sequence[Json]) -> dict[str, int]:
        """By internal id, how often each record was saved in the play: the account counts versions."""
        saved = {
            str(found["id"]): int(found["version"])
            - self._before.get((record, int(found["id"])), 0)
            for found in records
        }
        return {name: times for name, times in saved.items() if times}

    def at_once(self, flow: str) -> int:
        """Posts of a flow's script in the save itself, by the account's meter."""
        script = next(x["script"] for x in self.stage.bundle["flows"] if x["flow"] == flow)
        usage = self.account.usage()
        return sum(row["calls"].get("https.post", 0) for row in usage if row["script"] == script)

    def post(self, what: str, parcels: Sequence[Parcel]) -> list[Posted]:
        """Post parcels and say so."""
        self.say(what)
        return self.sender.send(parcels)

    def ids(self, record: str) -> dict[str, int]:
        """Internal ids of the records of a type, by external id."""
        found = self.account.records(record)
        return {key: int(each["id"]) for each in found if (key := count.external_id(each))}

    def wait_for_records(self, record: str, keys: Iterable[str]) -> None:
        """Until the account has all of them."""
        wanted = set(keys)
        self.stage.wait_for(
            f"{record} records", lambda: wanted <= self.ids(record).keys(), PATIENCE
        )

    def wait_until_quiet(self) -> None:
        """Until the agent has nothing in hand and the account nothing left to tell."""
        done = self.stage.wait_for(
            "quiet", lambda: not self.books.open() and not self._outbox(), PATIENCE
        )
        if not done:
            self.say(f"still open: {self.books.open()} in the agent, {len(self._outbox())} to tell")

    def wait_until_told(self) -> None:
        """Until the account has nothing left to tell."""
        self.stage.wait_for("an empty outbox", lambda: not self._outbox(), PATIENCE)

    def _outbox(self) -> list[Json]:
        return self.account.records(f"customrecord_{self.stage.bundle['prefix']}_outbox")

    def outbound(self, title: str, way: str, saves: int, path: str) -> Outbound:
        """What was told to a path of the target."""
        taken = {call.id for call in self.target.taken(path)}
        return Outbound(title, way, saves, len(self.target.calls(path)), len(taken))

    def elsewhere(self, flows: Sequence[str]) -> list[Inbound]:
        """Deliveries to an address that no flow has."""
        lost = [each for each in self.sender.posted if each.parcel.flow not in flows]
        return [Inbound("to an unknown flow", sent=len(lost), refused=len(lost))] if lost else []

    def units(self, flows: Sequence[str], *, drain: bool = False) -> int:
        """Units that the account metered for the scripts of some flows (and the drain)."""
        scripts = {each["script"] for each in self.stage.bundle["flows"] if each["flow"] in flows}
        if drain:
            scripts.add(f"customscript_{self.stage.bundle['prefix']}_drain")
        return count.units(self.account.usage(), scripts)

    def close(self) -> None:
        """Let the outside world go."""
        self.sender.close()
        self.target.close()


def drop(path: Path, data: bytes) -> None:
    """Put a file into a folder under another name first, as a careful system does."""
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(data)
    draft.rename(path)


def failed_files(folder: Path) -> list[Mistake]:
    """Files that were not taken, with the first faults of their reports."""
    found = []
    for path in sorted(folder.glob("*.report.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        why = "; ".join(f"{row['place']}: {row['message']}" for row in rows[:3])
        found.append(Mistake(path.name.removesuffix(".report.csv"), "failed folder, whole", why))
    return found
