"""
Random flows for the meter: look-ups, creations, lines, ways of writing and saving, answers, caches,
claims, over custom records, entities, items and transactions.

A flow is made together with documents that are its worst case and with the records they refer to.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

Rule = dict[str, Any]
PROJECT = {
    "spec": 1,
    "project": "generated",
    "prefix": "gen",
    "timezone": "America/New_York",
    "environments": {"test": {"account": "TSTDRV1", "agent_url": "https://agent.example"}},
    "vars": {
        "depot": {"type": "select", "record": "location", "by": "externalid", "test": "DEPOT 1"},
        "unit": {"type": "select", "record": "department", "by": "name", "test": "Unit 1"},
    },
}
SEED: list[dict[str, Any]] = [
    {"type": "location", "fields": {"externalid": "DEPOT 1", "name": "Depot", "subsidiary": "1"}},
    {"type": "department", "fields": {"name": "Unit 1"}},
    {"type": "classification", "fields": {"externalid": "seen", "name": "Seen"}},
    {"type": "customrecord_gen_thing", "fields": {"externalid": "seen", "name": "Seen"}},
    {"type": "customer", "fields": {"externalid": "SOMEBODY", "companyname": "Somebody", "isperson": False, "subsidiary": "1"}},
]  # fmt: skip
THING = """<customrecordtype scriptid="customrecord_gen_thing">
  <recordname>Thing</recordname>
  <accesstype>NONENEEDED</accesstype>
  <includename>T</includename>
  <customrecordcustomfields>
    {fields}
  </customrecordcustomfields>
</customrecordtype>
"""
FIELD = """<customrecordcustomfield scriptid="custrecord_gen_{name}">
      <label>{name}</label><fieldtype>{type}</fieldtype>{refers}<storevalue>T</storevalue>
    </customrecordcustomfield>"""
BODY_FIELD = """<transactionbodycustomfield scriptid="custbody_gen_no">
  <label>Number</label><fieldtype>TEXT</fieldtype><storevalue>T</storevalue>
  <bodysale>T</bodysale>
</transactionbodycustomfield>
"""


@dataclass
class Case:
    """A flow, a document by number, and what must be there."""

    spec: dict[str, Any]
    document: Callable[[int], dict[str, Any]]
    records: list[dict[str, Any]] = field(default_factory=list)
    misses: bool = (
        False  # a reference is missing and survived, so that every document is looked at again
    )

    @property
    def name(self) -> str:
        return str(self.spec["flow"])


class Maker:
    """Makes one case."""

    def __init__(self, chance: random.Random, number: int) -> None:
        self._chance = chance
        self._number = number
        self._size = chance.choice((1, 2, 3, 7))
        self._values: dict[str, Callable[[int], Any]] = {}
        self._records: list[dict[str, Any]] = []
        self._misses = False
        self._lines = chance.choice((1, 2, 5))

    def case(self) -> Case:
        kind = self._chance.choice(
            ("thing", "customer", "vendor", "order", "item", "order", "thing")
        )
        spec: dict[str, Any] = {
            "spec": 1,
            "flow": f"flow-{self._number}",
            "direction": "inbound",
            "source": {"verify": {"bearer": {"secret": "gen_in"}}},
            "via": {"restlet": {"batch": self._size}},
        }
        getattr(self, f"_{kind}")(spec)
        if self._maybe(0.2):
            spec["verify"] = "always"
        if self._maybe(0.3):
            spec["answer"] = {"at": "id"}
        # create only: the twin of the race is the duplicate
        if "write" not in spec and self._maybe(0.25):
            spec["write"] = "create"
        values = dict(self._values)
        number = self._number

        def document(i: int) -> dict[str, Any]:
            made: dict[str, Any] = {"id": f"{number} {i}"}
            made.update({name: value(i) for name, value in values.items()})
            return made

        return Case(spec, document, self._records, self._misses)

    # --- record types ---

    def _thing(self, spec: dict[str, Any]) -> None:
        self._key(spec, "customrecord_gen_thing", "custrecord_gen_no")
        body: dict[str, Any] = {"name": {"from": "title", "required": True}}
        self._values["title"] = lambda i: f"Thing {self._number} {i}"
        body["custrecord_gen_text"] = "note"
        self._values["note"] = lambda i: f"note {i}"
        targets = {"custrecord_gen_place": "location", "custrecord_gen_who": "customer",
                   "custrecord_gen_class": "classification", "custrecord_gen_other": "customrecord_gen_thing"}  # fmt: skip
        for target, record in targets.items():
            if self._maybe(0.5):
                body[target] = self._reference(target, record)
        if self._maybe(0.4):
            spec["save"] = self._chance.choice(("record", "fields"))
        spec["body"] = body

    def _customer(self, spec: dict[str, Any]) -> None:
        self._entity(spec, "customer")

    def _vendor(self, spec: dict[str, Any]) -> None:
        self._entity(spec, "vendor")

    def _entity(self, spec: dict[str, Any], record: str) -> None:
        self._key(spec, record, None)
        spec["body"] = {
            "isperson": {"value": False, "on": "create"},
            "companyname": {"from": "title", "required": True},
            "entityid": {"from": "title", "required": True, "on": "create"},
            "subsidiary": {"value": "1"},
            "comments": "note",
        }
        number = self._number
        self._values["title"] = lambda i: f"{record} {number} {i}"
        self._values["note"] = lambda i: f"note {i}"
        if record == "customer" and self._maybe(0.5):
            spec["body"]["comments"] = {"from": "note", "default": "none"}
        if self._maybe(0.4):
            spec["lines"] = {"addressbook": {
                "from": "places", "key": {"label": "no"}, "policy": "merge",
                "subrecords": {"addressbookaddress": {"body": {"country": {"value": "US"}, "addr1": "street"}}},
            }}  # fmt: skip
            self._values["places"] = lambda i: [{"no": "a", "street": f"{i} Quay"}]

    def _item(self, spec: dict[str, Any]) -> None:
        self._key(spec, "noninventorysaleitem", None)
        number = self._number
        spec["body"] = {
            "itemid": {"from": "title", "required": True},
            "displayname": "note",
            "subsidiary": {"value": "1", "on": "create"},
        }
        self._values["title"] = lambda i: f"I {number} {i}"
        self._values["note"] = lambda i: f"note {i}"
        if self._maybe(0.5):
            spec["body"]["class"] = self._reference("class", "classification")
        if self._maybe(0.5):
            spec["body"]["department"] = {"var": "unit"}

    def _order(self, spec: dict[str, Any]) -> None:
        self._key(spec, "salesorder", "custbody_gen_no")
        number = self._number
        entity: Rule = {
            "from": "who", "required": True,
            "ref": {"record": "customer", "by": "externalid", "prefix": "C-"},
        }  # fmt: skip
        self._values["who"] = lambda i: f"{number}w {i}"
        if self._maybe(0.5):
            entity["ref"] |= {
                "missing": "create",
                "create": {"body": {"isperson": {"value": False}, "companyname": {"from": "who"}, "subsidiary": {"value": "1"}}},
            }  # fmt: skip
            if self._maybe(0.3):
                entity["ref"]["create"]["body"]["comments"] = {"from": "note"}
        else:
            self._records += [
                {"type": "customer", "fields": {"externalid": f"C-{number}w {i}", "companyname": f"W {number} {i}", "isperson": False, "subsidiary": "1"}}
                for i in range(self._size)
            ]  # fmt: skip
        body: dict[str, Any] = {"entity": entity, "memo": "note"}
        self._values["note"] = lambda i: f"note {i}"
        if self._maybe(0.5):
            body["location"] = {"var": "depot"}
        elif self._maybe(0.5):
            body["location"] = self._reference("location", "location")
        if self._maybe(0.4):
            body["department"] = {"var": "unit"}
        if self._maybe(0.4):
            body["class"] = self._reference("class", "classification")
        spec["body"] = body
        spec["lines"] = {"item": self._item_lines(number)}

    def _item_lines(self, number: int) -> dict[str, Any]:
        count, size = self._lines, self._size
        ref: Rule = {"record": "item", "by": "itemid"}
        if self._maybe(0.3):
            ref = {"record": "noninventorysaleitem", "by": "itemid", "missing": "create",
                   "create": {"body": {"subsidiary": {"value": "1"}}}}  # fmt: skip
        else:
            self._records += [
                {"type": "noninventorysaleitem", "fields": {"itemid": f"L {number} {i} {j}", "subsidiary": ["1"]}}
                for i in range(size)
                for j in range(count)
            ]  # fmt: skip
        body: dict[str, Any] = {
            "item": {"from": "sku", "required": True, "ref": ref},
            "quantity": {"from": "qty", "type": "decimal"},
            "rate": {"value": 1},
        }
        if self._maybe(0.3):
            self._misses = True
            missing = {
                "from": "unit",
                "ref": {"record": "department", "by": "name", "missing": "skip_field"},
            }
            body["department"] = missing
        self._values["lines"] = lambda i: [
            {"sku": f"L {number} {i} {j}", "qty": 1, "unit": f"none {i} {j}"} for j in range(count)
        ]
        return {"from": "lines", "policy": "replace", "most": count, "body": body}

    # --- parts ---

    def _key(self, spec: dict[str, Any], record: str, other: str | None) -> None:
        spec["record"] = record
        spec["key"] = {"from": "id", "prefix": self._chance.choice(("", "G-"))}
        if other and self._maybe(0.35):
            spec["key"]["field"] = other

    def _reference(self, name: str, record: str) -> Rule:
        """A reference by external id: found, or missing and survived."""
        number, size = self._number, self._size
        source = f"k_{name}"
        found = self._maybe(0.5)
        keep = self._maybe(0.3)
        ref: Rule = {"record": record, "by": "externalid"}
        if keep:
            ref["cache"] = "deploy"
        self._values[source] = lambda i: f"{number}{name} {i}"
        rule: Rule = {"from": source, "ref": ref}
        if not found:
            self._misses = True
            ref["missing"] = self._chance.choice(("skip_field", "default"))
            if ref["missing"] == "default":
                rule["default"] = {"var": "depot"} if record == "location" else ""
                if record != "location":
                    del rule["default"]
                    ref["missing"] = "skip_field"
            return rule
        basics: dict[str, Any] = {"name": "N", "subsidiary": "1"}
        if record == "customer":
            basics = {"isperson": False, "subsidiary": "1"}
        for i in range(size):
            own = {"externalid": f"{number}{name} {i}"}
            if record == "customer":
                own |= {"companyname": f"Ref {number}{name} {i}"}
            else:
                own |= {"name": f"{number}{name} {i}"}
            fields = {**basics, **own}
            if record in ("classification", "customrecord_gen_thing"):
                fields.pop("subsidiary")
            self._records.append({"type": record, "fields": fields})
        return rule

    def _maybe(self, chance: float) -> bool:
        return self._chance.random() < chance


def cases(seed: int, count: int) -> Iterator[Case]:
    """Random cases; the same for the same seed."""
    chance = random.Random(seed)
    for number in range(count):
        yield Maker(chance, number).case()


def write_project(folder: Path, made: list[Case]) -> None:
    """A project with the flows of these cases."""
    yaml = YAML(typ="safe")
    for name in ("specs", "objects"):
        (folder / name).mkdir()
    with (folder / "project.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(PROJECT, file)
    for case in made:
        with (folder / "specs" / f"{case.name}.yaml").open("w", encoding="utf-8") as file:
            yaml.dump(case.spec, file)
    selects = {
        "place": "-103",
        "who": "-2",
        "class": "-101",
        "other": "[scriptid=customrecord_gen_thing]",
    }
    fields = [
        FIELD.format(name="no", type="TEXT", refers=""),
        FIELD.format(name="text", type="TEXT", refers=""),
    ]
    fields += [
        FIELD.format(
            name=name, type="SELECT", refers=f"<selectrecordtype>{kind}</selectrecordtype>"
        )
        for name, kind in selects.items()
    ]
    (folder / "objects/customrecord_gen_thing.xml").write_text(
        THING.format(fields="\n    ".join(fields))
    )
    (folder / "objects/custbody_gen_no.xml").write_text(BODY_FIELD)
