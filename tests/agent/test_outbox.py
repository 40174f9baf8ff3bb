"""What the account's outbox says of itself, told to people."""

from __future__ import annotations

import asyncio
from typing import Any

from agent.alarms import Alarms
from agent.dispatch.outbox import OutboxWatch
from agent.metrics import Metrics


class Account:
    """An account whose outbox is what the test says."""

    id = "1_SB1"
    outbox: dict[str, int]

    async def look(self) -> dict[str, Any]:
        return {"outbox": self.outbox, "flags": {}}


def test_events_that_the_account_cannot_send_are_an_alarm_until_they_are_sent() -> None:
    """A payload that lacks a required value never reaches the agent: nobody else would say it."""
    account, metrics = Account(), Metrics()
    alarms = Alarms(metrics)
    watch = OutboxWatch(account, alarms, metrics, 1.0, drains=True, keep=None)  # type: ignore[arg-type]
    for failed, codes in ((0, []), (1, ["OUTBOX_FAILED"]), (2, ["OUTBOX_FAILED"]), (0, [])):
        account.outbox = {"failed": failed}
        asyncio.run(watch.round())
        assert [one["code"] for one in alarms.standing()] == codes
