"""A project in a local account of this process, and what comes of documents and saves there."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent import bundle as agent_bundle
from agent.documents import exact
from agent.watch.faults import FileFaultyError
from agent.watch.folders import Reader, reader_for
from emulator.account.roles import ADMINISTRATOR
from emulator.account.starter import ADMIN_USER, CLERK_USER, INTEGRATION_USER
from emulator.door.concurrency import Concurrency
from emulator.door.control import As, SeedRecord, Source, Work
from emulator.door.credentials import Holder
from emulator.errors import EmulatorError, UsageError
from emulator.local import LocalNetSuite
from emulator.project import SdfProject, opened
from emulator.server import BY_HAND
from emulator.tracing import Lens
from emulator.trial.polling import PollState, one_pass
from emulator.trial.receiver import Receiver
from generator.compile.apart import LeftOut, left_out
from generator.memory import Memory
from generator.plan import names
from generator.plan.inbound import FileVia, InboundPlan
from generator.plan.outbound import OutboundPlan
from generator.plan.project import ProjectPlan
from generator.project import build

LENS = Path(__file__).with_name("lens.js")
_SECRET = base64.b64encode(b"a secret of exactly 32 bytes ...").decode()
_IDLE_SECONDS = 120.0

Note = dict[str, Any]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """
    What came of one call with documents.

    Args:
        results: one for each document, as the flow's script answers (docs/architecture.md 3.3).
        units: what the flow's script used.
        notes: what the lens saw, by execution: (script, notes).
        events: what the account posted, where it was drained.
    """

    results: tuple[dict[str, Any], ...]
    units: int
    notes: tuple[tuple[str, list[Note]], ...]
    events: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a person's save, or of a poll: the record's id (0 of a poll), events, units."""

    id: int
    events: tuple[dict[str, Any], ...]
    units: int
    notes: tuple[tuple[str, list[Note]], ...]
    log: tuple[Mapping[str, Any], ...]


class Stage:
    """
    One account with the project deployed; made anew by `fresh` as often as wanted.

    Use `Stage.opened(folder)`.
    """

    def __init__(self, plan: ProjectPlan, folder: Path, project: SdfProject) -> None:
        self.plan = plan
        self.left_out = LeftOut()
        self.project = project
        self._bundle = agent_bundle.load(folder / "flows.json")
        self._lens = Lens(LENS)
        self._receiver = Receiver()
        self._imports = 0
        self._polls: dict[str, PollState] = {}
        hosts = {each.agent_url: self._receiver.url for each in plan.environments if each.agent_url}
        self.netsuite = LocalNetSuite(
            project, workers=1, hosts=hosts, limit=Concurrency(), lens=self._lens
        )
        secrets = {need.scriptid: _SECRET for need in project.secrets if need.scriptid}
        self.netsuite.start(secrets, BY_HAND)
        self._session = self.netsuite.session(
            Holder(INTEGRATION_USER, project.role or ADMINISTRATOR), "RESTLET"
        )

    @staticmethod
    @contextmanager
    def opened(
        folder: Path, environment: str | None = None, flows: Collection[str] = ()
    ) -> Iterator[Stage]:
        """
        A project folder, built and deployed into an account of its own.

        Args:
            folder: the project folder.
            environment: whose account; None for the project's first.
            flows: what is tried. Other specs are left out where they have mistakes, which
                `left_out` tells; none is all of the project.

        Raises:
            ProjectError: its specs have mistakes. DeployError: it does not deploy.
        """
        memory = Memory()
        apart = left_out(folder, flows, memory) if flows else LeftOut()
        with tempfile.TemporaryDirectory(prefix="suiteloom-") as out:
            plan = build(folder, Path(out), memory=memory, without=apart.specs).plan
            with Stage.of(plan, Path(out), environment) as stage:
                stage.left_out = apart
                yield stage

    @staticmethod
    @contextmanager
    def of(plan: ProjectPlan, out: Path, environment: str | None = None) -> Iterator[Stage]:
        """The same of a project that is built already, in the folder `out`."""
        with opened(out, environment) as project:
            stage = Stage(plan, out, project)
            try:
                yield stage
            finally:
                stage.close()

    def holds(self, plan: ProjectPlan) -> bool:
        """Whether another plan of the project can be deployed here: same accounts, role, secrets."""
        return all(
            getattr(plan, name) == getattr(self.plan, name)
            for name in ("prefix", "environments", "secrets")
        )

    def renew(self, plan: ProjectPlan, out: Path) -> None:
        """Deploy another plan of the project, built into `out`. DeployError."""
        self.netsuite.deploy(str(out))
        self.plan = plan
        self._bundle = agent_bundle.load(out / "flows.json")

    def close(self) -> None:
        """Stop the scripts and close the account."""
        self.netsuite.close()
        self._receiver.close()

    def fresh(self, given: Sequence[SeedRecord] = (), clock: str | None = None) -> None:
        """The starter account with the project and these records in it; UsageError where they do not fit."""
        self.netsuite.reset()
        self._polls.clear()
        if clock is not None:
            self.netsuite.clock(None, clock)
        self.seed(given)
        self._lens.take()
        self._receiver.take()

    def seed(self, given: Sequence[SeedRecord]) -> None:
        """Put records into the account as they are; no script runs."""
        if given:
            self.netsuite.seed(list(given))

    # --- flows ---------------------------------------------------------------------------------

    def inbound(self, flow: str) -> InboundPlan:
        """The plan of an inbound flow. KeyError."""
        return {each.flow: each for each in self.plan.inbound}[flow]

    def outbound(self, flow: str) -> OutboundPlan:
        """The plan of an outbound flow. KeyError."""
        return {each.flow: each for each in self.plan.outbound}[flow]

    def documents(self, flow: str, path: Path) -> list[Any]:
        """
        The documents of a file, read as the agent reads it.

        A file flow's own form; else JSON Lines by the ending `.jsonl`, and JSON: one call of many
        documents (the flow's `source.items`), one document or a list. TrialError where it is none
        of these.
        """
        known = self._bundle.flows.get(flow)
        file = known.file if isinstance(known, agent_bundle.InboundFlow) else None
        items = known.items if isinstance(known, agent_bundle.InboundFlow) else None
        if file is None or path.suffix == ".json":
            lines = path.suffix in (".jsonl", ".ndjson")
            file = agent_bundle.FileSource("*", "json_lines" if lines else "json", None, None)
        try:
            return _read(reader_for(file, items), path)
        except FileFaultyError as error:
            if items is not None:
                with suppress(FileFaultyError):  # a sample may be one of the documents of a call
                    return _read(reader_for(file, None), path)
            raise TrialError(f"{path}: {error.faults[0].message}") from error

    def send(self, flow: str, documents: Sequence[Any], *, drain: bool = False) -> Sent:
        """
        Send documents in one call (as many as a batch takes), or as one import where the flow takes files.

        With `drain` the events that this raised are delivered too.
        """
        plan = self.inbound(flow)
        told = [
            json.loads(exact(json.dumps(one).encode())) for one in documents
        ]  # as the agent does
        listed = [{"id": str(number), "doc": one} for number, one in enumerate(told, 1)]
        before = len(self.netsuite.usage())
        self._lens.take()
        if isinstance(plan.via, FileVia):
            results = self._import(plan, listed)
        else:
            size = plan.batch_max
            batches = [listed[at : at + size] for at in range(0, len(listed), size)]
            results = [one for batch in batches for one in self._call(plan, batch)]
        rows = self.netsuite.usage()[before:]
        units = sum(row["units"] for row in rows if row["script"] == plan.script)
        notes = [one for one in self._lens.take() if one[0] == plan.script]
        return Sent(tuple(results), units, tuple(notes), tuple(self._drained() if drain else ()))

    def _call(self, plan: InboundPlan, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
        body = {"flow": plan.flow, "contract": plan.contract, "batch": "b", "documents": listed}
        answer = self._post(plan.script, plan.deploy, body)
        return list(answer["results"])

    def _import(self, plan: InboundPlan, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self._imports += 1
        names_ = {"flow": plan.flow, "contract": plan.contract, "import": f"i{self._imports}"}
        lines = [json.dumps(one, ensure_ascii=False) for one in listed]
        self._service("stage", **names_, part=1, lines=lines)
        self._service("import", **names_, parts=1)
        self._idle()
        found: dict[str, dict[str, Any]] = {}
        state: dict[str, Any] = {}
        while True:
            state = self._service("state", **names_, offset=len(found))
            found |= {one["id"]: one for one in state["results"]}
            if not state.get("more") or not state["results"]:
                break
        self._service("clear", **names_)
        cause = state.get("cause") or {
            "code": "NO_RESULT",
            "message": "the import ended without it",
        }
        without = {"outcome": "failed", "record": None, "error": {**cause, "class": "retry"}}
        return [found.get(one["id"], {"id": one["id"], **without}) for one in listed]

    def _service(self, op: str, **more: Any) -> dict[str, Any]:
        prefix = self.plan.prefix
        script, deploy = names.service_script(prefix), names.service_deploy(prefix)
        return self._post(script, deploy, {"op": op, **more})

    def _post(self, script: str, deploy: str, body: Mapping[str, Any]) -> dict[str, Any]:
        whole = {"build": self.plan.build, "account": self.project.account, **body}
        reply = self.netsuite.engine.restlet(
            self._session,
            script,
            deploy,
            "POST",
            {},
            json.dumps(whole).encode(),
            "application/json",
        )
        answer: dict[str, Any] = json.loads(reply.body)
        if "error" in answer:
            error = answer["error"]
            raise TrialError(f"{script}: {error['code']}: {error['message']}")
        return answer

    def _idle(self) -> None:
        if not self.netsuite.engine.idle(_IDLE_SECONDS):
            raise TrialError("the scripts do not come to an end")

    # --- a person ------------------------------------------------------------------------------

    def save(self, work: Work) -> Saved:
        """A person's work, and what the account told the world about it."""
        before, said = len(self.netsuite.usage()), len(self.netsuite.log())
        self._lens.take()
        number = self.netsuite.work(work)
        events = self._drained()
        units = sum(
            row["units"] for row in self.netsuite.usage()[before:] if "service" not in row["script"]
        )
        log = tuple(self.netsuite.log()[said:])
        return Saved(number, tuple(events), units, tuple(self._lens.take()), log)

    def poll(self, flow: str) -> Saved:
        """One pass of a poll: what differs from the pass before since `fresh`."""
        before, said = len(self.netsuite.usage()), len(self.netsuite.log())
        self._lens.take()
        state = self._polls.setdefault(flow, PollState())
        events = tuple(one_pass(self._service, self.outbound(flow), state))
        units = sum(row["units"] for row in self.netsuite.usage()[before:])
        return Saved(0, events, units, tuple(self._lens.take()), tuple(self.netsuite.log()[said:]))

    def _drained(self) -> list[dict[str, Any]]:
        """Deliver what waits in the outbox, by both ways; the events since the last time."""
        if not self.plan.outbound:
            return []
        while self._service("pending")["due"]:
            self._service("drain")
            self._idle()
        fetched: list[dict[str, Any]] = []
        while any(plan.deliver == "pull" for plan in self.plan.outbound):
            rows = self._service("fetch")["events"]
            if not rows:
                break
            fetched += [row["event"] for row in rows]
            taken = [
                {"row": row["row"], "also": row["also"], "events": [row["event"]["id"]]}
                for row in rows
            ]
            self._service("ack", rows=taken)
        return [*self._receiver.take(), *fetched]

    # --- the account ---------------------------------------------------------------------------

    def record(self, type: str, id: int) -> Record | None:  # noqa: A002  (NetSuite's own words)
        """A record as the account has it."""
        found = self.netsuite.records(type, id, None)
        return found[0] if found else None

    def find(self, type: str, by: Mapping[str, Any]) -> list[Record]:  # noqa: A002
        """The records of a type whose fields have these values; `id` and `externalid` are fields too."""
        by = dict(by)
        number = by.pop("id", None)
        external = by.pop("externalid", None)
        found = self.netsuite.records(
            type,
            None if number is None else int(number),
            None if external is None else str(external),
        )
        return [
            one for one in found if all(self.same(one, name, value) for name, value in by.items())
        ]

    def same(self, record: Record, name: str, value: Any) -> bool:
        """Whether a body field of a record has a value; a reference by id, external id or name."""
        kind = self.netsuite.account.catalog.record(record["type"])
        known = kind.fields.get(name) if kind else None
        got = record["fields"].get(name)
        if known is not None and known.refers:
            return str(value) in self.names(known.refers, got)
        return str(got) == str(value) or got == value

    def names(self, refers: str, id: Any) -> list[str]:  # noqa: A002
        """What a person may call the record of an internal id: its id, external id and names."""
        if id in (None, "") or not str(id).lstrip("-").isdigit():
            return [str(id)]
        try:
            found = self.netsuite.records(refers, int(id), None)
        except EmulatorError:
            found = []
        out = [str(id)]
        for one in found:
            kind = self.netsuite.account.catalog.record(one["type"])
            columns = [
                "entityid",
                "itemid",
                "acctnumber",
                "symbol",
                "name",
                "tranid",
                "inventorynumber",
            ]
            if kind and kind.name_column:
                columns.insert(0, kind.name_column)
            values = [one.get("externalid"), *(one["fields"].get(column) for column in columns)]
            out += [str(value) for value in values if value not in (None, "")]
        return list(dict.fromkeys(out))


def _read(reader: Reader, path: Path) -> list[Any]:
    reader.check(path)
    return [json.loads(one.raw) for one in reader.documents(path)]


def who(role: str | None, user: int | None, context: str | None) -> As:
    """Who does a person's work; the clerk in the user interface unless said otherwise."""
    given = role or "ADMINISTRATOR"
    default = ADMIN_USER if given == "ADMINISTRATOR" else CLERK_USER
    return As(user=user or default, role=given, context=context or "USERINTERFACE")


def origin(type: str, id: int) -> Source:  # noqa: A002
    """The record that a transform starts from."""
    return Source(type=type, id=id)


class TrialError(UsageError):
    """A trial could not be made: the account refused the call as a whole."""
