"""
For random references and multi-selects, what a save holds in the local account is what docs/spec.md
says: found, missing, ambiguous, inactive, empty, required, with a default.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from meaning_values import SPACES, Wrong

from emulator.account.starter import INTEGRATION_USER
from emulator.door.concurrency import Concurrency
from emulator.door.control import SeedRecord
from emulator.door.credentials import Holder
from emulator.local import LocalNetSuite
from emulator.project import opened
from generator.compile import compile_project

SEEDS = range(int(os.environ.get("SUITELOOM_SOAK", "1")))
FLOWS, DOCUMENTS = 30, 8
PROJECT = {
    "spec": 1, "project": "references", "prefix": "rfs", "timezone": "UTC",
    "environments": {"test": {"account": "TSTDRV1"}},
    "vars": {"usual": {"type": "select", "record": "customrecord_rfs_goal", "by": "externalid", "test": "A"}},
}  # fmt: skip
RECORD = """<customrecordtype scriptid="customrecord_rfs_{name}">
  <recordname>{name}</recordname><accesstype>NONENEEDED</accesstype><includename>T</includename>
  <customrecordcustomfields>{fields}</customrecordcustomfields>
</customrecordtype>
"""
FIELD = """<customrecordcustomfield scriptid="custrecord_rfs_{name}">
  <label>{name}</label><fieldtype>{type}</fieldtype>
  <selectrecordtype>[scriptid=customrecord_rfs_goal]</selectrecordtype><storevalue>T</storevalue>
</customrecordcustomfield>"""
GOALS = [
    {"externalid": "A", "name": "Alpha"},
    {"externalid": "P-B", "name": "Beta"},
    {"externalid": "C_x201", "name": "Twin"},  # as this product writes the key `C 1`
    {"externalid": "d", "name": "Twin"},
    {"externalid": "I", "name": "Idle", "isinactive": True},
    {"externalid": "7", "name": "7"},
]
KEYS = {
    "externalid": ["A", " B ", "P-B", "C 1", "d", "I", 7, "nobody"],
    "name": ["Alpha", "Beta\u00a0", "Twin", "Idle", 7, "nobody"],
}
ABSENT: list[dict[str, Any]] = [{}, {"v": None}, {"v": ""}, {"v": []}, {"v": " \u00a0"}]


def rule(chance: random.Random) -> dict[str, Any]:
    """A field rule; `many` for the multi-select."""
    by = chance.choice(["externalid", "name"])
    ref: dict[str, Any] = {"record": "customrecord_rfs_goal", "by": by}
    made: dict[str, Any] = {"from": "v", "ref": ref}
    many = chance.random() < 0.4
    ref["missing"] = chance.choice(
        ["error", "skip_field"] if many else ["error", "skip_field", "default"]
    )
    if ref["missing"] == "default":
        made["default"] = {"var": "usual"}
    if by == "externalid" and chance.random() < 0.4:
        ref["prefix"] = "P-"
    if chance.random() < 0.5:
        ref["ambiguous"] = chance.choice(["error", "lowest_id"])
    if chance.random() < 0.4:
        ref["inactive"] = True
    if chance.random() < 0.3:
        ref["cache"] = "deploy"
    if chance.random() < 0.3:
        made["required"] = True
    elif chance.random() < 0.4:
        made["empty"] = chance.choice(["skip", "error"])
    return {"many": many, "rule": made}


def document(chance: random.Random, case: dict[str, Any]) -> dict[str, Any]:
    if chance.random() < 0.2:
        return dict(chance.choice(ABSENT))
    keys = KEYS[case["rule"]["ref"]["by"]]
    if case["many"]:
        return {"v": chance.sample([*keys, None, " "], chance.randrange(1, 4))}
    return {"v": chance.choice(keys)}


# --- the meaning ---


def meant(case: dict[str, Any], given: dict[str, Any]) -> set[str]:
    """External ids of the goals that the field holds then."""
    rule = case["rule"]
    value = given.get("v")
    keys = [key for key in (value if isinstance(value, list) else [value]) if named(key)]
    if not keys:
        if "default" in rule:
            return {"A"}
        if rule.get("required") or (rule.get("empty") == "error" and "v" in given):
            raise Wrong("REQUIRED_EMPTY")
        return set()
    held: set[str] = set()
    for key in keys:
        held |= goal(rule, str(key).strip(SPACES))
    if not held and rule.get("required"):
        raise Wrong("REQUIRED_EMPTY")
    if "I" in held:  # it is found, and no record takes an inactive one: the account's own refusal
        raise Wrong("INVALID_KEY_OR_REF")
    return held


def named(key: Any) -> bool:
    """Whether a key names anything: blanks alone do not."""
    return key is not None and str(key).strip(SPACES) != ""


def goal(rule: dict[str, Any], key: str) -> set[str]:
    ref = rule["ref"]
    key = ref.get("prefix", "") + key
    column = {"externalid": key.replace(" ", "_x20"), "name": key}[ref["by"]]
    found = [
        str(one["externalid"])
        for one in GOALS
        if one[ref["by"]] == column and (ref.get("inactive") or not one.get("isinactive"))
    ]
    if len(found) > 1 and ref.get("ambiguous") != "lowest_id":
        raise Wrong("AMBIGUOUS_REFERENCE")
    if not found and ref["missing"] == "error":
        raise Wrong("MISSING_REFERENCE")
    if not found and ref["missing"] == "default":
        return {"A"}
    return set(found[:1])


# --- in the account ---


def write_project(folder: Path, cases: list[dict[str, Any]]) -> None:
    for name in ("specs", "objects"):
        (folder / name).mkdir()
    (folder / "project.yaml").write_text(json.dumps(PROJECT), encoding="utf-8")
    for name, fields in (
        ("goal", ""),
        ("thing", FIELD.format(name="one", type="SELECT") + FIELD.format(name="many", type="MULTISELECT")),
    ):  # fmt: skip
        path = folder / f"objects/customrecord_rfs_{name}.xml"
        path.write_text(RECORD.format(name=name, fields=fields), encoding="utf-8")
    for i, case in enumerate(cases):
        spec = {
            "spec": 1, "flow": f"flow-{i}", "direction": "inbound", "record": "customrecord_rfs_thing",
            "source": {"verify": {"bearer": {"secret": "rfs_in"}}}, "via": {"restlet": {"batch": DOCUMENTS}},
            "key": {"from": "id"},
            "body": {"name": "id", f"custrecord_rfs_{'many' if case['many'] else 'one'}": case["rule"]},
        }  # fmt: skip
        (folder / f"specs/flow-{i}.yaml").write_text(json.dumps(spec), encoding="utf-8")


@pytest.fixture(params=SEEDS)
def chance(request: pytest.FixtureRequest) -> random.Random:
    return random.Random(request.param)


def test_references_mean_what_the_reference_says(chance: random.Random, tmp_path: Path) -> None:
    cases = [rule(chance) for _ in range(FLOWS)]
    write_project(tmp_path, cases)
    wrong = [
        {**case, "document": given, "meant": wanted, "saved": got}
        for case, given, wanted, got in outcomes(tmp_path, cases, chance)
        if wanted != got
    ]
    assert wrong == []


def outcomes(
    folder: Path, cases: list[dict[str, Any]], chance: random.Random
) -> Iterator[tuple[dict[str, Any], dict[str, Any], Any, Any]]:
    """Case, document, what it means and what became of it: external ids, or the code of an error."""
    plan, found = compile_project(folder)
    assert plan is not None, [str(one) for one in found if one.severity == "error"]
    with opened(folder) as project:
        netsuite = LocalNetSuite(project, workers=1, limit=Concurrency())
        try:
            netsuite.start({need.scriptid: "x" for need in project.secrets if need.scriptid}, {})
            goals = [{"type": "customrecord_rfs_goal", "fields": fields} for fields in GOALS]
            ids = netsuite.seed([SeedRecord.model_validate(one) for one in goals])
            names = {str(number): one["externalid"] for number, one in zip(ids, GOALS, strict=True)}
            token = netsuite.session(Holder(INTEGRATION_USER, str(project.role)), "RESTLET")
            for i, case in enumerate(cases):
                (flow,) = [one for one in plan.inbound if one.flow == f"flow-{i}"]
                given = [{"id": f"{i}-{n}", **document(chance, case)} for n in range(DOCUMENTS)]
                body = {
                    "contract": flow.contract, "build": plan.build, "account": project.account,
                    "flow": flow.flow, "batch": "b",
                    "documents": [{"id": one["id"], "doc": one} for one in given],
                }  # fmt: skip
                reply = netsuite.engine.restlet(
                    token, flow.script, flow.deploy, "POST", {}, json.dumps(body).encode(), "application/json"
                )  # fmt: skip
                for one, result in zip(given, json.loads(reply.body)["results"], strict=True):
                    try:
                        wanted: Any = meant(case, one)
                    except Wrong as fault:
                        wanted = fault.code
                    if result["outcome"] != "created":
                        yield case, one, wanted, result["error"]["code"]
                        continue
                    (saved,) = netsuite.records("customrecord_rfs_thing", None, one["id"])
                    value = saved["fields"].get(
                        f"custrecord_rfs_{'many' if case['many'] else 'one'}"
                    )
                    held = value if isinstance(value, list) else [value] if value else []
                    yield case, one, wanted, {names[str(number)] for number in held}
        finally:
            netsuite.close()
