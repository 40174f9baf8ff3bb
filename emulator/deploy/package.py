"""An SDF project folder, checked as a whole: a package to install, or every finding at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from emulator.account import filetypes
from emulator.account.files import MAX_BYTES, Cabinet
from emulator.account.installed import Package
from emulator.account.roles import Roles
from emulator.deploy import headers, layout, objects
from emulator.deploy.csv_imports import csv_import
from emulator.deploy.layout import Layout, Report
from emulator.errors import DeployError
from emulator.ports import Script
from emulator.scripts import language
from generator.catalog import permissions, sdf, sdf_types
from generator.catalog.model import Catalog
from generator.catalog.sdf import Element
from generator.catalog.sdf_schema import check, schema
from generator.suitescript.headers import tags

_BRACKET = ("[scriptid=", "]")
# A finding at an element.
At = Callable[[Element, str], None]


class Target(Protocol):
    """What a deployment needs to know of the account it goes to."""

    roles: Roles

    @property
    def catalog(self) -> Catalog:
        """Record types that are there already."""

    @property
    def cabinet(self) -> Cabinet:
        """Files that are there already."""

    def feature(self, name: str) -> bool:
        """Whether a feature is in effect."""

    def script(self, scriptid: str) -> Script | None:
        """A script that is there already."""

    def switches(self) -> Mapping[str, Any]:
        """The account's preferences."""


def read_package(folder: Path, account: Target) -> Package:
    """
    Check a project folder (the one with `src/`, or `src` itself) for an account.

    Raises:
        DeployError: with every finding, in the order of the files.
    """
    root = folder / "src" if (folder / "src" / "manifest.xml").is_file() else folder
    findings: list[str] = []
    notes: list[str] = []
    unknown = findings if account.switches()["sdf_unknown_refused"] else notes
    project = layout.read(root, findings.append)
    files, left_out = _files(project)
    elements = dict(_elements(root, project, findings.append))
    _features(project, elements, account, findings.append)
    known = _script_ids(elements)
    for path, element in elements.items():
        _object(path, element, findings.append, unknown.append)
        lists = set(_elsewhere(path, element, project, known, account, notes.append))
        there = {*files, *left_out}
        _references(path, element, known | lists, there, account, findings.append)
        if element.tag in sdf_types.SCRIPT_TYPES:
            _script_file(element, files, account, findings.append)
    for name, text in files.items():
        if name.endswith(".js"):
            headers.check_spelling(name, text, findings.append)
            _language(name, text, account, findings.append)
    if findings:
        raise DeployError(list(dict.fromkeys(findings)))
    return _package(project, list(elements.values()), files, left_out, notes)


def _language(name: str, text: str, account: Target, report: Report) -> None:
    """
    A file must be in the language of its own @NApiVersion, or it cannot be uploaded (subsect_0120125943).

    Client scripts are for browsers, which take what they know.
    """
    found = tags(text)
    version = found.get("NApiVersion")
    if version is None or found.get("NScriptType", "").lower() == "clientscript":
        return
    wrong = language.fault(name, text, version, account.switches())
    if wrong:
        report(wrong)


def _files(project: Layout) -> tuple[dict[str, str], list[str]]:
    """
    Contents by path in the File Cabinet, as scripts see them (base 64 of binary types), and what is too large.

    A file of a text type that is not UTF-8 is read as windows-1252, of which every byte is a
    letter.
    """
    contents, left_out = {}, []
    for cabinet, path in project.files:
        data, type_ = path.read_bytes(), filetypes.by_name(path.name)
        if len(data) > MAX_BYTES:
            left_out.append(cabinet)
            continue
        contents[cabinet] = filetypes.to_text(type_, _encoding(data), data)
    return contents, left_out


def _encoding(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return "UTF-8"


def _elements(root: Path, project: Layout, report: Report) -> Iterator[tuple[str, Element]]:
    """Object files by their path below the project, duplicates and broken ones reported."""
    seen: dict[str, str] = {}
    for path in project.objects:
        name = path.relative_to(root).as_posix()
        if path.name.endswith(sdf.TEMPLATES):
            continue
        if path.suffix != ".xml":
            report(f"{name}: only .xml files may lie in Objects")
            continue
        try:
            element = sdf.parse(path)
        except sdf.ObjectError as error:
            report(f"{name}:{error.line}: {error.message}")
            continue
        scriptid = element.get("scriptid", "")
        if path.stem != scriptid:
            said = scriptid or "which is missing"
            report(f"{name}:{sdf.line(element)}: the file must be named after its scriptid, {said}")
        if scriptid in seen:
            report(f"{name}:{sdf.line(element)}: {scriptid} is also in {seen[scriptid]}")
        seen[scriptid] = name
        yield name, element


def _features(
    project: Layout, elements: Mapping[str, Element], account: Target, report: Report
) -> None:
    for name, required in project.features.items():
        if required and not account.feature(name):
            report(f"manifest.xml: the account does not have the feature {name}")
    needed: dict[str, str] = {}
    for path, element in elements.items():
        for feature in sdf_types.features(element):
            needed.setdefault(feature, path)
    for name, path in needed.items():
        if name not in project.features:
            report(f"manifest.xml: the feature {name} must be declared, {path} needs it")


def _script_ids(elements: Mapping[str, Element]) -> set[str]:
    """Every id that a bracket reference may name, parts as `object.part`."""
    known = set()
    for element in elements.values():
        own = element.get("scriptid", "")
        known.add(own)
        known |= {
            f"{own}.{part.get('scriptid')}"
            for part in element.iter()
            if part is not element and part.get("scriptid")
        }
    return known


def _object(path: str, element: Element, report: Report, ignored: Report) -> None:
    def at(part: Element, message: str) -> None:
        report(f"{path}:{sdf.line(part)}: {message}")

    def unknown(part: Element, message: str) -> None:
        ignored(f"{path}:{sdf.line(part)}: {message}")

    group = schema().objects.get(element.tag)
    if group is None:
        if element.tag not in sdf_types.OTHER_TYPES:
            at(element, f"object type {element.tag} is not known to the emulator")
        return
    own = frozenset(
        part.get("scriptid", "")
        for tag in ("scriptcustomfield", "customrecordcustomfield")
        for part in element.iter(tag)
    )
    for fault in check(element, group, element.tag, own):
        (unknown if fault.kind == "unknown" else at)(fault.element, fault.message)
    scriptid = element.get("scriptid", "")
    beginning = sdf_types.ID_BEGINNINGS[element.tag]
    if not scriptid.startswith(beginning) or scriptid == beginning:
        at(element, f"scriptid '{scriptid}' must begin with {beginning}")
    _parts(element, at)
    _lists(element, at)
    if element.tag == "role":
        _role(element, at)


def _parts(element: Element, at: At) -> None:
    """What the schema of single elements cannot say about scripts."""
    beginnings = {"scriptcustomfield": "custscript", "scriptdeployment": "customdeploy"}
    beginnings |= {"customrecordcustomfield": "custrecord"}
    seen = set()
    for part in element.iter():
        scriptid = part.get("scriptid", "")
        beginning = beginnings.get(part.tag)
        if beginning and not scriptid.startswith(beginning):
            at(part, f"{part.tag} '{scriptid}' must begin with {beginning}")
        if part is not element and scriptid:
            if scriptid in seen:
                at(part, f"{scriptid} occurs twice")
            seen.add(scriptid)
    for part in element.iter("scriptcustomfield"):
        if sdf.text(part, "ismandatory") == "T":
            at(
                part,
                f"{part.get('scriptid')}: a mandatory parameter cannot be deployed, it has no value yet",
            )
    if element.tag not in sdf_types.SCRIPT_TYPES:
        return
    allowed = (
        {"NOTSCHEDULED", "SCHEDULED"}
        if element.tag in sdf_types.ON_DEMAND
        else {"RELEASED", "TESTING"}
    )
    for part in element.iter("scriptdeployment"):
        status = sdf.text(part, "status")
        if status and status not in allowed:
            at(
                part,
                f"{part.get('scriptid')}: status {status} is not one of {', '.join(sorted(allowed))}",
            )
        if status == "SCHEDULED" and part.find("recurrence") is None:
            at(part, f"{part.get('scriptid')}: a scheduled deployment needs a recurrence")


def _lists(element: Element, at: At) -> None:
    """A list field names its list; a custom segment is its own."""
    for part in element.iter():
        if part.tag == "customsegment":
            continue
        if sdf.text(part, "fieldtype") in ("SELECT", "MULTISELECT") and not sdf.text(
            part, "selectrecordtype"
        ):
            at(part, f"{part.get('scriptid')}: selectrecordtype is required for a list field")


def _role(element: Element, at: At) -> None:
    given = set()
    for part in sdf.children(element, "permissions", "permission"):
        key, level = sdf.text(part, "permkey"), sdf.text(part, "permlevel")
        own = sdf.reference(key)
        if own in given:  # oracle/netsuite-suitecloud-sdk issue 181
            at(part, f"permission {own} is given twice")
        given.add(own)
        if key.startswith(_BRACKET[0]) or not key:
            continue
        levels = permissions.allowed().get(key)
        if levels is None:
            at(part, f"unknown permission {key}")
        elif level not in levels and level != "NONE":
            at(part, f"permission {key} allows {', '.join(sorted(levels))}, not {level}")


def _references(
    path: str,
    element: Element,
    known: set[str],
    files: Collection[str],
    account: Target,
    report: Report,
) -> None:
    """Every [/file] and [scriptid=...] must be in the project or already in the account."""
    for part in element.iter():
        for value in (part.text or "").strip().split("|"):
            if value.startswith("[/") and value.endswith("]"):
                name = value[1:-1]
                if not _there(name, files, account):
                    report(f"{path}:{sdf.line(part)}: {part.tag}: there is no file {name}")
            elif value.startswith(_BRACKET[0]) and value.endswith(_BRACKET[1]):
                scriptid = value[len(_BRACKET[0]) : -1]
                if scriptid not in known and not _in_account(account, scriptid):
                    report(f"{path}:{sdf.line(part)}: {part.tag}: there is no object {scriptid}")


def _elsewhere(
    path: str,
    element: Element,
    project: Layout,
    known: set[str],
    account: Target,
    note: Report,
) -> Iterator[str]:
    """Lists of fields that the manifest declares and this account does not have: noted, not refused."""
    for part in element.iter("selectrecordtype"):
        scriptid = sdf.reference((part.text or "").strip())
        there = scriptid in known or _in_account(account, scriptid)
        if scriptid in project.elsewhere and not there:
            note(f"{path}:{sdf.line(part)}: the list {scriptid}, which only the real account has")
            yield scriptid


def _there(name: str, files: Collection[str], account: Target) -> bool:
    """Whether there is a file, or a folder with files of the project."""
    below = f"{name.rstrip('/')}/"
    return (
        name in files or account.cabinet.exists(name) or any(one.startswith(below) for one in files)
    )


def _in_account(account: Target, scriptid: str) -> bool:
    head = scriptid.split(".")[0]
    record = account.catalog.record(head)
    if record is not None and "." in scriptid:
        return scriptid.split(".")[1] in record.fields
    return (
        record is not None
        or account.roles.get(head) is not None
        or account.script(head) is not None
    )


def _script_file(
    element: Element, files: Mapping[str, str], account: Target, report: Report
) -> None:
    name = sdf.text(element, "scriptfile").strip("[]")
    if name in files:
        text = files[name]
    elif account.cabinet.exists(name):
        text = account.cabinet.source(name)
    else:
        return
    headers.check_script(name, text, sdf_types.SCRIPT_TYPES[element.tag], report)


def _package(
    project: Layout,
    elements: list[Element],
    files: Mapping[str, str],
    left_out: Iterable[str],
    notes: list[str],
) -> Package:
    by_tag: dict[str, list[Element]] = {}
    for element in elements:
        by_tag.setdefault(element.tag, []).append(element)
    in_catalog = [element for element in elements if element.tag in objects.CATALOG_TYPES]
    fields = [e for e in in_catalog if e.tag.endswith("customfield")]
    defaults = {e.get("scriptid", ""): objects.field_default(e) for e in fields}
    return Package(
        name=project.name,
        no_effect=(
            *(
                f"{e.tag} {e.get('scriptid', '')}"
                for e in elements
                if e.tag in objects.UNREAD_TYPES
                or (e.tag not in schema().objects and e.tag not in objects.CATALOG_TYPES)
            ),
            *(f"file {path}, which is larger than 10 MB" for path in sorted(left_out)),
            *_formulas(elements),
            *notes,
        ),
        objects=tuple(
            (e.tag, e.get("scriptid", ""), sdf.as_text(e))
            for e in elements
            if e.tag in objects.KEPT_TYPES
        ),
        scripts=tuple(objects.script(e) for e in elements if e.tag in sdf_types.SCRIPT_TYPES),
        roles=tuple(objects.role(e) for e in by_tag.get("role", [])),
        records={
            e.get("scriptid", ""): objects.record_settings(e)
            for e in by_tag.get("customrecordtype", [])
        },
        lists={
            **{e.get("scriptid", ""): objects.list_values(e) for e in by_tag.get("customlist", [])},
            **{
                e.get("scriptid", ""): objects.instances(e)
                for e in by_tag.get("customrecordtype", [])
                if e.find("instances") is not None
            },
        },
        defaults={name: value for name, value in defaults.items() if value is not None},
        files=tuple(sorted(files.items())),
        assets=tuple(
            objects.asset(e, _content(project, e)) for e in elements if e.tag in objects.ASSET_TYPES
        ),
        csv_imports=tuple(csv_import(e) for e in by_tag.get("savedcsvimport", [])),
    )


def _formulas(elements: list[Element]) -> Iterator[str]:
    """Fields whose formula the emulator does not work out."""
    for element in elements:
        for part in element.iter():
            if sdf.text(part, "isformula") == "T" and sdf.text(part, "defaultvalue"):
                yield f"the formula of {part.get('scriptid')}, which stays empty"


def _content(project: Layout, element: Element) -> str:
    """The text of a template, which lies beside its object."""
    names = {f"{element.get('scriptid')}{ending}" for ending in sdf.TEMPLATES}
    found = [path for path in project.objects if path.name in names]
    return found[0].read_text(encoding="utf-8") if found else ""
