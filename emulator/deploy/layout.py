"""The folder of an SDF project: manifest.xml, deploy.xml, and the files and objects they select."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from generator.catalog import sdf

Report = Callable[[str], None]
# Folders of the File Cabinet that an account customization project may fill
# (help subsection 155931227706).
_PLACES = ("/SuiteScripts/", "/Templates/", "/Web Site Hosting Files/")
_KINDS = ("ACCOUNTCUSTOMIZATION", "SUITEAPP")
# Only what a SuiteApp names itself by: publisher and application.
_SUITEAPP = ("publisherid", "projectid", "projectversion")
_SECTIONS = ("configuration", "files", "objects", "translationimports")
# Names that people take for feature ids.
_NO_FEATURES = frozenset({"MANUFACTURING", "INVENTORYMANAGEMENT"})
# What the deploy.xml of a new project selects (SuiteCloud CLI, project:create), with or without
# content.
_EMPTY_AT_FIRST = frozenset({"~/FileCabinet/*", "~/FileCabinet/SuiteScripts/*", "~/Objects/*"})
_FEATURE = re.compile(r"[A-Z0-9_]+")


@dataclass(slots=True)
class Layout:
    """
    A project as its two control files describe it.

    `features` are those that the manifest declares, with whether they are required, `elsewhere` the
    objects that it says the account has; `files` are
    (File Cabinet path, file on disk), `objects` the selected object files, `places` the folders of
    the File Cabinet that the project may fill.
    """

    name: str = ""
    features: dict[str, bool] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    files: list[tuple[str, Path]] = field(default_factory=list)
    objects: list[Path] = field(default_factory=list)
    places: tuple[str, ...] = _PLACES
    suiteapp: bool = False


def read(root: Path, report: Report) -> Layout:
    """Read the control files of `root`, reporting what is wrong with them."""
    layout = Layout()
    manifest = _xml(root / "manifest.xml", report)
    if manifest is not None:
        _manifest(manifest, layout, report)
    deploy = _xml(root / "deploy.xml", report)
    if deploy is not None:
        _deploy(root, deploy, layout, report)
    return layout


def _xml(path: Path, report: Report) -> sdf.Element | None:
    if not path.is_file():
        report(f"{path.name}: missing")
        return None
    try:
        return sdf.parse(path)
    except sdf.ObjectError as error:
        report(f"{path.name}:{error.line}: {error.message}")
        return None


def _manifest(manifest: sdf.Element, layout: Layout, report: Report) -> None:
    if manifest.tag != "manifest":
        report(f"manifest.xml: root is <{manifest.tag}>, not <manifest>")
    kind = manifest.get("projecttype")
    if kind not in _KINDS:
        report(f"manifest.xml: projecttype is {kind}, not one of {', '.join(_KINDS)}")
    known = {"projectname", "frameworkversion", "dependencies"}
    if kind == "SUITEAPP":
        known |= {*_SUITEAPP}
        for name in _SUITEAPP:
            if not sdf.text(manifest, name):
                report(f"manifest.xml: a SuiteApp needs {name}")
        app = f"{sdf.text(manifest, 'publisherid')}.{sdf.text(manifest, 'projectid')}"
        layout.places = (f"/SuiteApps/{app}/", *_PLACES[2:])
        layout.suiteapp = True
    layout.name = sdf.text(manifest, "projectname")
    if not layout.name:
        report("manifest.xml: projectname is required")
    if sdf.text(manifest, "frameworkversion") != "1.0":
        report("manifest.xml: frameworkversion must be 1.0")
    for child in manifest:
        if child.tag not in known:
            report(f"manifest.xml: unknown element {child.tag}")
    layout.elsewhere = {
        (each.text or "").strip() for each in manifest.iterfind("dependencies/objects/object")
    }
    for feature in manifest.iterfind("dependencies/features/feature"):
        name = (feature.text or "").strip()
        required = feature.get("required")
        if required not in ("true", "false"):
            report(f"manifest.xml: feature {name}: required must be true or false")
        if not _FEATURE.fullmatch(name) or name in _NO_FEATURES:
            report(f"manifest.xml: {name or 'an empty name'} is no feature")
        layout.features[name] = required == "true"


def _deploy(root: Path, deploy: sdf.Element, layout: Layout, report: Report) -> None:
    if deploy.tag != "deploy":
        report(f"deploy.xml: root is <{deploy.tag}>, not <deploy>")
    for section in deploy:
        if section.tag not in _SECTIONS:
            report(f"deploy.xml: unknown section {section.tag}")
    if deploy.find("objects") is None and not layout.suiteapp:
        report("deploy.xml: an account customization project needs the section objects")
    for section_name in ("files", "objects"):
        for element in deploy.iterfind(f"{section_name}/path"):
            pattern = (element.text or "").strip()
            found = list(_select(root, pattern, report))
            if not found and pattern not in _EMPTY_AT_FIRST and not _is_folder(root, pattern):
                report(f"deploy.xml: {section_name}: nothing matches {pattern}")
            for path in found:
                if section_name == "objects":
                    layout.objects.append(path)
                else:
                    _file(root, path, layout, report)
    layout.objects = sorted(set(layout.objects))
    layout.files = sorted(set(layout.files))


def _is_folder(root: Path, pattern: str) -> bool:
    """Whether a pattern selects everything in a folder that is there: it may be empty."""
    return (
        pattern.endswith("/*") and (root / pattern.removeprefix("~/").removesuffix("/*")).is_dir()
    )


def _file(root: Path, path: Path, layout: Layout, report: Report) -> None:
    cabinet = "/" + path.relative_to(root / "FileCabinet").as_posix()
    if path.name.startswith("."):
        report(f"FileCabinet{cabinet}: hidden files cannot be deployed")
    elif not cabinet.startswith(layout.places):
        report(f"FileCabinet{cabinet}: only {', '.join(layout.places)} can be deployed to")
    else:
        layout.files.append((cabinet, path))


def _select(root: Path, pattern: str, report: Report) -> Iterator[Path]:
    """Files of a path in deploy.xml; a `*` at its end means everything below."""
    if not pattern.startswith("~/"):
        report(f"deploy.xml: '{pattern}' must start with ~/")
        return
    inner = pattern[2:]
    if not inner.startswith(("FileCabinet/", "Objects/")):
        report(f"deploy.xml: '{pattern}' is not below ~/FileCabinet or ~/Objects")
        return
    folder = inner.removesuffix("*").rstrip("/")
    if inner.endswith("/*"):
        yield from (path for path in (root / folder).rglob("*") if path.is_file())
    else:
        yield from (path for path in root.glob(inner) if path.is_file())
