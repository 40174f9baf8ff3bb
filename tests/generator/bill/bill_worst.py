"""
A project in a local account where everything goes as badly as it can, and its meter.

Caches are cold, and every save of a new record meets another session that made the same record a
moment earlier with other values; stale claims stand where a flow claims its keys.
"""

from __future__ import annotations

import base64
import copy
import json
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bill_specs import encoded

from emulator.account.account import SYSTEM, LocalAccount
from emulator.account.interference import Held, Undisturbed
from emulator.account.starter import INTEGRATION_USER
from emulator.door.concurrency import Concurrency
from emulator.door.control import SeedRecord
from emulator.door.credentials import Holder
from emulator.errors import NetSuiteError
from emulator.local import LocalNetSuite
from emulator.project import SdfProject, opened
from generator.compile import compile_project
from generator.plan import names
from generator.plan.inbound import FileVia, InboundPlan
from generator.plan.project import ProjectPlan

SECRET = base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()

# What a record cannot do without; everything else is taken off the other session's record, so that
# the second look finds a difference to save.
_KEPT = frozenset(
    ("externalid", "entity", "subsidiary", "companyname", "entityid", "itemid", "isperson", "name",
     "autoname", "account", "currency", "location", "lastname", "custom")
)  # fmt: skip


class Race:
    """
    Another session that is always a moment faster at creating records of some types.

    Args:
        account: where.
        keys: the key's field, by record type.
        unseen: types of whose records the role does not see those that are made as the nth or
            later: they are refused, and not found either.
    """

    def __init__(
        self,
        account: LocalAccount,
        keys: Mapping[str, str],
        unseen: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self._account = account
        self._keys = keys
        self._left = dict(unseen)
        self._other = threading.local()

    def before(self, record: str, draft: dict[str, Any] | None) -> Held | None:
        """Make the record first, then refuse."""
        creates = draft is not None and draft.get("id") is None
        if getattr(self._other, "saves", False) or not creates or record not in self._keys:
            return None
        assert draft is not None
        if record in self._left:
            self._left[record] -= 1
        if self._left.get(record, 1) < 1:
            raise NetSuiteError("DUP_RCRD_LINK", "This record already exists.")
        twin = copy.deepcopy(draft)
        key = self._keys[record]
        twin["fields"] = {
            name: value for name, value in twin["fields"].items() if name == key or name in _KEPT
        }
        self._other.saves = True
        try:
            self._account.save(SYSTEM, twin, sourcing=True, ignore_mandatory=True)
        finally:
            self._other.saves = False
        raise NetSuiteError("DUP_RCRD_LINK", "This record already exists.")

    def after(self, record: str) -> None:
        """Nothing follows."""


class Refuses:
    """Saves of one record type are refused."""

    def __init__(self, record: str) -> None:
        self._record = record

    def before(self, record: str, draft: dict[str, Any] | None) -> Held | None:
        if record == self._record:
            raise NetSuiteError("UNEXPECTED_ERROR", "An unexpected error has occurred.")
        return None

    def after(self, record: str) -> None:
        """Nothing follows."""


@contextmanager
def agent(meanwhile: Callable[[], None] = lambda: None, *, status: int = 200) -> Iterator[str]:
    """An agent that takes every event (or refuses it), and what happens before it answers; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            meanwhile()
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Meter:
    """A project deployed in an account, and what its scripts use."""

    def __init__(self, project: SdfProject, plan: ProjectPlan, grants: Mapping[str, str]) -> None:
        self.plan = plan
        self._project = project
        self.netsuite = LocalNetSuite(project, workers=1, limit=Concurrency())
        secrets = {need.scriptid: SECRET for need in project.secrets if need.scriptid}
        self.netsuite.start(secrets, {"SUITESCRIPT_SCHEDULING": "FULL", **grants})
        assert project.role is not None
        self.role = project.role
        self._token = self.netsuite.session(Holder(INTEGRATION_USER, project.role), "RESTLET")
        self.service("pause", paused=False)  # the flag is there to be loaded

    def seed(self, records: Sequence[dict[str, Any]]) -> None:
        """Put records in, as they are."""
        if records:
            self.netsuite.seed([SeedRecord.model_validate(one) for one in records])

    def flow(self, name: str) -> InboundPlan:
        return next(found for found in self.plan.inbound if found.flow == name)

    def worst(
        self, name: str, documents: Sequence[Any], *, unseen: bool = False, warm: bool = False
    ) -> int:
        """
        Units that a flow uses for documents which all have to be created, at worst.

        Args:
            name: the flow.
            documents: of one batch.
            unseen: the last of the records is made by somebody else and cannot be seen.
            warm: look-ups are in the cache as they were left.
        """
        record = self.flow(name).record
        with self.raced(name, documents, {record: len(documents)} if unseen else {}, warm=warm):
            return self.run(name, documents, failing=int(unseen))

    @contextmanager
    def raced(
        self,
        name: str,
        documents: Sequence[Any],
        unseen: Mapping[str, int],
        *,
        warm: bool = False,
    ) -> Iterator[None]:
        """Meanwhile caches are cold, claims are stale, and what a flow creates is made by others (`Race`)."""
        plan = self.flow(name)
        keys = {create.record: create.key.field for create in plan.creates}
        keys[plan.record] = plan.key.field
        self._stale_claims(plan, documents)
        self.cold(() if not warm else ("suiteloom_lookups",))
        account = self.netsuite.account
        account.interference = Race(account, keys, unseen)
        try:
            yield
        finally:
            account.interference = Undisturbed()

    def run(self, name: str, documents: Sequence[Any], *, failing: int | None = 0) -> int:
        """Units of one execution with these documents; so many of them must fail (None: any), no other."""
        plan = self.flow(name)
        if isinstance(plan.via, FileVia):
            results, units = self._import(plan, documents)
        else:
            results, units = self._post(plan, documents)
        went_wrong = [one for one in results if one["outcome"] in ("failed", "deferred")]
        assert failing is None or len(went_wrong) == failing, went_wrong[:2]
        assert all(one["outcome"] != "deferred" for one in results)
        return units

    def _post(self, plan: InboundPlan, documents: Sequence[Any]) -> tuple[list[Any], int]:
        body = {
            **self._head(), "contract": plan.contract, "flow": plan.flow, "batch": "b",
            "documents": [{"id": str(i), "doc": doc} for i, doc in enumerate(documents)],
        }  # fmt: skip
        answer = self.call(plan.script, plan.deploy, body)
        assert "results" in answer, answer
        return answer["results"], self.used("Restlet")

    def _import(self, plan: InboundPlan, documents: Sequence[Any]) -> tuple[list[Any], int]:
        lines = [json.dumps({"id": str(i), "doc": doc}) for i, doc in enumerate(documents)]
        more = {"flow": plan.flow, "contract": plan.contract, "import": "one"}
        self.service("stage", part=1, lines=lines, **more)
        before = len(self.netsuite.usage())
        assert self.service("import", parts=1, **more).get("status") == "submitted"
        assert self.netsuite.engine.idle(120)
        answer = self.service("state", offset=0, **more)
        self.service("clear", **more)
        maps = [row for row in self.netsuite.usage()[before:] if row["type"] == "MapReduceScript"]
        return answer["results"], max(row["units"] for row in maps if row["stage"] == "map")

    def service(self, op: str, **more: Any) -> dict[str, Any]:
        prefix = self.plan.prefix
        body = {**self._head(), "op": op, **more}
        return self.call(names.service_script(prefix), names.service_deploy(prefix), body)

    def health(self) -> dict[str, Any]:
        """The service RESTlet's answer to GET."""
        prefix = self.plan.prefix
        return self.call(
            names.service_script(prefix), names.service_deploy(prefix), None, method="GET"
        )

    def call(self, script: str, deploy: str, body: Any, method: str = "POST") -> dict[str, Any]:
        sent = json.dumps(body).encode() if body else b""
        reply = self.netsuite.engine.restlet(
            self._token, script, deploy, method, {}, sent, "application/json"
        )
        answer: dict[str, Any] = json.loads(reply.body)
        return answer

    def used(self, script_type: str) -> int:
        """Units of the last execution of a type."""
        return int(
            [one for one in self.netsuite.usage() if one["type"] == script_type][-1]["units"]
        )

    def _head(self) -> dict[str, Any]:
        return {"build": self.plan.build, "account": self._project.account}

    def cold(self, but: Collection[str] = ()) -> None:
        """Forget what N/cache holds, as NetSuite may at any time; but for some caches."""
        caches = self.netsuite.engine._caches
        with caches._lock:
            for key in [key for key in caches._held if key[-2] not in but]:
                del caches._held[key]

    def agent(self, url: str | None) -> None:
        """Where events go; None: nowhere."""
        addresses = [environment.agent_url for environment in self.plan.environments]
        self.netsuite.engine.route({str(address): url or "" for address in addresses})

    def _stale_claims(self, plan: InboundPlan, documents: Sequence[Any]) -> None:
        if not plan.key.claim:
            return
        prefix = self.plan.prefix
        keys = [str(document["id"]) for document in documents]
        self.seed(
            [
                {
                    "type": names.claim_record(prefix),
                    "fields": {
                        "externalid": encoded(f"{plan.flow}--{plan.key.prefix}{key}"),
                        names.claim_field(prefix, "since"): "0" * 16,
                    },
                }
                for key in keys
            ]
        )


@contextmanager
def metered(folder: Path, grants: Mapping[str, str] | None = None) -> Iterator[Meter]:
    """The project of a folder in an account of its own."""
    with ExitStack() as stack:
        plan, found = compile_project(folder)
        assert plan is not None, found
        project = stack.enter_context(opened(folder))
        meter = Meter(project, plan, grants or {})
        stack.callback(meter.netsuite.close)
        yield meter
