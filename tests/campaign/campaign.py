"""
A campaign: documents sent through agents and account while both are killed and everything else goes wrong.

What is lost and what is doubled is counted from outside alone: the sender's list of what was taken,
the account's records, the board's log.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import random
import secrets
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bad_network import FAIR, Relay, Weather
from counterparts import Board, Document, Sender
from inquest import inquest
from killable_account import BIN, PROJECT, Account
from killable_agents import Agent, Nursery, Plan
from storms import METER, READING, TICKET, Storms, World

READINGS_EACH = 6
TICKETS_SHARE = 0.2
WIDTH = 32
SETTLE_SECONDS = 60.0
BY_HAND_SECONDS = 10.0
GATE_SECONDS = 3.0
BETWEEN_COMMITS_SECONDS = 3.0
# The account answers a look at its outbox by counting the rows that wait: more documents, fewer
# looks.
LOOKS_SECONDS, DOCUMENTS_A_LOOK = 0.3, 20_000


@dataclass(frozen=True)
class Store:
    """Where agents keep their events: a file (None), or a PostgreSQL schema, how its server is restarted and its disk filled."""

    address: str | None = None
    restart: Callable[[str], None] | None = None
    fill: Callable[[float], None] | None = None


@dataclass
class Report:
    """What a campaign saw, from outside."""

    seed: int
    documents: int = 0
    attempts: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    excused: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    hits: Counter[str] = field(default_factory=Counter)
    plain_kills: int = 0
    account_kills: int = 0
    storms: Counter[str] = field(default_factory=Counter)
    cuts: int = 0
    by_hand: int = 0
    faults: list[str] = field(default_factory=list)
    inquest: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        points = ", ".join(f"{point} {count}" for point, count in sorted(self.hits.items()))
        storms = ", ".join(f"{name} {count}" for name, count in sorted(self.storms.items()))
        return (
            f"seed {self.seed}: {self.documents} documents in {self.attempts} requests, lost {len(self.lost)}, "
            f"doubled {len(self.doubled)}, out of order {len(self.disordered)}, saved without an event because the "
            f"account died {len(self.excused)}; killed at {points}; "
            f"at other moments {self.plain_kills}, the account {self.account_kills}; "
            f"held or dead and tried again by hand {self.by_hand}; "
            f"connections cut {self.cuts}; storms: {storms}; {self.seconds:.0f} s"
        )


def run(
    folder: Path,
    store: Store,
    *,
    agents: int,
    documents: int,
    seed: int,
    each: int,
    account_kills: int = 2,
    store_restarts: int = 3,
) -> Report:
    """
    Send `documents` documents, with every crash point hit `each` times.

    Args:
        folder: empty, for everything that is written.
        store: the tier.
        agents: how many share the work.
        seed: of everything that is drawn.
    """
    began = time.monotonic()
    report = Report(seed)
    looks = max(LOOKS_SECONDS, documents / DOCUMENTS_A_LOOK)
    with _world(folder, store, agents, seed, each, looks) as (world, plan):
        sender = world.sender
        storms = Storms(world, seed, account_kills=account_kills, store_restarts=store_restarts)
        sender.gate = _gate(plan, documents)
        plan.sent = lambda: len(sender.taken) / documents
        storms.start()
        sender.send(_documents(documents, seed, plan), WIDTH)
        storms.end()
        for agent in world.agents:
            agent.calm()
        report.by_hand = _settle(world, sender)
        report.documents = len(sender.taken)
        report.attempts = sender.attempts
        report.refused = dict(sender.refused)
        _count(report, world, sender)
        if report.lost:
            report.inquest = inquest(_address(folder, store), world.account, report.lost)
        report.hits, report.plain_kills = plan.hits, plan.plain_kills
        report.account_kills = len(world.account.deaths)
        report.storms = storms.seen
        report.cuts = sum(relay.cuts for relay in world.relays)
        report.faults = [fault for agent in world.agents for fault in agent.faults]
        report.faults += world.board.errors
    report.seconds = time.monotonic() - began
    return report


def _address(folder: Path, store: Store) -> str:
    return store.address or str(folder / "inbox.db")


def _gate(plan: Plan, documents: int) -> Callable[[int], None]:
    """Hold the sender up while kills are behind: each point wants work to be hit in."""

    def gate(taken: int) -> None:
        end = time.monotonic() + GATE_SECONDS
        while taken / documents > plan.share and time.monotonic() < end:
            time.sleep(0.02)

    return gate


def _documents(count: int, seed: int, plan: Plan) -> Iterator[list[Document]]:
    """
    Keys with their documents, in the order of each: meters with readings 1, 2, 3..., and tickets.

    There are more of them for as long as points are still to be hit.
    """
    tickets = int(count * TICKETS_SHARE)
    meters = (count - tickets + READINGS_EACH - 1) // READINGS_EACH
    keys = [*map(_ticket, range(tickets)), *map(_meter, range(meters))]
    random.Random(seed).shuffle(keys)
    yield from keys
    more = itertools.count()
    while plan.share < 1.0:
        number = next(more)
        yield _ticket(tickets + number) if number % 3 == 0 else _meter(meters + number)


def _ticket(number: int) -> list[Document]:
    body = json.dumps({"no": f"T-{number}", "text": f"Ticket é {number}"})
    return [Document("tickets", f"t-{number}", body)]


def _meter(number: int) -> list[Document]:
    documents = []
    for reading in range(1, READINGS_EACH + 1):
        id = f"r-{number}-{reading}"
        body = json.dumps({"id": id, "meter": str(number), "reading": reading})
        documents.append(Document("readings", id, body))
    return documents


@contextmanager
def _world(
    folder: Path, store: Store, count: int, seed: int, each: int, looks: float
) -> Iterator[tuple[World, Plan]]:
    known = {name: _secret() for name in ("meters", "desk", "events_a", "board_sign")}
    env = {k: v for k, v in os.environ.items() if not k.startswith("SUITELOOM_SECRET_")}
    env |= {f"SUITELOOM_SECRET_{name.upper()}": value for name, value in known.items()}
    env["SUITELOOM_SECRET_AGENT_TOKEN"] = secrets.token_urlsafe(24)
    env["PYTHONWARNINGS"] = "error"
    subprocess.run(
        [str(BIN / "suiteloom"), "build", "--project", str(PROJECT), "--out", str(folder / "sdf")],
        check=True, env=env, capture_output=True,
    )  # fmt: skip
    with ExitStack() as stack:
        account = Account(folder, _free_port(), env)
        stack.callback(account.close)
        account.start()
        board = Board(known["board_sign"])
        stack.callback(board.close)
        ports = [_free_port() for _ in range(count)]
        relays = {
            "account": Relay([account.port], seed),
            "doors": Relay(ports, seed + 1),
            "board": Relay([board.port], seed + 2),
        }
        for relay in relays.values():
            stack.callback(relay.close)
        bundle = json.loads((folder / "sdf" / "flows.json").read_text())
        outside = bundle["environments"]["sandbox"]["agent_url"]
        account.post("/hosts", {outside: relays["doors"].url})
        ready = folder / "ready.json"
        ready.write_text(
            json.dumps(json.loads(account.ready.read_text()) | {"url": relays["account"].url})
        )
        nursery = Nursery(env)
        stack.callback(nursery.close)
        plan = Plan(each, seed)

        def hinder(on: bool) -> None:
            relays["account"].weather = Weather(refuse=1.0) if on else FAIR

        agents = []
        for number, port in enumerate(ports):
            config = folder / f"agent-{number}.toml"
            address = _address(folder, store)
            config.write_text(_config(folder, port, address, relays["board"], looks))
            agents.append(Agent(nursery, folder, config, ready, plan, f"agent-{number}", hinder))
        for agent in agents:
            agent.start()
            stack.callback(agent.end)
        sender = Sender(
            [relays["doors"].url],
            {"readings": known["meters"], "tickets": known["desk"]},
            seed,
            lambda _taken: None,
        )
        world = World(
            account,
            agents,
            board,
            list(relays.values()),
            store_file=store.address is None,
            restart_store=store.restart,
            fill_store=store.fill,
            sender=sender,
            token=env["SUITELOOM_SECRET_AGENT_TOKEN"],
        )
        yield world, plan


def _config(folder: Path, port: int, store: str, board: Relay, looks: float) -> str:
    return f"""\
bundle = "{folder / "sdf" / "flows.json"}"
environment = "sandbox"
listen = "127.0.0.1:{port}"
store = "{store}"
stop_seconds = 5
[dispatch]
poll_seconds = {looks}
call_timeout = 5
resend_after = 6
probe_seconds = 0.2
probe_max_seconds = 0.5
breaker_seconds = 0.3
breaker_max_seconds = 1.0
[retry]
base_seconds = 0.02
max_seconds = 0.5
attempts = 200
[connections.board]
base_url = "{board.url}"
[log]
level = "warning"
"""


def _settle(world: World, sender: Sender) -> int:
    """
    Until everything that was taken is where it belongs, or nothing comes any more.

    What the agents hold for a person is tried again by one: how many that were.
    """
    wanted = _wanted(sender)
    by_hand = 0
    left, since = -1, time.monotonic()
    while time.monotonic() - since < SETTLE_SECONDS:
        asked = time.monotonic()
        now = len(_missing(world, wanted)) + len(_untold(world, wanted)[0])
        if now == 0:
            break
        if now != left:
            left, since = now, time.monotonic()
        elif time.monotonic() - since > BY_HAND_SECONDS:
            by_hand += world.retry_by_hand()
        # The account's outbox waits ever longer for an agent that did not answer.
        world.advance(30)
        # To count many records takes the account's time from what it is counted for.
        time.sleep(max(0.5, 4 * (time.monotonic() - asked)))
    quiet, before = 0, -1
    while quiet < 4:  # what comes twice comes now
        seen = world.board.requests + len(world.account.records(TICKET))
        quiet, before = (quiet + 1, before) if seen == before else (0, seen)
        time.sleep(0.5)
    return by_hand


@dataclass(frozen=True)
class Wanted:
    """What must be there in the end, by the sender's own list."""

    readings: dict[str, list[int]]
    tickets: set[str]


def _wanted(sender: Sender) -> Wanted:
    readings: dict[str, list[int]] = {}
    tickets = set()
    for document in sender.taken:
        body = json.loads(document.body)
        if document.flow == "tickets":
            tickets.add(str(body["no"]))
        else:
            readings.setdefault(str(body["meter"]), []).append(int(body["reading"]))
    return Wanted(readings, tickets)


def _missing(world: World, wanted: Wanted) -> list[str]:
    meters = {_meter_no(row): row for row in world.account.records(METER)}
    tickets = {_ticket_no(row) for row in world.account.records(TICKET)}
    missing = [f"ticket {no}: not in the account" for no in sorted(wanted.tickets - tickets)]
    for meter, readings in wanted.readings.items():
        row = meters.get(meter)
        found = int(row["fields"][READING]) if row else None
        if found != readings[-1]:
            missing.append(f"meter {meter}: {found} in the account, {readings[-1]} was the last")
    return missing


def _untold(world: World, wanted: Wanted) -> tuple[list[str], list[str]]:
    """
    Readings that the board was never told, and those of them that the account could not tell of.

    A save and its user event are two commits on NetSuite: an account that dies between them has
    the record and no event. Only saves of the last moment before a death are excused by that.
    """
    told = set(world.board.told.values())
    saves, made = world.account.saves(METER, READING), world.account.saves(METER, "record")
    saved = {}
    for row in world.account.records(METER):
        meter, id = _meter_no(row), str(row["id"])
        first = wanted.readings[meter][0]  # what a record was made with has no note of its own
        saved |= {(meter, first): at for _, at in made.get(id, ())}  # noqa: B035 - one, or none
        saved |= {(meter, int(value)): at for value, at in saves.get(id, ())}
    untold, excused = [], []
    for meter, readings in wanted.readings.items():
        for reading in readings:
            if (meter, reading) in told:
                continue
            at = saved.get((meter, reading))
            died = at is not None and any(
                0 <= death - at < BETWEEN_COMMITS_SECONDS for death in world.account.deaths
            )
            (excused if died else untold).append(f"meter {meter}, reading {reading}: never told")
    return untold, excused


def _count(report: Report, world: World, sender: Sender) -> None:
    wanted = _wanted(sender)
    untold, report.excused = _untold(world, wanted)
    report.lost = _missing(world, wanted) + untold
    made = Counter(_ticket_no(row) for row in world.account.records(TICKET))
    meters = Counter(_meter_no(row) for row in world.account.records(METER))
    told = Counter(world.board.told.values())
    report.doubled = [
        *(f"ticket {no}: {count} records" for no, count in made.items() if count > 1),
        *(f"meter {no}: {count} records" for no, count in meters.items() if count > 1),
        *(
            f"meter {meter}, reading {reading}: told {count} times under other ids"
            for (meter, reading), count in told.items()
            if count > 1
        ),
    ]
    saves = {
        id: [int(value) for value, _ in changes]
        for id, changes in world.account.saves(METER, READING).items()
    }
    orders = [*world.board.order.items(), *saves.items()]
    report.disordered = [
        f"meter {meter}: {order}" for meter, order in orders if order != sorted(set(order))
    ]


def _meter_no(row: dict[str, Any]) -> str:
    return str(row["fields"]["custrecord_fc_meter_no"])


def _ticket_no(row: dict[str, Any]) -> str:
    return str(row["fields"]["custrecord_fc_ticket_no"])


def _secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
