"""
What agents and account themselves know of what is missing, for whoever looks for the cause.

Nothing is judged by it: lost and doubled are counted from outside.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from killable_account import Account
from storms import METER, READING

from agent.inbox.model import Filter
from agent.inbox.opening import looking
from agent.inbox.states import State

OUTBOX = "customrecord_fc_outbox"
MOST = 5
ALL = 1_000_000


def inquest(store: str, account: Account, lost: Iterable[str]) -> list[str]:
    """
    What the agents' store and the account say of lost things.

    Args:
        store: a file's path, or `postgresql://...`.
        account: as it is now.
        lost: as the campaign tells them: `ticket 7: ...`, `meter 3: ...`, `meter 3, reading 2:
            ...`.
    """
    look = looking(store if "://" in store else Path(store))
    said = [f"agents: {sorted(map(str, look.stats()))}", f"the account died at {account.deaths}"]
    said += [f"outbox: {row['fields']}" for row in account.records(OUTBOX)[:MOST]]
    readings = {
        row["fields"]["custrecord_fc_meter_no"]: str(row["id"]) for row in account.records(METER)
    }
    saves, made = account.saves(METER, READING), account.saves(METER, "record")
    events = look.find(Filter(), limit=ALL)
    said += [
        f"not done: {_told(look.show(event['id']))}"
        for event in events
        if event["state"] != State.DONE
    ][:MOST]
    for line in list(lost)[:MOST]:
        what = line.partition(":")[0].split()
        number = what[1].strip(",").removeprefix("T-")
        ids = (f"t-{number}",) if what[0] == "ticket" else (f"r-{number}-",)
        mine = [e for e in events if str(e["event_id"]).startswith(ids)]
        said += [f"{line} | {_told(look.show(event['id']))}" for event in mine]
        if what[0] == "meter":
            id = readings.get(number, "")
            said.append(f"{line} | made {made.get(id)}, saved {saves.get(id)}")
    return said


def _told(event: dict[str, Any] | None) -> str:
    if event is None:
        return "gone"
    return ", ".join(f"{name} {value!r}" for name, value in event.items() if value is not None)
