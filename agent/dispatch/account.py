"""The project's service RESTlet, and what its answers say about the account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog

from agent.alarms import Alarms
from agent.bundle import Bundle
from agent.dispatch.breaker import Breaker, Passage
from agent.dispatch.budget import Budget
from agent.dispatch.shares import Kind
from agent.errors import BadAnswer, CallError, Denied, NotSent, Unauthorized
from agent.metrics import Metrics
from agent.ports import NetSuite

OP_SECONDS = 120.0
# Nobody waits for these: parts and results of imports, and polls of records.
BACKFILL = frozenset({"stage", "import", "state", "clear", "pending", "read"})
OWN = "account"

log = structlog.get_logger("agent.account")


class Account:
    """
    Calls ops of the service RESTlet; every answer is checked for account and build.

    Args:
        bundle: the project.
        account: the account's id.
        netsuite: the account's RESTlets.
        budget: slots for calls.
        alarms: drift is raised here.
        metrics: calls are counted here.
        breaker: the account's.
    """

    def __init__(
        self,
        bundle: Bundle,
        account: str,
        netsuite: NetSuite,
        budget: Budget,
        alarms: Alarms,
        metrics: Metrics,
        breaker: Breaker,
    ) -> None:
        self.id = account
        self.breaker = breaker
        self._bundle = bundle
        self._netsuite = netsuite
        self._budget = budget
        self._alarms = alarms
        self._metrics = metrics

    async def op(self, op: str, **arguments: Any) -> dict[str, Any]:
        """Call an op. Raises CallError; an error in the answer becomes Denied or BadAnswer."""
        body = {"build": self._bundle.build, "account": self.id, "op": op, **arguments}
        answer = await self._call(body)
        if error := answer.get("error"):
            code, message = str(error.get("code")), str(error.get("message"))
            if error.get("class") in ("permission", "config"):
                raise Denied(code, message)
            raise BadAnswer(code, message)
        return answer

    async def look(self) -> dict[str, Any]:
        """Health, drift and clock in one call (GET)."""
        return await self._call(None)

    async def _call(self, body: dict[str, Any] | None) -> dict[str, Any]:
        script, deploy = self._bundle.service_script, self._bundle.service_deploy
        flow = str((body or {}).get("flow") or OWN)
        kind = Kind.BACKFILL if body and body["op"] in BACKFILL else Kind.INTERACTIVE
        async with self._budget.slot(flow, kind) as slot, self._passage() as passage:
            try:
                if body is None:
                    answer = await self._netsuite.get(script, deploy)
                else:
                    answer = await self._netsuite.call(script, deploy, body, timeout=OP_SECONDS)
            except CallError as error:
                self._metrics.calls.labels(script, type(error).__name__).inc()
                judged = slot.judge(error)
                assert judged is not None
                passage.judge(judged)
                if isinstance(judged, Unauthorized):
                    self._alarms.begin("account", self.id, judged.code, judged.message)
                if judged is error:
                    raise
                raise judged from error
            slot.judge(None)
            passage.answered()
        self._metrics.calls.labels(script, "ok").inc()
        self._alarms.end("account", self.id)
        self._check(answer)
        return answer

    @asynccontextmanager
    async def _passage(self) -> AsyncIterator[Passage]:
        passage = self.breaker.enter()
        if passage is None:
            raise NotSent("BREAKER_OPEN", "the account does not answer; a call tries again soon")
        try:
            yield passage
        finally:
            passage.nothing()

    def _check(self, answer: dict[str, Any]) -> None:
        account, build = answer.get("account"), answer.get("build")
        if account is not None and account != self.id:
            message = f"account {account} answers where {self.id} is configured"
            raise Denied("WRONG_ACCOUNT", message)
        if build is not None and build != self._bundle.build:
            message = f"the account runs build {build}, flows.json is build {self._bundle.build}"
            self._alarms.begin("drift", self._bundle.project, "BUILD_DIFFERS", message)
        else:
            self._alarms.end("drift", self._bundle.project)
