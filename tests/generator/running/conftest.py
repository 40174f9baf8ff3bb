"""A small project, built and running in a local account, with a receiver for what it sends."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from emulator.account.starter import CLERK_USER, INTEGRATION_USER
from emulator.door.concurrency import Concurrency
from emulator.door.control import As, Run, SeedRecord, Source, Work
from emulator.door.credentials import Holder
from emulator.local import LocalNetSuite
from emulator.project import SdfProject, opened
from generator.compile import compile_project
from generator.plan import names
from generator.plan.project import ProjectPlan

PROJECT = Path(__file__).parent / "project"
WAYS_OUT = Path(__file__).parent / "project_out"
SECRET = base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
AGENT = "https://agent.example"

SEED = [
    {"type": "location", "fields": {"externalid": "DEPOT", "name": "Depot", "subsidiary": "1"}},
    {"type": "inventoryitem", "fields": {"itemid": "TEA", "subsidiary": ["1"]}},
    {"type": "inventoryitem", "fields": {"itemid": "MUG", "subsidiary": ["1"]}},
    {
        "type": "customer",
        "fields": {"externalid": "C-1", "entityid": "Acme", "companyname": "Acme", "isperson": False, "subsidiary": "1"},
    },
]  # fmt: skip


class Receiver:
    """The agent's address: keeps what arrives and answers with `status`."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.posts.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.posts]


class World:
    """The account with the project in it."""

    def __init__(self, project: SdfProject, plan: ProjectPlan, receiver: Receiver) -> None:
        self.project = project
        self.plan = plan
        self.receiver = receiver
        self.netsuite = LocalNetSuite(
            project, workers=1, hosts={AGENT: receiver.url}, limit=Concurrency()
        )
        secrets = {need.scriptid: SECRET for need in project.secrets if need.scriptid}
        self.netsuite.start(secrets, {"SUITESCRIPT_SCHEDULING": "FULL"})
        assert project.role is not None
        self.token = self.netsuite.session(Holder(INTEGRATION_USER, project.role), "RESTLET")

    def fresh(self) -> None:
        self.netsuite.reset()
        self.netsuite.secrets(
            {need.scriptid: SECRET for need in self.project.secrets if need.scriptid}
        )
        assert self.project.role is not None
        self.netsuite.roles(self.project.role, {"SUITESCRIPT_SCHEDULING": "FULL"}, [])
        self.receiver.posts.clear()
        self.receiver.status = 200
        self.netsuite.seed([SeedRecord.model_validate(one) for one in SEED])

    @contextmanager
    def without(self, permission: str) -> Iterator[None]:
        """The integration role lacks a permission, and then has it as before."""
        name = self.project.role
        assert name is not None
        role = self.netsuite.account.roles.get(name)
        assert role is not None
        self.netsuite.roles(name, {}, [permission])
        try:
            yield
        finally:
            self.netsuite.roles(name, {permission: role.permissions[permission]}, [])

    # --- calls ---

    def call(self, flow: str, *documents: Any, **changes: Any) -> dict[str, Any]:
        found = next(one for one in self.plan.inbound if one.flow == flow)
        body = {
            "contract": found.contract,
            "build": self.plan.build,
            "account": self.project.account,
            "flow": flow,
            "batch": "b",
            "documents": [{"id": str(i), "doc": doc} for i, doc in enumerate(documents)],
            **changes,
        }
        return self._post(found.script, found.deploy, body)

    def results(self, flow: str, *documents: Any) -> list[dict[str, Any]]:
        answer = self.call(flow, *documents)
        assert "results" in answer, answer
        results: list[dict[str, Any]] = answer["results"]
        return results

    def one(self, flow: str, document: Any) -> dict[str, Any]:
        return self.results(flow, document)[0]

    def service(self, op: str, **more: Any) -> dict[str, Any]:
        body = {"build": self.plan.build, "account": self.project.account, "op": op, **more}
        prefix = self.plan.prefix
        return self._post(names.service_script(prefix), names.service_deploy(prefix), body)

    def health(self) -> dict[str, Any]:
        prefix = self.plan.prefix
        reply = self.netsuite.engine.restlet(
            self.token, names.service_script(prefix), names.service_deploy(prefix),
            "GET", {}, b"", "application/json",
        )  # fmt: skip
        answer: dict[str, Any] = json.loads(reply.body)
        return answer

    def _post(self, script: str, deploy: str, body: Any) -> dict[str, Any]:
        reply = self.netsuite.engine.restlet(
            self.token, script, deploy, "POST", {}, json.dumps(body).encode(), "application/json"
        )
        answer: dict[str, Any] = json.loads(reply.body)
        return answer

    def drain(self) -> None:
        self.service("drain")
        assert self.netsuite.engine.idle(30)

    # --- the account ---

    def records(self, kind: str, **by: Any) -> list[dict[str, Any]]:
        return self.netsuite.records(kind, by.get("id"), by.get("externalid"))

    def record(self, kind: str, **by: Any) -> dict[str, Any]:
        (found,) = self.records(kind, **by)
        return found

    def work(
        self, action: str, kind: str, *, source: tuple[str, int] | None = None, **more: Any
    ) -> int:
        who = more.pop("who", As(user=CLERK_USER))
        origin = Source(type=source[0], id=source[1]) if source else None
        work = Work(action=action, type=kind, from_=origin, as_=who, **more)  # type: ignore[arg-type]
        return self.netsuite.work(work)

    def run(self, script: str, deploy: str) -> None:
        self.netsuite.run(Run(script=script, deploy=deploy, wait=True))

    def last(self, script_type: str = "Restlet") -> dict[str, Any]:
        return dict([one for one in self.netsuite.usage() if one["type"] == script_type][-1])


@contextmanager
def started(folder: Path) -> Iterator[World]:
    """An account with a project in it."""
    receiver = Receiver()
    plan, found = compile_project(folder)
    assert plan is not None, found
    with opened(folder) as project:
        world = World(project, plan, receiver)
        yield world
        world.netsuite.close()
    receiver.close()


@pytest.fixture(scope="session")
def running() -> Iterator[World]:
    with started(PROJECT) as world:
        yield world


@pytest.fixture(scope="session")
def ways_out() -> Iterator[World]:
    with started(WAYS_OUT) as world:
        yield world


@pytest.fixture(scope="module")
def start() -> Iterator[Callable[[Path], World]]:
    """Starts accounts with other projects, as they start; they end with the module."""
    with ExitStack() as stack:

        def started_(folder: Path) -> World:
            world = stack.enter_context(started(folder))
            world.fresh()
            return world

        yield started_


@pytest.fixture
def out(ways_out: World) -> World:
    """The account of the project with all ways out, as it starts."""
    ways_out.fresh()
    return ways_out


@pytest.fixture
def world(running: World) -> World:
    """The account as it starts: four records of its own, nothing sent."""
    running.fresh()
    return running
