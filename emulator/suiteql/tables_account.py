"""Tables about the account itself: files, scripts, roles, notes of changes, deletions, customization."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from emulator.suiteql.columns import made, read
from emulator.suiteql.model import Column, Table
from generator.catalog.model import Catalog

# Tables of one script type beside `script` and `scriptdeployment`, and the type that they show.
SCRIPT_TYPES = {
    "clientscript": "ClientScript",
    "mapreducescript": "MapReduceScript",
    "massupdatescript": "MassUpdateScript",
    "restlet": "Restlet",
    "scheduledscript": "ScheduledScript",
    "suitelet": "Suitelet",
    "usereventscript": "UserEventScript",
}
_STAMPS = (
    made("createddate", "sl_local(r.created)", "date"),
    made("lastmodifieddate", "sl_local(r.modified)", "date"),
)
_DUAL = "(SELECT 'X' AS dummy) AS r"


def tables(catalog: Catalog) -> Iterable[Table]:
    """All of them, for an account with these record types."""
    yield table("dual", _DUAL, None, made("dummy", "r.dummy"))
    yield from _files()
    yield from _scripts("script", "scriptdeployment", "1")
    for name, kind in SCRIPT_TYPES.items():
        yield from _scripts(name, f"{name}deployment", f"{{}} = '{kind}'")
    everything = frozenset(catalog.records)
    yield Table(
        "deletedrecord",
        "deletedRecord",
        "deleted AS r",
        None,
        everything,
        True,
        _by_name(
            made("deleteddate", "sl_local(r.deleted)", "date"),
            made("deletedby", "r.user", "id", "employee"),
            made("name", "r.name"),
            made("recordid", "r.id", "number"),
            made("externalid", "r.externalid"),
            made("scriptid", "r.type"),
            made("type", _labels(catalog)),
            made("iscustomrecord", "CASE WHEN r.type LIKE 'customrecord%' THEN 'T' ELSE 'F' END"),
            made("iscustomlist", "CASE WHEN r.type LIKE 'customlist%' THEN 'T' ELSE 'F' END"),
            made("iscustomtransaction", "'F'"),
        ),
        row_type="r.type",
    )
    yield Table(
        "systemnote",
        "systemNote",
        "system_note AS r",
        None,
        everything,
        True,
        _by_name(
            made("id", "r.id", "number"),
            made("date", "sl_local(r.moment)", "date"),
            made("name", "r.user", "id", "employee"),
            made("context", "r.context"),
            made("field", "r.field"),
            made("oldvalue", "r.old"),
            made("newvalue", "r.new"),
            made("type", "r.kind"),
            made("recordid", "r.record", "number"),
            made("recordtypeid", _type_numbers(catalog), "number"),
            made("record", "r.name"),
            made("role", "(SELECT o.id FROM role AS o WHERE o.scriptid = r.role)", "number"),
            made("lineid", "NULL", "number"),
        ),
        row_type="r.type",
    )
    yield table(
        "role",
        "role AS r",
        None,
        made("id", "r.id", "number"),
        made("scriptid", "r.scriptid"),
        made("name", read("r.data", "name")),
        made("isinactive", "'F'"),
    )
    yield from _customization(catalog)


def table(name: str, source: str, permission_of: str | None, *columns: Column) -> Table:
    """A table that the account computes; `permission_of` names what the role must be allowed to view."""
    types = frozenset({permission_of} if permission_of else ())
    return Table(name, name, source, None, types, True, _by_name(*columns))


def _by_name(*columns: Column) -> dict[str, Column]:
    return {column.name: column for column in columns}


def _labels(catalog: Catalog) -> str:
    return _words({record.id: record.label for record in catalog.records.values()})


# Internal ids of record types, as systemnote has them (seen: the numbers of standard lists).
_NUMBERS = {"customer": -2, "vendor": -3, "employee": -4, "partner": -5, "contact": -6}


def _type_numbers(catalog: Catalog) -> str:
    numbers: dict[str, int] = {}
    custom = 0
    for record in catalog.records.values():
        if record.kind == "transaction":
            numbers[record.id] = -30
        elif record.kind == "item":
            numbers[record.id] = -10
        elif record.kind == "custom":
            custom += 1
            numbers[record.id] = custom
        elif record.id in _NUMBERS:
            numbers[record.id] = _NUMBERS[record.id]
    whens = " ".join(f"WHEN '{name}' THEN {number}" for name, number in numbers.items())
    return f"CASE r.type {whens} END"


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _words(pairs: dict[str, str]) -> str:
    whens = " ".join(f"WHEN '{name}' THEN {_quoted(words)}" for name, words in pairs.items())
    return f"CASE r.type {whens} END"


def _files() -> Iterable[Table]:
    folder = "(SELECT f.path FROM folder AS f WHERE f.id = r.folder)"
    yield table(
        "file",
        "file AS r",
        "file",
        made("id", "r.id", "number"),
        made("name", "r.name"),
        made("folder", "r.folder", "number"),
        made("filetype", "r.type"),
        made("filesize", "r.size", "number"),
        made("description", "r.description"),
        made("url", f"'/core/media/media.nl?id=' || r.id || '&_xt=' || {folder}"),
        made("isonline", "'F'"),
        made("isinactive", "'F'"),
        *_STAMPS,
    )
    yield table(
        "mediaitemfolder",
        "folder AS r",
        "file",
        made("id", "r.id", "number"),
        made("name", "r.name"),
        made("parent", "r.parent", "number"),
        made("istoplevel", "CASE WHEN r.parent IS NULL THEN 'T' ELSE 'F' END"),
        made("appfolder", "ltrim(replace(r.path, '/', ' : '), ' :')"),
        made("isinactive", "'F'"),
    )


def _scripts(script: str, deployment: str, condition: str) -> Iterable[Table]:
    def only(source: str, alias: str) -> str:
        if condition == "1":
            return source
        return f"(SELECT * FROM {source} WHERE {condition.format(read(f'{alias}.value', 'type'))})"  # noqa: S608

    yield table(
        script,
        "json_each(sl_scripts()) AS r"
        if condition == "1"
        else f"{only('json_each(sl_scripts()) AS s', 's')} AS r",
        None,
        made("id", read("r.value", "id", "INTEGER"), "number"),
        made("scriptid", read("r.value", "scriptid")),
        made("name", read("r.value", "name")),
        made("scripttype", read("r.value", "code")),
        made("scriptfile", read("r.value", "file", "INTEGER"), "number"),
        made("isinactive", "'F'"),
    )
    scripts = (
        "json_each(sl_scripts()) AS s"
        if condition == "1"
        else f"{only('json_each(sl_scripts()) AS q', 'q')} AS s"
    )
    yield table(
        deployment,
        f"{scripts}, json_each(s.value, '$.deployments') AS r",
        None,
        made("primarykey", read("r.value", "id", "INTEGER"), "number"),
        made("script", read("s.value", "id", "INTEGER"), "number"),
        made("scriptid", read("r.value", "scriptid")),
        made("title", read("r.value", "title")),
        made("status", read("r.value", "status")),
        made("recordtype", read("r.value", "record")),
        made("loglevel", read("r.value", "loglevel")),
        made("isdeployed", read("r.value", "isdeployed")),
    )


def _values(rows: Sequence[tuple[str, ...]], names: tuple[str, ...]) -> str:
    """Rows that are known when the schema is made, as a FROM clause."""
    if not rows:
        blank = ", ".join(f"NULL AS {name}" for name in names)
        return f"(SELECT 0 AS number, {blank} WHERE 0) AS r"
    parts = []
    for number, row in enumerate(rows, start=1):
        cells = ", ".join(
            f"{_quoted(cell)} AS {name}" for name, cell in zip(names, row, strict=True)
        )
        parts.append(f"SELECT {number} AS number, {cells}")
    return f"({' UNION ALL '.join(parts)}) AS r"


def _customization(catalog: Catalog) -> Iterable[Table]:
    own = [record for record in catalog.records.values() if record.kind == "custom"]
    for name, prefix in (("customrecordtype", "customrecord"), ("customlist", "customlist")):
        rows = [(r.id, r.label) for r in own if r.id.startswith(prefix)]
        yield table(
            name,
            _values(rows, ("scriptid", "label")),
            None,
            made("id" if name == "customlist" else "internalid", "r.number", "number"),
            made("scriptid", "upper(r.scriptid)"),
            made("name", "r.label"),
            made("isinactive", "'F'"),
        )
    fields: dict[str, tuple[str, str]] = {}
    for record in catalog.records.values():
        for field in record.fields.values():
            if field.id.startswith("cust"):
                fields.setdefault(field.id, (field.id, field.type))
    yield table(
        "customfield",
        _values(list(fields.values()), ("scriptid", "kind")),
        None,
        made("internalid", "r.number", "number"),
        made("scriptid", "upper(r.scriptid)"),
        made("fieldvaluetype", "r.kind"),
        made("isinactive", "'F'"),
    )
