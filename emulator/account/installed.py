"""
What SDF deployed into the account: scripts, record types, fields, lists, roles.

SDF never deletes: what an earlier deployment brought stays until it is replaced.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from emulator.account.csv_imports import CsvImport
from emulator.account.roles import Access, Role
from emulator.account.store import Row, Store, dump
from emulator.account.values import canonical
from emulator.ports import Deployment, Script
from generator.catalog import sdf
from generator.catalog.model import Catalog
from generator.catalog.overlay import with_elements

# A value of a custom list: script id, name, inactive; an instance of a custom record type: its
# fields besides.
Entry = tuple[str, str, bool] | tuple[str, str, bool, dict[str, Any]]
_REFERENCE = "[scriptid="


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """
    Settings of a custom record type beside its fields.

    `named`: records carry a name of their own. `numbering`: the name as a format of `n`, from
    `first_number` on. `defaults`: initial values by field id; `{"dynamic": ...}` and
    `{"selected": ...}` are worked out for each record (defaults.py).
    """

    access: Access
    named: bool = True
    numbering: str | None = None
    first_number: int = 1
    optimistic_locking: bool = True
    defaults: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asset:
    """
    An object that scripts use and that is no record type, script or role: plug-ins, templates, translations.

    `facts` are its elements as text, `content` is a template's text.
    """

    kind: str  # plugintype, pluginimplementation, translationcollection, emailtemplate, advancedpdftemplate
    scriptid: str
    facts: Mapping[str, Any]
    content: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """
    A checked SDF project, ready to be installed.

    `objects` holds (object type, script id, XML) of everything the catalogue reads, `lists` the
    values of custom lists and the instances of custom record types, `files` (path, text),
    `no_effect` names what is accepted and does nothing here.
    """

    name: str
    objects: tuple[tuple[str, str, str], ...] = ()
    scripts: tuple[Script, ...] = ()
    roles: tuple[Role, ...] = ()
    records: Mapping[str, RecordSettings] = field(default_factory=dict)
    lists: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    no_effect: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    assets: tuple[Asset, ...] = ()
    csv_imports: tuple[CsvImport, ...] = ()


class Installed:
    """The deployed objects, read once and again after each deployment."""

    def __init__(self, store: Store, standard: Catalog) -> None:
        self._store = store
        self._standard = standard
        self.catalog = standard
        self.scripts: dict[str, Script] = {}
        self.records: dict[str, RecordSettings] = {}
        self.defaults: dict[str, Any] = {}
        self.read()

    def write(self, package: Package, now_ms: int) -> None:
        """Keep a package's objects; those of the same script id are replaced."""
        for kind, scriptid, xml in package.objects:
            self._keep(f"object:{kind}", scriptid, xml)
        for script in package.scripts:
            self._keep("script", script.scriptid, asdict(script))
        for scriptid, settings in package.records.items():
            self._keep("record", scriptid, asdict(settings))
        for name, value in package.defaults.items():
            self._keep("default", name, value)
        for scriptid, values in package.lists.items():
            self._keep("list", scriptid, values)
        for asset in package.assets:
            self._keep(f"asset:{asset.kind}", asset.scriptid, asdict(asset))
            if asset.kind == "emailtemplate":
                self._email_template(asset, now_ms)
        self.read()
        self.fill_lists(now_ms)

    def _email_template(self, asset: Asset, now_ms: int) -> None:
        """An e-mail template is a record, which scripts know by its internal id."""
        space = "emailtemplate"
        row = self._store.one(
            "SELECT id FROM record WHERE space = ? AND json_extract(body, '$._scriptid') = ?",
            space,
            asset.scriptid,
        )
        number = int(row[0]) if row else self._store.next(space)
        names = ("name", "subject", "description")
        body = {name: asset.facts[name] for name in names if asset.facts.get(name)}
        body |= {"content": asset.content, "_scriptid": asset.scriptid}
        self._store.put(Row(space, number, space, None, 1, now_ms, now_ms, body, {}, {}))

    def assets(self, kind: str) -> dict[str, Asset]:
        """Deployed objects of a kind that scripts use, by script id."""
        return {name: Asset(**data) for name, data in self._kept(f"asset:{kind}").items()}

    def _keep(self, kind: str, scriptid: str, data: Any) -> None:
        self._store.run(
            "INSERT INTO deployed VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET data = excluded.data",
            kind,
            scriptid,
            dump(data),
        )

    def _kept(self, kind: str) -> dict[str, Any]:
        rows = self._store.all(
            "SELECT scriptid, data FROM deployed WHERE kind = ? ORDER BY scriptid", kind
        )
        return {scriptid: json.loads(data) for scriptid, data in rows}

    def read(self) -> None:
        """Read everything back from the database."""
        xml = self._store.all(
            "SELECT data FROM deployed WHERE kind LIKE 'object:%' ORDER BY kind, scriptid"
        )
        elements = [sdf.parse_text(json.loads(data)) for (data,) in xml]
        self.catalog = with_elements(self._standard, elements)
        self.scripts = {name: _script(data) for name, data in self._kept("script").items()}
        self.records = {name: _settings(data) for name, data in self._kept("record").items()}
        self.defaults = self._kept("default")

    def fill_lists(self, now_ms: int) -> None:
        """Make the values of custom lists as records; a value that is known keeps its internal id."""
        for record, values in self._kept("list").items():
            known = {
                row[0]: row[1]
                for row in self._store.all(
                    "SELECT json_extract(body, '$._scriptid'), id FROM record WHERE space = ?",
                    record,
                )
            }
            for scriptid, text, inactive, *given in values:
                number = known.get(scriptid) or self._store.next(record)
                body = {"name": text, "isinactive": inactive, "_scriptid": scriptid}
                for fields in given:
                    body |= self._values(record, fields)
                self._store.put(Row(record, number, record, None, 1, now_ms, now_ms, body, {}, {}))

    def _values(self, record: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Values of an instance as the account keeps them; references by internal id."""
        found = {}
        for name, value in fields.items():
            field = self.catalog.records[record].fields[name]
            parts = str(value).split("|") if field.type == "multiselect" else [value]
            settled = [self._entry(part) for part in parts]
            found[name] = canonical(field, settled if field.type == "multiselect" else settled[0])
        return found

    def _entry(self, value: Any) -> Any:
        """The internal id of `[scriptid=customlist_x.val_y]`, any other value as it is."""
        text = str(value)
        if not text.startswith(_REFERENCE):
            return value
        space, _, part = text.removeprefix(_REFERENCE).removesuffix("]").partition(".")
        row = self._store.one(
            "SELECT id FROM record WHERE space = ? AND json_extract(body, '$._scriptid') = ?",
            space,
            part,
        )
        return None if row is None else str(row[0])


def _script(data: Mapping[str, Any]) -> Script:
    deployments = tuple(Deployment(**_tuples(deployment)) for deployment in data["deployments"])
    return Script(**{**data, "deployments": deployments})


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    """JSON has lists where the port has tuples."""
    return {name: tuple(v) if isinstance(v, list) else v for name, v in data.items()}


def _settings(data: Mapping[str, Any]) -> RecordSettings:
    return RecordSettings(**{**data, "access": Access(**data["access"])})
