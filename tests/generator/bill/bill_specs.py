"""
Random flows for the meter: look-ups (also by SuiteQL), creations, lines with and without keys, all
ways of writing and saving, records made from others, answers, caches, claims, over custom records,
entities, items and transactions.

A flow is made together with documents that are its worst case and with the records they refer to.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

Rule = dict[str, Any]
ROUNDS = 4
"""So many batches of other documents does a case have: one for each way that things go badly."""
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
COLUMN = """<transactioncolumncustomfield scriptid="custcol_gen_line">
  <label>Line</label><fieldtype>TEXT</fieldtype><storevalue>T</storevalue>
  <colsale>T</colsale><colopportunity>T</colopportunity>
</transactioncolumncustomfield>
"""


@dataclass
class Case:
    """
    A flow, a document by number, and what must be there.

    `misses` says that a reference is missing and survived, so that every document is looked at
    again.
    """

    spec: dict[str, Any]
    document: Callable[[int], dict[str, Any]]
    records: list[dict[str, Any]] = field(default_factory=list)
    misses: bool = False

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
        self._write = chance.choices(
            ("upsert", "create", "update", "delete", "attach", "detach"), (9, 3, 3, 1, 1, 1)
        )[0]
        self._lines = chance.choice((1, 2, 5))

    def case(self) -> Case:
        kinds: tuple[str, ...] = ("thing", "customer", "vendor", "order", "item", "order", "thing")
        if self._write in ("update", "delete"):
            kinds = ("thing", "customer", "vendor", "item", "thing")
        elif self._write in ("attach", "detach"):
            kinds = ("contact",)
        kind = self._chance.choice(kinds)
        spec: dict[str, Any] = {
            "spec": 1,
            "flow": f"flow-{self._number}",
            "direction": "inbound",
            "source": {"verify": {"bearer": {"secret": "gen_in"}}},
            "via": {"restlet": {"batch": self._size}},
        }
        getattr(self, f"_{kind}")(spec)
        acts = self._write in ("delete", "attach", "detach")
        if self._maybe(0.2) and not acts:
            spec["verify"] = "always"
        if self._maybe(0.3) and not acts:
            spec["answer"] = {"at": "id"}
        if self._write != "upsert":
            spec["write"] = self._write
        if self._write == "delete":
            for name in ("body", "lines", "save"):
                spec.pop(name, None)
            self._misses = False
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
        if self._maybe(0.3):
            body["custrecord_gen_unit"] = self._queried()
        self._there("customrecord_gen_thing", name="there")
        if self._maybe(0.4):
            spec["save"] = self._chance.choice(("record", "fields"))
        spec["body"] = body

    def _customer(self, spec: dict[str, Any]) -> None:
        self._entity(spec, "customer")

    def _vendor(self, spec: dict[str, Any]) -> None:
        self._entity(spec, "vendor")

    def _entity(self, spec: dict[str, Any], record: str) -> None:
        self._key(spec, record, None)
        self._there(record, isperson=False, companyname="T", entityid="T", subsidiary="1")
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
        self._there("noninventorysaleitem", itemid="T", subsidiary=["1"])
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
        elif self._maybe(0.5):
            spec["body"]["department"] = self._queried()

    def _contact(self, spec: dict[str, Any]) -> None:
        self._key(spec, "contact", None)
        self._there("contact", entityid="T", subsidiary="1")
        number = self._number
        self._values["who"] = lambda i: f"{number}w {i}"
        spec["related"] = {
            "record": "customer",
            "id": {
                "from": "who",
                "ref": {"record": "customer", "by": "externalid", "prefix": "C-"},
            },
        }
        self._buyers()

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
            self._buyers()
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
        if self._maybe(0.25):
            self._from_estimates(spec)
            return
        spec["lines"] = {"item": self._item_lines(number)}

    def _buyers(self) -> None:
        number = self._number
        self._records += [
            {"type": "customer", "fields": {"externalid": f"C-{number}w {i}", "companyname": f"W {number} {i}", "isperson": False, "subsidiary": "1"}}
            for i in self._all
        ]  # fmt: skip

    def _from_estimates(self, spec: dict[str, Any]) -> None:
        """Orders that are made from estimates of their own."""
        number = self._number
        del spec["body"]["entity"]
        spec["transform_from"] = {
            "record": "estimate",
            "id": {
                "from": "offer",
                "required": True,
                "ref": {"record": "estimate", "by": "externalid"},
            },
        }
        self._values["offer"] = lambda i: f"{number}offer {i}"
        buyer = {"ref": "customer", "by": "externalid", "value": "SOMEBODY"}
        item = {"ref": "item", "by": "itemid", "value": f"O {number}"}
        self._records.append({"type": "noninventorysaleitem", "fields": {"itemid": f"O {number}", "subsidiary": ["1"]}})  # fmt: skip
        self._records += [
            {
                "type": "estimate",
                "fields": {"externalid": f"{number}offer {i}", "entity": buyer},
                "sublists": {"item": [{"item": item, "quantity": 1, "rate": 2}]},
            }
            for i in self._all
        ]

    def _queried(self) -> Rule:
        """A reference by a query of the user's, whose keys may stand in it twice."""
        number = self._number
        self._values["k_unit"] = lambda i: f"{number}unit {i}"
        self._records += [
            {"type": "department", "fields": {"name": f"{number}unit {i}"}} for i in self._all
        ]
        text = "SELECT id, name AS key FROM department WHERE name IN (:keys)"
        if self._maybe(0.4):
            text += " OR externalid IN (:keys)"
        ref: Rule = {"record": "department", "by": "suiteql", "suiteql": text}
        if self._maybe(0.3):
            ref["cache"] = "deploy"
        return {"from": "k_unit", "ref": ref}

    def _item_lines(self, number: int) -> dict[str, Any]:
        count = self._lines
        ref: Rule = {"record": "item", "by": "itemid"}
        if self._maybe(0.3):
            ref = {"record": "noninventorysaleitem", "by": "itemid", "missing": "create",
                   "create": {"body": {"subsidiary": {"value": "1"}}}}  # fmt: skip
        else:
            self._records += [
                {"type": "noninventorysaleitem", "fields": {"itemid": f"L {number} {i} {j}", "subsidiary": ["1"]}}
                for i in self._all
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
            {"no": f"{j}", "sku": f"L {number} {i} {j}", "qty": 1, "unit": f"none {i} {j}"}
            for j in range(count)
        ]
        rules: Rule = {"from": "lines", "policy": "replace", "most": count, "body": body}
        if self._maybe(0.4):
            unmatched = self._chance.choice(("keep", "close"))
            rules |= {"key": {"custcol_gen_line": "no"}, "policy": "merge", "unmatched": unmatched}
        return rules

    # --- parts ---

    def _key(self, spec: dict[str, Any], record: str, other: str | None) -> None:
        spec["record"] = record
        spec["key"] = {"from": "id", "prefix": self._chance.choice(("", "G-"))}
        self._prefix = spec["key"]["prefix"]
        if other and self._write in ("upsert", "create") and self._maybe(0.35):
            spec["key"]["field"] = other

    def _there(self, record: str, **fields: Any) -> None:
        """The records that a flow finds which makes none."""
        if self._write in ("upsert", "create"):
            return
        for i in self._all:
            own = {
                name: f"T {self._number} {i}" if value == "T" else value
                for name, value in fields.items()
            }
            own["externalid"] = encoded(f"{self._prefix}{self._number} {i}")
            self._records.append({"type": record, "fields": own})

    @property
    def _all(self) -> range:
        return range(self._size * ROUNDS)

    def _reference(self, name: str, record: str) -> Rule:
        """A reference by external id: found, or missing and survived."""
        number = self._number
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
        for i in self._all:
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
        "unit": "-102",
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
    (folder / "objects/custcol_gen_line.xml").write_text(COLUMN)


def encoded(text: str) -> str:
    """A text in the alphabet of external ids."""
    return re.sub(
        r"[^A-Za-z0-9_-]", lambda m: "".join(f"_x{byte:02X}" for byte in m[0].encode()), text
    )
