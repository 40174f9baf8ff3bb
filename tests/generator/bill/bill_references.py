"""
Random flows that refer to much: several references of one look-up with rules of their own, records
that are created for them, values by maps and choices, multi-selects, hooks that use units.

Each is made together with ways in which its documents can go badly.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

Rule = dict[str, Any]
MANY = 10
"""Keys of a multi-select, as many as the bill counts with."""
KINDS = {
    "customer": "-2",
    "location": "-103",
    "classification": "-101",
    "department": "-102",
    "customrecord_gen_goal": "[scriptid=customrecord_gen_goal]",
}
CREATES: dict[str, Rule] = {
    "customer": {"isperson": {"value": False}, "subsidiary": {"value": "1"}},
    "location": {"subsidiary": {"value": "1"}},
    "classification": {},
    "customrecord_gen_goal": {},
}
NAMES = {"customer": "companyname"}
PROJECT = {
    "spec": 1,
    "project": "referring",
    "prefix": "gen",
    "timezone": "UTC",
    "environments": {"test": {"account": "TSTDRV1", "agent_url": "https://agent.example"}},
    "vars": {
        "usual": {"type": "select", "record": "location", "by": "externalid", "test": "USUAL"}
    },
}
RECORD = """<customrecordtype scriptid="customrecord_gen_{name}">
  <recordname>{name}</recordname><accesstype>NONENEEDED</accesstype><includename>T</includename>
  <customrecordcustomfields>{fields}</customrecordcustomfields>
</customrecordtype>
"""
FIELD = """<customrecordcustomfield scriptid="custrecord_gen_{name}">
  <label>{name}</label><fieldtype>{type}</fieldtype>{refers}<storevalue>T</storevalue>
</customrecordcustomfield>"""
HOOKS = """define(['N/query'], (query) => {
  const ask = (times) => {
    for (let i = 0; i < times; i++) query.runSuiteQL({ query: 'SELECT id FROM currency' });
  };
  return {
    once: () => ask(1),
    thrice: () => ask(3)
  };
});
"""
HOOK_UNITS = {"once": 10, "thrice": 30}
SELECTS = [f"{short}{number}" for short in ("cust", "loca", "clas", "depa", "goal") for number in range(3)]  # fmt: skip
OF = {record.removeprefix("customrecord_gen_")[:4]: record for record in KINDS}


@dataclass
class Case:
    """A flow, what must be there, and of each reference where its key stands and what it may be."""

    spec: dict[str, Any]
    size: int
    number: int
    records: list[dict[str, Any]] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)  # path to `found` or `made`
    many: set[str] = field(default_factory=set)
    survived: set[str] = field(default_factory=set)
    there: bool = False
    rounds: int = 0

    @property
    def name(self) -> str:
        return str(self.spec["flow"])

    def documents(self, chance: random.Random, way: str) -> list[dict[str, Any]]:
        """
        Other documents each time.

        Args:
            chance: decides where the way leaves something open.
            way: `best` (all is found or made), `survived` (all but what a document does without),
                `nobody` (no reference is), `mixed`.
        """
        self.rounds += 1
        return [self._document(chance, way, i) for i in range(self.size)]

    def _document(self, chance: random.Random, way: str, i: int) -> dict[str, Any]:
        number = i if self.there else f"{self.rounds} {i}"
        made: dict[str, Any] = {"id": f"{self.number} {number}", "title": f"T {self.number} {self.rounds} {i}"}  # fmt: skip
        for path, kind in self.sources.items():
            keys = [
                f"{self.number} {path} {i} {j}" for j in range(MANY if path in self.many else 1)
            ]
            if kind == "made":
                keys = [f"{key} {self.rounds}" for key in keys]
            lost = way == "nobody" or (way == "survived" and path in self.survived)
            if lost or (way == "mixed" and chance.random() < 0.5):
                keys = [f"nobody {key} {self.rounds}" for key in keys]
            made[path] = keys if path in self.many else keys[0]
        made["word"] = chance.choice("ab")
        return made


class Maker:
    """Makes one case."""

    def __init__(self, chance: random.Random, number: int) -> None:
        self._chance = chance
        self._case = Case({}, chance.choice((1, 1, 2, 5)), number)
        self._maps: dict[str, Any] = {}

    def case(self) -> Case:
        chance, case = self._chance, self._case
        write = chance.choice(("upsert", "upsert", "create", "update", "update"))
        body: dict[str, Any] = {"name": {"from": "title", "required": True}}
        for name in chance.sample(SELECTS, chance.randrange(1, 7)):
            body[f"custrecord_gen_{name}"] = self._reference(name)
        if chance.random() < 0.2:
            body["custrecord_gen_many"] = self._multiple()
        case.spec = {
            "spec": 1,
            "flow": f"flow-{case.number}",
            "direction": "inbound",
            "record": "customrecord_gen_thing",
            "features": ["LOCATIONS", "CLASSES", "DEPARTMENTS"],
            "source": {"verify": {"bearer": {"secret": "gen_in"}}},
            "via": {"restlet": {"batch": case.size}},
            "key": {"from": "id"},
            "write": write,
            "body": body,
        }
        if self._maps:
            case.spec["maps"] = self._maps
        if chance.random() < 0.2:
            case.spec["answer"] = {"at": "id"}
        if chance.random() < 0.3:
            function = chance.choice(list(HOOK_UNITS))
            place = chance.choice(("before_map", "after_map", "after_save"))
            units = HOOK_UNITS[function]
            case.spec["hooks"] = {"module": "hooks/asking.js", place: function, "units": units}
        if write != "create" and chance.random() < 0.3:
            case.spec["save"] = "record"
        if write == "update":
            case.there = True
            case.records += [
                {"type": "customrecord_gen_thing", "fields": {"externalid": f"{case.number}_x20{i}", "name": "T"}}
                for i in range(case.size)
            ]  # fmt: skip
        return case

    def _reference(self, name: str) -> Rule:
        chance, record = self._chance, OF[name[:4]]
        shape = chance.choices(("plain", "coalesce", "map", "var", "same"), (8, 2, 1, 1, 2))[0]
        ref: Rule = {"record": record, "by": "externalid"}
        if shape == "var" and record == "location":
            return {"var": "usual"}
        if shape == "map":
            self._maps[name] = {"values": {"a": f"{name} a", "b": f"{name} b"}}
            for word in "ab":
                self._found(record, f"{name} {word}", f"{self._case.number}m ")
            ref["prefix"] = f"{self._case.number}m "
            return {"from": "word", "map": name, "ref": ref}
        if chance.random() < 0.2:
            ref["cache"] = "deploy"
        rule: Rule = {"ref": ref}
        if chance.random() < 0.2:
            rule["on"] = "create"
        missing = chance.choice(("error", "skip_field", "create"))
        if missing == "create" and record in CREATES:
            ref |= {"missing": "create", "create": {"body": self._created(record, f"k_{name}")}}
            rule["from"] = f"k_{name}"
            self._case.sources[f"k_{name}"] = "made"
            return rule
        if missing == "skip_field":
            ref["missing"] = "skip_field"
        elif chance.random() < 0.3:
            rule["required"] = True
        survived = missing == "skip_field"
        earlier = [path for path in self._case.sources if path[2:6] == name[:4]]
        if shape == "same" and earlier and self._case.sources[earlier[0]] == "found":
            rule["from"] = earlier[0]
            if not survived:
                self._case.survived.discard(earlier[0])
            return rule
        if shape == "coalesce":
            rule["coalesce"] = [
                self._path(record, name, survived),
                self._path(record, f"{name}b", survived),
            ]
        else:
            rule["from"] = self._path(record, name, survived)
        return rule

    def _created(self, record: str, path: str) -> Rule:
        """The body of a record that is created, which may refer to others by itself."""
        body = {NAMES.get(record, "name"): {"from": path}, **CREATES[record]}
        if record == "customrecord_gen_goal" and self._chance.random() < 0.5:
            survived = self._chance.random() < 0.5
            where = self._path("location", f"{path[2:]}in", survived)
            ref: Rule = {"record": "location", "by": "externalid"}
            if survived:
                ref["missing"] = "skip_field"
            body["custrecord_gen_in"] = {"from": where, "ref": ref}
        return body

    def _multiple(self) -> Rule:
        """A multi-select, in full."""
        ref: Rule = {"record": "classification", "by": "externalid"}
        self._case.many.add("k_many")
        if self._chance.random() < 0.5:
            ref["missing"] = "skip_field"
            self._case.survived.add("k_many")
        for i in range(self._case.size):
            for j in range(MANY):
                self._found("classification", f"{self._case.number} k_many {i} {j}")
        self._case.sources["k_many"] = "found"
        return {"from": "k_many", "ref": ref}

    def _path(self, record: str, name: str, survived: bool) -> str:
        """A path to keys of records that are there; `survived` where a document does without."""
        path = f"k_{name}"
        if survived:
            self._case.survived.add(path)
        self._case.sources[path] = "found"
        for i in range(self._case.size):
            self._found(record, f"{self._case.number} {path} {i} 0")
        return path

    def _found(self, record: str, key: str, prefix: str = "") -> None:
        fields: dict[str, Any] = {
            "externalid": prefix + key,
            NAMES.get(record, "name"): prefix + key,
        }
        if record in ("customer", "location"):
            fields["subsidiary"] = "1"
        if record == "customer":
            fields["isperson"] = False
        one = {"type": record, "fields": fields}
        if one not in self._case.records:
            self._case.records.append(one)


def cases(seed: int, count: int) -> Iterator[Case]:
    """Random cases; the same for the same seed."""
    chance = random.Random(f"references {seed}")
    for number in range(count):
        yield Maker(chance, number).case()


def write_project(folder: Path, made: list[Case]) -> None:
    """A project with the flows of these cases."""
    yaml = YAML(typ="safe")
    for name in ("specs", "objects", "hooks"):
        (folder / name).mkdir()
    with (folder / "project.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(PROJECT, file)
    for case in made:
        with (folder / "specs" / f"{case.name}.yaml").open("w", encoding="utf-8") as file:
            yaml.dump(case.spec, file)
    (folder / "hooks/asking.js").write_text(HOOKS, encoding="utf-8")
    selects = [_field(name, "SELECT", KINDS[OF[name[:4]]]) for name in SELECTS]
    selects.append(_field("many", "MULTISELECT", KINDS["classification"]))
    for name, fields in (("thing", selects), ("goal", [_field("in", "SELECT", KINDS["location"])])):
        text = RECORD.format(name=name, fields="".join(fields))
        (folder / f"objects/customrecord_gen_{name}.xml").write_text(text, encoding="utf-8")


def _field(name: str, kind: str, refers: str) -> str:
    record = f"<selectrecordtype>{refers}</selectrecordtype>"
    return FIELD.format(name=name, type=kind, refers=record)
