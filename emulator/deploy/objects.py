"""From checked SDF objects to what the account keeps: scripts, roles, record types, lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from emulator.account.installed import Asset, Entry, RecordSettings
from emulator.account.roles import Access, Role
from emulator.ports import Deployment, Script
from generator.catalog import sdf, sdf_types, standard
from generator.catalog.sdf import Element

CATALOG_TYPES = frozenset(
    {"customrecordtype", "customlist", "transactionbodycustomfield", "entitycustomfield"}
    | {"transactioncolumncustomfield", "itemcustomfield", "othercustomfield", "crmcustomfield"}
    | {"customsegment", "customtransactiontype"}
)
# Objects whose XML the account keeps. Only NetSuite reads the definition of a saved search.
UNREAD_TYPES = frozenset({"savedsearch"})
KEPT_TYPES = CATALOG_TYPES | UNREAD_TYPES
# Objects that scripts use by N/plugin, N/translation and N/render.
ASSET_TYPES = frozenset(
    {"plugintype", "pluginimplementation", "translationcollection"}
    | {"emailtemplate", "advancedpdftemplate"}
)
_EXTERNAL_CENTERS = frozenset({"CUSTOMER", "VENDOR", "PARTNERCENTER", "ADVPARTNERCENTER"})


def records_of(token: str) -> tuple[str | None, ...]:
    """Record types of a deployment's `recordtype`: one, several (NONINVENTORYITEM), or None for all."""
    if token == "RECORD":  # noqa: S105 - a word of the XML
        return (None,)
    if token.startswith("[scriptid="):
        return (sdf.reference(token),)
    found = tuple(r.id for r in standard().records.values() if r.sdf_token == token)
    return found or (token.lower(),)


def script(element: Element) -> Script:
    """A script with its deployments."""
    params = {
        child.get("scriptid", ""): {
            "type": sdf.text(child, "fieldtype", "TEXT"),
            "default": _default(child),
            **({"setting": sdf.text(child, "setting")} if sdf.text(child, "setting") else {}),
        }
        for child in sdf.children(element, "scriptcustomfields", "scriptcustomfield")
    }
    deployments = [
        deployment
        for child in sdf.children(element, "scriptdeployments", "scriptdeployment")
        for deployment in _deployments(element, child, params)
    ]
    return Script(
        scriptid=element.get("scriptid", ""),
        type=sdf_types.SCRIPT_TYPES[element.tag],
        file=sdf.text(element, "scriptfile").strip("[]"),
        params=params,
        deployments=tuple(deployments),
        name=sdf.text(element, "name"),
    )


def _default(element: Element) -> Any:
    if sdf.text(element, "isformula") == "T":
        return None
    kind = sdf.text(element, "fieldtype", "TEXT")
    dynamic = sdf.text(element, "dynamicdefault")
    if dynamic:
        return {"dynamic": dynamic}
    selected = sdf.text(element, "defaultselection")
    if selected:
        return {"selected": selected.removeprefix("[scriptid=").removesuffix("]")}
    if kind == "CHECKBOX":
        return sdf.text(element, "defaultchecked", "F") == "T"
    return (
        typed(kind, sdf.text(element, "defaultvalue"))
        if sdf.text(element, "defaultvalue")
        else None
    )


def typed(kind: str, text: str) -> Any:
    """A value written in XML, as the port carries values of that field type."""
    match kind:
        case "CHECKBOX":
            return text == "T"
        case "INTEGER":
            return int(text)
        case "FLOAT" | "CURRENCY" | "PERCENT":
            return float(text.rstrip("%"))
        case _:
            return text


def _deployments(
    owner: Element, element: Element, params: Mapping[str, Mapping[str, Any]]
) -> Iterable[Deployment]:
    values = {
        name: typed(definition["type"], sdf.text(element, name))
        for name, definition in params.items()
        if sdf.text(element, name)
    }
    run_as = sdf.text(element, "runasrole")
    records: tuple[str | None, ...] = (None,)
    if owner.tag in sdf_types.ON_RECORDS:
        records = records_of(sdf.text(element, "recordtype"))
    for record in records:
        yield Deployment(
            scriptid=element.get("scriptid", ""),
            record=record,
            status=sdf.text(element, "status", "TESTING"),
            deployed=sdf.text(element, "isdeployed", "T") == "T"
            and sdf.text(owner, "isinactive", "F") == "F",
            all_roles=sdf.text(element, "allroles", "F") == "T",
            roles=_several(element, "audslctrole"),
            run_as=sdf.reference(run_as) if run_as else None,
            contexts=_several(element, "executioncontext"),
            events=_several(element, "eventtype"),
            log_level=sdf.text(element, "loglevel", "DEBUG"),
            concurrency=int(sdf.text(element, "concurrencylimit", "1")),
            recurrence=_recurrence(element.find("recurrence")),
            params=values,
            all_employees=sdf.text(element, "allemployees", "F") == "T",
            employees=_several(element, "audemployee"),
            departments=_several(element, "auddepartment"),
            subsidiaries=_several(element, "audsubsidiary"),
            groups=_several(element, "audgroup") + _several(element, "audpartner"),
            online=sdf.text(element, "isonline", "F") == "T",
            yield_minutes=int(sdf.text(element, "yieldaftermins", "60")),
            buffer_size=int(sdf.text(element, "buffersize", "1")),
            title=sdf.text(element, "title"),
        )


def _several(element: Element, tag: str) -> tuple[str, ...]:
    text = sdf.text(element, tag)
    return tuple(sdf.reference(part.strip()) for part in text.split("|")) if text else ()


def _recurrence(element: Element | None) -> Mapping[str, str] | None:
    if element is None or len(element) == 0:
        return None
    kind = element[0]
    flat = {child.tag: (child.text or "").strip() for child in kind}
    if kind.tag == "everyweekday":
        return {"kind": "daily", "everyweekday": "T", **flat}
    return {"kind": kind.tag, **flat}


def role(element: Element) -> Role:
    """A role with its permissions; custom record types by their script id."""
    permissions = {
        sdf.reference(sdf.text(child, "permkey")): sdf.text(child, "permlevel")
        for child in sdf.children(element, "permissions", "permission")
    }
    return Role(
        scriptid=element.get("scriptid", ""),
        name=sdf.text(element, "name"),
        permissions=permissions,
        external=sdf.text(element, "centertype") in _EXTERNAL_CENTERS,
        subsidiaries=sdf.text(element, "subsidiaryoption", "ALL"),
        web_services_only=sdf.text(element, "iswebserviceonlyrole", "F") == "T",
        inactive=sdf.text(element, "isinactive", "F") == "T",
        center=sdf.text(element, "centertype", "BASIC"),
    )


def record_settings(element: Element) -> RecordSettings:
    """Access, naming, locking and initial values of a custom record type."""
    permissions = {
        sdf.reference(sdf.text(child, "permittedrole")): sdf.text(child, "permittedlevel")
        for child in sdf.children(element, "permissions", "permission")
    }
    fields = sdf.children(element, "customrecordcustomfields", "customrecordcustomfield")
    defaults = {child.get("scriptid", ""): _default(child) for child in fields}
    numbered = sdf.text(element, "enablenumbering", "F") == "T"
    return RecordSettings(
        access=Access(sdf.text(element, "accesstype", "CUSTRECORDENTRYPERM"), permissions),
        named=sdf.text(element, "includename", "T") == "T",
        numbering=_numbering(element) if numbered else None,
        first_number=int(sdf.text(element, "numberinginit", "1")),
        optimistic_locking=sdf.text(element, "enableoptimisticlocking", "T") == "T",
        defaults={name: value for name, value in defaults.items() if value is not None},
    )


def _numbering(element: Element) -> str:
    """How numbered records are named, as a format of `n`: `CLM{n:05}X`."""
    before, after = sdf.text(element, "numberingprefix"), sdf.text(element, "numberingsuffix")
    digits = sdf.text(element, "numberingmindigits", "1")
    return f"{_plain(before)}{{n:0{int(digits)}}}{_plain(after)}"


def _plain(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def instances(element: Element) -> tuple[Entry, ...]:
    """The records that a custom record type brings along."""
    kinds = {
        field.get("scriptid", ""): sdf.text(field, "fieldtype", "TEXT")
        for field in sdf.children(element, "customrecordcustomfields", "customrecordcustomfield")
    }
    return tuple(
        (
            child.get("scriptid", ""),
            sdf.text(child, "name") or sdf.text(child, "altname"),
            sdf.text(child, "isinactive", "F") == "T",
            {
                name: typed(kind, sdf.text(child, name))
                for name, kind in kinds.items()
                if sdf.text(child, name)
            },
        )
        for child in sdf.children(element, "instances", "instance")
    )


def list_values(element: Element) -> tuple[Entry, ...]:
    """The values of a custom list."""
    return tuple(
        (
            child.get("scriptid", ""),
            sdf.text(child, "value"),
            sdf.text(child, "isinactive", "F") == "T",
        )
        for child in sdf.children(element, "customvalues", "customvalue")
    )


def asset(element: Element, content: str) -> Asset:
    """An object that scripts use, with its elements as text; strings of a translation collection by script id."""
    facts: dict[str, Any] = {child.tag: (child.text or "").strip() for child in element}
    for name in ("customplugintype", "scriptfile"):
        if name in facts:
            facts[name] = sdf.reference(facts[name]).strip("[]")
    if element.tag == "translationcollection":
        facts["strings"] = {
            child.get("scriptid", ""): {part.tag: part.text or "" for part in child}
            for child in sdf.children(element, "strings", "string")
        }
    return Asset(element.tag, element.get("scriptid", ""), facts, content)


def field_default(element: Element) -> Any:
    """The initial value of a custom field, None where it has none."""
    return _default(element)
