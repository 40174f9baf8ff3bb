"""
Random projects of outbound flows: record types with several flows each, joins of bodies and lines,
queries, states that are kept, touches, all ways of delivery, one drain or several.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

Fields = dict[str, Any]
NUMBER = 25
"""Records of a type that are there: events of one invocation of the drain at most."""
LINES = 100
QUIET = "quiet"


@dataclass(frozen=True)
class Kind:
    """A record type: the fields of a new one, what joins it has, and a text field of its own."""

    fields: Fields
    joins: tuple[str, ...]
    text: str = "comments"
    lines: str | None = None
    named: str | None = None


_PERSON = {"subsidiary": "1"}
KINDS = {
    "customer": Kind({**_PERSON, "isperson": False}, ("salesrep.email", "salesrep.supervisor.email"), named="companyname"),
    "vendor": Kind({**_PERSON, "isperson": False}, ("currency.name",), named="companyname"),
    "employee": Kind(_PERSON, ("supervisor.email",), named="entityid"),
    "contact": Kind(_PERSON, ("company.email",), named="entityid"),
    "salesorder": Kind({}, ("entity.email", "entity.salesrep.email"), "memo", "item"),
    "estimate": Kind({}, ("entity.email",), "memo", "item"),
    "opportunity": Kind({}, ("entity.email",), "memo", "item"),
    "customrecord_evt_note": Kind({}, ("custrecord_evt_who.email",), "custrecord_evt_text", named="name"),
}  # fmt: skip
OBJECT = """<customrecordtype scriptid="customrecord_evt_note">
  <recordname>Note</recordname><accesstype>NONENEEDED</accesstype><includename>T</includename>
  <customrecordcustomfields>
    <customrecordcustomfield scriptid="custrecord_evt_text">
      <label>Text</label><fieldtype>TEXT</fieldtype><storevalue>T</storevalue>
    </customrecordcustomfield>
    <customrecordcustomfield scriptid="custrecord_evt_who">
      <label>Who</label><fieldtype>SELECT</fieldtype><selectrecordtype>-2</selectrecordtype>
      <storevalue>T</storevalue>
    </customrecordcustomfield>
  </customrecordcustomfields>
</customrecordtype>
"""
TOUCHED = {"customer": {"record": "contact", "field": "company"},
           "employee": {"record": "customer", "field": "salesrep"}}  # fmt: skip


def flows(chance: random.Random) -> list[dict[str, Any]]:
    """The flows of one project."""
    records = chance.sample(sorted(KINDS), chance.randrange(2, len(KINDS) + 1))
    made = []
    for record in records:
        for _ in range(chance.choice((1, 1, 2, 3))):
            made.append(_flow(chance, record, len(made)))
    return made


def _flow(chance: random.Random, record: str, number: int) -> dict[str, Any]:
    kind = KINDS[record]
    deliver = chance.choices(("queued", "immediate", "pull"), (3, 1, 2))[0]
    events: dict[str, Any] = {"on": ["create", "edit"]}
    if chance.random() < 0.25 and deliver != "immediate":
        events["snapshot"] = True
    else:
        events["when"] = {"not": {"field": kind.text, "equals": QUIET}}
        if record in TOUCHED and deliver != "immediate" and chance.random() < 0.4:
            events["touch_on"] = [TOUCHED[record]]
    payload: dict[str, Any] = {"id": {"from": "id", "type": "integer"}}
    if "snapshot" not in events:
        for i, join in enumerate(kind.joins):
            if chance.random() < 0.5:
                payload[f"join{i}"] = join
        if chance.random() < 0.3:
            payload["own"] = {"suiteql": "SELECT id AS key, id AS value FROM customer WHERE id IN (:keys)"}  # fmt: skip
    spec: dict[str, Any] = {
        "spec": 1, "flow": f"flow-{number}", "direction": "outbound", "record": record,
        "via": {"events": events, "deliver": deliver}, "target": {"connection": "shop", "path": f"/{number}"},
        "payload": payload,
    }  # fmt: skip
    if kind.lines and "snapshot" not in events and chance.random() < 0.6:
        line: dict[str, Any] = {"sku": "item.itemid"}
        if chance.random() < 0.3:
            query = "SELECT id AS key, id AS value FROM item WHERE id IN (:keys)"
            line["again"] = {"suiteql": {"key": "item", "query": query}}
        spec["lists"] = {"lines": {"from": kind.lines, "fields": line}}
    return spec


def write_project(folder: Path, made: list[dict[str, Any]], partitions: int) -> None:
    """A project with these flows."""
    yaml = YAML(typ="safe")
    for name in ("specs", "objects"):
        (folder / name).mkdir()
    project = {
        "spec": 1, "project": "events", "prefix": "evt", "timezone": "UTC", "outbox": {"partitions": partitions},
        "environments": {"test": {"account": "TSTDRV1", "agent_url": "https://agent.example"}},
        "connections": {"shop": {"base_url": "https://shop.example"}},
    }  # fmt: skip
    with (folder / "project.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(project, file)
    for spec in made:
        with (folder / "specs" / f"{spec['flow']}.yaml").open("w", encoding="utf-8") as file:
            yaml.dump(spec, file)
    (folder / "objects/customrecord_evt_note.xml").write_text(OBJECT, encoding="utf-8")
