"""Ground for the search tests: a custom record type with a field of each type, and a few orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab import Lab

from emulator.account.installed import RecordSettings
from emulator.account.roles import Access

KIND = "customrecord_probe"
_FIELDS = (
    ("text", "TEXT", ""),
    ("note", "TEXTAREA", ""),
    ("whole", "INTEGER", ""),
    ("money", "CURRENCY", ""),
    ("share", "PERCENT", ""),
    ("ratio", "FLOAT", ""),
    ("day", "DATE", ""),
    ("moment", "DATETIMETZ", ""),
    ("flag", "CHECKBOX", ""),
    ("place", "SELECT", "-103"),
    ("color", "SELECT", "[scriptid=customlist_color]"),
    ("colors", "MULTISELECT", "[scriptid=customlist_color]"),
    ("customer", "SELECT", "-2"),
    ("parent", "SELECT", "[scriptid=customrecord_probe]"),
)
_COLORS = """<customlist scriptid="customlist_color"><name>Color</name><customvalues>
<customvalue scriptid="red"><value>Red</value></customvalue>
<customvalue scriptid="green"><value>Green</value></customvalue>
<customvalue scriptid="blue"><value>Blue</value></customvalue></customvalues></customlist>"""


def _xml() -> str:
    fields = "".join(
        f'<customrecordcustomfield scriptid="custrecord_{name}"><fieldtype>{kind}</fieldtype>'
        f"<label>{name}</label><storevalue>T</storevalue>"
        + (f"<selectrecordtype>{list_}</selectrecordtype>" if list_ else "")
        + "</customrecordcustomfield>"
        for name, kind, list_ in _FIELDS
    )
    return (
        f'<customrecordtype scriptid="{KIND}"><recordname>Probe</recordname>'
        "<includename>T</includename><accesstype>NONENEEDED</accesstype>"
        f"<customrecordcustomfields>{fields}</customrecordcustomfields></customrecordtype>"
    )


def deploy(lab: Lab) -> None:
    """The record type and its list."""
    from emulator.account.installed import Package

    lab.account.install(
        Package(
            name="lab",
            objects=(
                ("customlist", "customlist_color", _COLORS),
                ("customrecordtype", KIND, _xml()),
            ),
            records={KIND: RecordSettings(Access("NONENEEDED"))},
            lists={
                "customlist_color": (
                    ("red", "Red", False, {}),
                    ("green", "Green", False, {}),
                    ("blue", "Blue", False, {}),
                )
            },
        )
    )


def probe(lab: Lab, name: str, **fields: Any) -> int:
    """A record of the type; its id."""
    given = {f"custrecord_{key}": value for key, value in fields.items()}
    return lab.account.seed(
        [{"type": KIND, "externalid": name, "fields": {"name": name, **given}}]
    )[0]


class Finder:
    """Runs searches in one RESTlet: filters, columns and type come with the call."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._script = lab.restlet(
            """const { filters } = input;
            const type = Object.values(search.Type).find((one) => one === input.type) ?? input.type;
            const columns = input.columns.map((one) =>
              (typeof one === 'string' ? one : search.createColumn({ ...one, sort: search.Sort[one.sort] })));
            const found = [];
            search.create({ type, filters, columns }).run()
              .each((result) => found.push({ ...result.toJSON(), values: result.getAllValues() }) > 0);
            return found;"""
        )

    def results(
        self, record: str, filters: Sequence[Any] = (), columns: Sequence[Any] = (), **options: Any
    ) -> list[dict[str, Any]]:
        """Results as JSON."""
        body = {"type": record, "filters": list(filters), "columns": list(columns)}
        return list(self.lab.call(self._script, body, **options))

    def names(self, filters: Sequence[Any], record: str = KIND) -> list[str]:
        """Names of the records that filters find, sorted."""
        return sorted(row["values"]["name"] for row in self.results(record, filters, ["name"]))
