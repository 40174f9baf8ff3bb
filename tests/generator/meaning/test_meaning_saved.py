"""
For random values of every type, what a save holds in the local account is what the reference says,
and the same document again, compared field by field, changes nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import meaning_cases as cases
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from meaning_rules import field
from meaning_values import MISSING, Wrong

from emulator.account.starter import INTEGRATION_USER
from emulator.door.concurrency import Concurrency
from emulator.door.credentials import Holder
from emulator.local import LocalNetSuite
from emulator.project import opened
from generator.compile import compile_project

MORE = int(os.environ.get("SUITELOOM_SOAK", "1"))
AT_ONCE = 25
ZONE = "America/St_Johns"
PROJECT = {
    "spec": 1, "project": "saved", "prefix": "svd", "timezone": ZONE,
    "environments": {"test": {"account": "TSTDRV1"}},
}  # fmt: skip
RECORD = """<customrecordtype scriptid="customrecord_svd_thing">
  <recordname>Thing</recordname><accesstype>NONENEEDED</accesstype><includename>T</includename>
  <customrecordcustomfields>{fields}</customrecordcustomfields>
</customrecordtype>
"""
FIELD = """<customrecordcustomfield scriptid="custrecord_svd_{name}">
  <label>{name}</label><fieldtype>{type}</fieldtype><storevalue>T</storevalue>
</customrecordcustomfield>"""
dates = st.one_of(cases.iso, cases.epochs)
# By the field's name its type in NetSuite, its type in specs, and values.
FIELDS: dict[str, tuple[str, str, Any]] = {
    "text": ("TEXT", "text", cases.words), "area": ("TEXTAREA", "text", cases.words),
    "whole": ("INTEGER", "integer", st.integers(-(10**9), 10**9) | cases.odd_numbers),
    "decimal": ("FLOAT", "decimal", cases.numbers), "money": ("CURRENCY", "currency", cases.numbers),
    "percent": ("PERCENT", "percent", cases.numbers), "day": ("DATE", "date", dates),
    "flag": ("CHECKBOX", "boolean", st.sampled_from([True, False, "T", "f", "1", 0, "x", None])),
    "moment": ("DATETIMETZ", "datetime", dates), "hour": ("TIMEOFDAY", "timeofday", cases.times),
    "mail": ("EMAIL", "email", st.sampled_from(["a@b.example", "ÄÖ@x.example", " a@b.example"])),
}  # fmt: skip


class Account:
    """A local account with the flow, and its answers."""

    def __init__(self, folder: Path) -> None:
        plan, found = compile_project(folder)
        assert plan is not None, found
        self._plan = plan
        (self._flow,) = plan.inbound
        self._count = 0
        with opened(folder) as project:
            self.netsuite = LocalNetSuite(project, workers=1, limit=Concurrency())
            self.netsuite.start(
                {need.scriptid: "x" for need in project.secrets if need.scriptid}, {}
            )
            self._account = project.account
            self._token = self.netsuite.session(
                Holder(INTEGRATION_USER, str(project.role)), "RESTLET"
            )

    def named(self, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The documents, each with a key of its own."""
        self._count += 1
        return [{"id": f"k{self._count}-{i}", **one} for i, one in enumerate(given)]

    def send(self, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
        body = {
            "contract": self._flow.contract, "build": self._plan.build, "account": self._account,
            "flow": self._flow.flow, "batch": "b",
            "documents": [{"id": one["id"], "doc": one} for one in documents],
        }  # fmt: skip
        reply = self.netsuite.engine.restlet(
            self._token, self._flow.script, self._flow.deploy, "POST", {}, json.dumps(body).encode(), "application/json"
        )  # fmt: skip
        results: list[dict[str, Any]] = json.loads(reply.body)["results"]
        return results

    def saved(self, key: str, name: str) -> Any:
        (found,) = self.netsuite.records("customrecord_svd_thing", None, key)
        return found["fields"].get(f"custrecord_svd_{name}")


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    folder = tmp_path_factory.mktemp("saved")
    for name in ("specs", "objects"):
        (folder / name).mkdir()
    (folder / "project.yaml").write_text(json.dumps(PROJECT), encoding="utf-8")
    made = "".join(FIELD.format(name=name, type=one[0]) for name, one in FIELDS.items())
    (folder / "objects/customrecord_svd_thing.xml").write_text(
        RECORD.format(fields=made), encoding="utf-8"
    )
    spec = {
        "spec": 1, "flow": "things", "direction": "inbound", "record": "customrecord_svd_thing",
        "source": {"verify": {"bearer": {"secret": "svd_in"}}}, "via": {"restlet": {"batch": AT_ONCE}},
        "key": "id", "verify": "always",
        "body": {"name": "id", **{f"custrecord_svd_{name}": name for name in FIELDS}},
    }  # fmt: skip
    (folder / "specs/things.yaml").write_text(json.dumps(spec), encoding="utf-8")
    account = Account(folder)
    yield account
    account.netsuite.close()


def held(name: str, value: Any) -> Any:
    """How the local account holds a value of the type's own form."""
    kind = FIELDS[name][1]
    if value is MISSING:
        return False if kind == "boolean" else None
    if kind in ("integer", "decimal", "currency", "percent"):
        return float(value)
    if kind == "datetime":
        since = datetime.fromisoformat(value) - datetime(1970, 1, 1, tzinfo=UTC)
        return since // timedelta(milliseconds=1)
    return value


@settings(
    max_examples=12 * MORE,
    derandomize=MORE == 1,
    deadline=None,
    phases=[Phase.generate],
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    made=st.lists(
        st.sampled_from(sorted(FIELDS)).flatmap(
            lambda name: st.tuples(st.just(name), FIELDS[name][2])
        ),
        min_size=AT_ONCE,
        max_size=AT_ONCE,
    )
)
def test_what_is_saved_means_what_the_reference_says(
    account: Account, made: list[tuple[str, Any]]
) -> None:
    documents = account.named([{name: value} for name, value in made])
    first, again = account.send(documents), account.send(documents)
    wrong = []
    for (name, value), document, one, two in zip(made, documents, first, again, strict=True):
        try:
            wanted: Any = held(
                name, field({"from": name, "type": FIELDS[name][1]}, document, {}, ZONE)
            )
        except Wrong as fault:
            found, wanted = one.get("error", {}).get("code"), fault.code
        else:
            found = account.saved(document["id"], name) if one["outcome"] == "created" else one
            if isinstance(wanted, float) and isinstance(found, int):
                found = float(found)
            if (two["outcome"], "unsettled" in two) != ("unchanged", False):
                found = (found, two)
        if found != wanted:
            wrong.append({"field": name, "value": value, "meant": wanted, "found": found})
    if wrong:
        pytest.fail(f"{len(wrong)} of {len(made)}, the first: {wrong[0]}", pytrace=False)
