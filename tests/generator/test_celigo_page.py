"""What docs/celigo.md promises compiles: each row's snippets, one by one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from generator.compile import compile_project
from generator.report.text import listing

PAGE = Path(__file__).resolve().parents[2] / "docs" / "celigo.md"

HOOKS = """
define([], () => ({
  memoOf: () => 'a', reshape: (doc) => doc, check: () => undefined, stamp: () => undefined, told: () => undefined
}));
"""
PROJECT = """
spec: 1
project: celigo-page
prefix: cel
timezone: America/New_York
environments:
  sandbox: {account: 1234567_SB1, agent_url: https://agent.example}
connections:
  shop: {base_url: https://shop.example}
vars:
  depot: {type: select, record: location, by: externalid, sandbox: DEPOT}
  company: {type: select, record: subsidiary, by: name, sandbox: Parent}
"""
# What the page says of Celigo: the names of its operations, conditions and settings.
NAMES = frozenset((
    "extract", "generate", "hardCodedValue", "dataType", "internalId", "immutable", "discardIfEmpty",
    "extractDateFormat", "extractDateTimezone", "subRecordMapping", "record_created", "record_updated",
    "extract_not_empty", "lookup_not_empty", "lookup_empty", "ignore_if_set", "recordType", "searchField",
    "resultField", "expression", "operator", "includeInactive", "useDefaultOnMultipleMatches", "allowFailures",
    "default", "isKey", "add", "update", "addupdate", "attach", "detach", "delete", "internalIdLookup",
    "ignoreExisting", "celigo_nlobjTransformType", "preSavePage", "preMap", "postMap", "postSubmit", "batchSize",
))  # fmt: skip


def rows() -> list[tuple[str, list[str]]]:
    """Celigo's word and the snippets of every row."""
    found = []
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == 3 and cells[0] not in ("Celigo", "---"):
            found.append((cells[0], re.findall(r"`([^`]+)`", cells[2])))
    return found


def flows(snippets: list[str]) -> list[dict[str, Any]]:
    """The flows that a row shows: a key that stands twice begins another way to say it."""
    yaml = YAML(typ="safe")
    ways: list[dict[str, Any]] = [{}]
    for snippet in snippets:
        part = yaml.load(snippet)
        if part.keys() & ways[-1].keys():
            ways.append({})
        ways[-1] |= part
    return [whole(way) for way in ways]


def whole(way: dict[str, Any]) -> dict[str, Any]:
    if way.get("direction") == "outbound":
        return {
            "spec": 1, "flow": "shown", "record": "customer", "via": {"events": {}},
            "target": {"connection": "shop", "path": "/hook"}, "payload": {"name": "companyname"}, **way,
        }  # fmt: skip
    flow: dict[str, Any] = {
        "spec": 1, "flow": "shown", "direction": "inbound", "record": "salesorder",
        "via": {"restlet": {}}, "key": {"from": "id", "prefix": "X-"},
    }  # fmt: skip
    sets = way.get("write") not in ("delete", "attach", "detach")
    if sets and "record" not in way:
        entity = {"from": "who", "ref": {"record": "customer"}}
        flow["body"] = {"entity": entity, **way.get("body", {})}
        if "maps" in way and "memo" not in flow["body"]:
            flow["body"]["memo"] = {"from": "level", "map": next(iter(way["maps"]))}
    return {**flow, **way, **({"body": flow["body"]} if "body" in flow else {})}


ROWS = rows()


@pytest.mark.parametrize(("celigo", "snippets"), ROWS, ids=[row[0] for row in ROWS])
def test_what_the_row_shows_compiles(celigo: str, snippets: list[str], tmp_path: Path) -> None:
    assert snippets, celigo
    for file, text in {
        "project.yaml": PROJECT,
        "hooks/own.js": HOOKS,
        "shared/maps.yaml": "spec: 1\nmaps: {shared_levels: {values: {g: gold}}}\n",
    }.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    (tmp_path / "specs").mkdir()
    for flow in flows(snippets):
        with (tmp_path / "specs" / "shown.yaml").open("w", encoding="utf-8") as file:
            YAML(typ="safe").dump(flow, file)
        plan, found = compile_project(tmp_path)
        assert plan is not None, listing(found)


def test_the_page_has_a_row_for_every_word_of_celigo() -> None:
    said = set(re.findall(r"[A-Za-z_]+", " ".join(celigo for celigo, _ in ROWS)))
    assert NAMES - said == set()
    assert len(ROWS) >= 50
