"""
One project with a flow for almost every kind of record, at work in one local account.

`tests/golden/records` is the project; `cases/<flow>.yaml` beside its specs says what is sent and
what the account must hold then, written by hand from the meaning of the spec:

    given: [seed records]
    sends:
      - {outcome: created, record: {...}}      the spec's sample, and the record afterwards
      - {change: {...}, outcome: failed, code: BAD_VALUE, field: rate, says: "text in the message"}
    works:
      - {edit: {type, externalid, fields}, event: edit, data: {...}}     a person's work, and what is sent

`change` is a JSON merge patch (RFC 7396) on the sample, `csv` another file in its place. In
expectations `{vendor: ERP-V-100}` is the id of the vendor with that external id or name, null means
that a field is empty, and a list of lines is all lines there are.
"""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from agent import bundle as agent_bundle
from agent.watch.csv_reader import CsvReader
from emulator.account.preferences import Preferences
from emulator.account.starter import CLERK_USER, INTEGRATION_USER
from emulator.door.concurrency import Concurrency
from emulator.door.control import As, SeedRecord, Source, Work
from emulator.door.credentials import Holder
from emulator.local import LocalNetSuite
from emulator.project import SdfProject
from generator.catalog import standard

PROJECT = Path(__file__).resolve().parents[1] / "golden" / "records"
SECRET = base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
AGENT = "https://hooks-sb.brookvale.example"
_WAIT = 60


@dataclass(frozen=True, slots=True)
class Case:
    """What is done with one flow."""

    flow: str
    given: list[dict[str, Any]] = field(default_factory=list)
    sends: list[dict[str, Any]] = field(default_factory=list)
    works: list[dict[str, Any]] = field(default_factory=list)


def cases() -> list[Case]:
    """All cases, by flow."""
    return [
        Case(path.stem, **_plain(YAML(typ="safe").load(path.read_text(encoding="utf-8"))))
        for path in sorted((PROJECT / "cases").glob("*.yaml"))
    ]


def _plain(value: Any) -> Any:
    """YAML's dates as JSON has them: text."""
    return json.loads(json.dumps(value, default=lambda day: day.isoformat()))


def patched(document: Any, change: Any) -> Any:
    """The document with a JSON merge patch applied (RFC 7396)."""
    if not isinstance(change, Mapping):
        return change
    whole = dict(document) if isinstance(document, Mapping) else {}
    for name, value in change.items():
        if value is None:
            # A member that is null: our documents have them, so null is sent, not left out.
            whole[name] = None
        else:
            whole[name] = patched(whole.get(name), value)
    return whole


class Books:
    """The account with the project in it, and the agent's end of its RESTlets."""

    def __init__(self, project: SdfProject, receiver: Any, preferences: Preferences | None) -> None:
        self.project = project
        self.receiver = receiver
        self.bundle = agent_bundle.load(project.folder / "flows.json")
        self._raw = json.loads((project.folder / "flows.json").read_text(encoding="utf-8"))
        self.netsuite = LocalNetSuite(
            project,
            workers=1,
            hosts={AGENT: receiver.url},
            limit=Concurrency(),
            preferences=preferences,
        )
        secrets = {need.scriptid: SECRET for need in project.secrets if need.scriptid}
        self.netsuite.start(secrets, {"SUITESCRIPT_SCHEDULING": "FULL"})
        self.seed(json.loads((PROJECT / "account.json").read_text(encoding="utf-8"))["records"])
        assert project.role is not None
        self._token = self.netsuite.session(Holder(INTEGRATION_USER, project.role), "RESTLET")
        self._imports = 0

    def seed(self, records: list[dict[str, Any]]) -> None:
        self.netsuite.seed([SeedRecord.model_validate(one) for one in records])

    # --- what goes in ---

    def send(self, flow: str, send: Mapping[str, Any]) -> dict[str, Any]:
        """Send the sample, changed as the step says; the document's result."""
        known = self.bundle.flows[flow]
        assert isinstance(known, agent_bundle.InboundFlow)
        if known.file is None:
            return self._call(flow, patched(self._sample(flow), send.get("change", {})))
        if known.file.csv is None:
            return self._import(flow, [patched(self._sample(flow), send.get("change", {}))])
        reader = CsvReader(known.file.csv)
        with tempfile.TemporaryDirectory() as folder:
            file = PROJECT / "samples" / f"{flow}.csv"
            if "csv" in send:
                file = Path(folder) / "file.csv"
                file.write_text(send["csv"], encoding=known.file.csv.encoding)
            documents = [json.loads(one.raw) for one in reader.documents(file)]
        return self._import(flow, documents)

    def _sample(self, flow: str) -> Any:
        return json.loads((PROJECT / "samples" / f"{flow}.json").read_text(encoding="utf-8"))

    def _call(self, flow: str, document: Any) -> dict[str, Any]:
        known = next(one for one in self._raw["flows"] if one["flow"] == flow)
        answer = self._post(
            known["script"],
            known["deploy"],
            {
                "flow": flow,
                "contract": known["contract"],
                "batch": "b",
                "documents": [{"id": "1", "doc": document}],
            },
        )
        assert "results" in answer, answer
        return dict(answer["results"][0])

    def _import(self, flow: str, documents: list[Any]) -> dict[str, Any]:
        known = next(one for one in self._raw["flows"] if one["flow"] == flow)
        self._imports += 1
        names = {
            "flow": flow,
            "contract": known["contract"],
            "import": f"import-{self._imports}",
        }
        lines = [json.dumps({"id": str(n), "doc": doc}) for n, doc in enumerate(documents)]
        self.service("stage", **names, part=1, lines=lines)
        assert self.service("import", **names, parts=1)["status"] == "submitted"
        assert self.netsuite.engine.idle(_WAIT)
        answer = self.service("state", **names, offset=0)
        assert answer["status"] == "done", answer
        (result,) = answer["results"]
        return dict(result)

    def service(self, op: str, **values: Any) -> dict[str, Any]:
        """An op of the service RESTlet."""
        service = self._raw["service"]
        return self._post(service["script"], service["deploy"], {"op": op, **values})

    def _post(self, script: str, deploy: str, body: dict[str, Any]) -> dict[str, Any]:
        body = {"build": self._raw["build"], "account": self.project.account, **body}
        reply = self.netsuite.engine.restlet(
            self._token, script, deploy, "POST", {}, json.dumps(body).encode(), "application/json"
        )
        answer: dict[str, Any] = json.loads(reply.body)
        assert "results" in answer or "error" not in answer, answer
        return answer

    # --- what goes out ---

    def work(self, step: Mapping[str, Any]) -> list[dict[str, Any]]:
        """A clerk's work; the events that reach the agent."""
        action = "edit" if "edit" in step else "create"
        given = step[action]
        number = self._one(given["type"], given["externalid"]) if action == "edit" else None
        fields = {name: self.value(value) for name, value in given.get("fields", {}).items()}
        self.receiver.posts.clear()
        origin = given.get("from")
        source = Source(type=origin["type"], id=self._one(**origin)) if origin else None
        self.netsuite.work(
            Work(
                action="transform" if source else "save",
                type=given["type"],
                id=number,
                fields=fields,
                from_=source,
                as_=As(user=CLERK_USER),
            )  # type: ignore[call-arg]
        )
        self.service("drain")
        assert self.netsuite.engine.idle(_WAIT)
        return list(self.receiver.events())

    # --- what is there ---

    def versions(self, record: str) -> dict[str, Any]:
        """Every record of a type with its version."""
        return {one["id"]: one["version"] for one in self.netsuite.records(record, None, None)}

    def record(self, record: str, number: str) -> dict[str, Any]:
        (found,) = self.netsuite.records(record, int(number), None)
        return found

    def _one(self, type: str, externalid: str) -> int:
        record, key = type, externalid
        kind = standard().record(record)
        names = [
            "externalid",
            "name",
            "itemid",
            "entityid",
            "acctnumber",
            "symbol",
            "inventorynumber",
        ]
        if kind and kind.name_column:
            names.append(kind.name_column)
        found = {
            int(one["id"])
            for one in self.netsuite.records(record, None, None)
            if key in (one.get("externalid"), *(one["fields"].get(name) for name in names))
        }
        assert len(found) == 1, f"{len(found)} records of {record} are called {key}"
        return found.pop()

    def value(self, wanted: Any) -> Any:
        """An expected value as the account holds it: `{vendor: X}` becomes an id."""
        if isinstance(wanted, Mapping) and len(wanted) == 1:
            ((record, key),) = wanted.items()
            return str(self._one(record, key))
        if isinstance(wanted, list):
            return [self.value(one) for one in wanted]
        return wanted

    def differences(self, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
        """Where a record (as the account holds it) is not what is expected."""
        wanted = dict(wanted)
        out: list[str] = []
        if "externalid" in wanted:
            out += self._same("externalid", wanted.pop("externalid"), found.get("externalid"))
        for sublist, lines in wanted.pop("lines", {}).items():
            there = found.get("sublists", {}).get(sublist, [])
            # What NetSuite lists beside what was ticked depends on what else is open.
            there = [line for line in there if line["fields"].get("apply", True)]
            if len(there) != len(lines):
                out.append(f"{sublist} has {len(there)} lines, not {len(lines)}: {there}")
            for number, (line, one) in enumerate(zip(lines, there, strict=False), 1):
                out += [f"{sublist} {number}: {text}" for text in self._line(line, one)]
        for name, sub in wanted.pop("subrecords", {}).items():
            there = found.get("subrecords", {}).get(name, {})
            out += [f"{name}: {text}" for text in self.differences(sub, there)]
        for name, value in wanted.items():
            out += self._same(name, self.value(value), found.get("fields", {}).get(name))
        return out

    def _line(self, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
        subs = found.get("subrecords") or {}
        own = {name: value for name, value in wanted.items() if name not in _SUBRECORDS}
        out = self.differences(own, {"fields": found["fields"]})
        for name in _SUBRECORDS & wanted.keys():
            inside = wanted[name]
            if name == "inventorydetail":
                inside = {"lines": inside}
            out += [f"{name}: {text}" for text in self.differences(inside, subs.get(name, {}))]
        return out

    def _same(self, name: str, wanted: Any, found: Any) -> list[str]:
        if wanted is None and found in (None, "", []):
            return []
        if isinstance(wanted, int | float) and not isinstance(wanted, bool):
            same = (
                found is not None
                and not isinstance(found, bool | list)
                and _number(found) == wanted
            )
        elif isinstance(wanted, bool):
            same = (found or False) is wanted
        else:
            same = found == wanted
        return [] if same else [f"{name} is {found!r}, not {wanted!r}"]


_SUBRECORDS = {"inventorydetail", "addressbookaddress"}


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
