"""
What the published schemas of SARIF 2.1.0 and of JUnit's XML allow, of the parts that Suiteloom writes.

Written from their facts: OASIS' sarif-schema-2.1.0.json and junit-10.xsd, by which Jenkins' xUnit
plugin accepts a file. Both refuse what they do not know, and so does this.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Annotated, Literal

from pydantic import AnyUrl, BaseModel, ConfigDict, Field

# --- SARIF ---


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Text(_Part):
    """A message, or a text of a rule or region."""

    text: str


class Rule(_Part):
    id: str
    shortDescription: Text | None = None
    fullDescription: Text | None = None
    help: Text | None = None


class Driver(_Part):
    name: str
    semanticVersion: str = Field(pattern=r"^\d+\.\d+\.\d+([-+].+)?$")
    rules: list[Rule] = []


class Tool(_Part):
    driver: Driver


class Details(_Part):
    id: str


class Region(_Part):
    startLine: Annotated[int, Field(ge=1)]
    startColumn: Annotated[int, Field(ge=1)]
    snippet: Text | None = None


class Artifact(_Part):
    uri: str = Field(pattern=r"^[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+$")  # RFC 3986


class Physical(_Part):
    artifactLocation: Artifact
    region: Region


class Location(_Part):
    physicalLocation: Physical


class Result(_Part):
    ruleId: str
    ruleIndex: Annotated[int, Field(ge=-1)]
    level: Literal["none", "note", "warning", "error"]
    message: Text
    locations: list[Location]


class Run(_Part):
    tool: Tool
    automationDetails: Details
    columnKind: Literal["utf16CodeUnits", "unicodeCodePoints"]
    results: list[Result]


class SarifLog(_Part):
    """A whole log."""

    schema_: AnyUrl = Field(alias="$schema")
    version: Literal["2.1.0"]
    runs: list[Run]


# --- JUnit ---

_TIME = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?")
_COUNTS = {"tests", "failures", "errors"}
# Element to what it must and may have, and to the elements that may stand in it.
_ELEMENTS: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", *_COUNTS}, {"testsuite"}),
    "testsuite": (
        {"name", *_COUNTS},
        {
            "group",
            "time",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
            "log",
            "url",
        },
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name"},
        {"time", "classname", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": (set(), {"type", "message"}, set()),
    "skipped": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}
_WITH_TEXT = {"failure", "skipped", "system-out"}


def junit_faults(root: ET.Element) -> list[str]:
    """Why the XUnit plugin would refuse a file; nothing where it would not."""
    faults = [] if root.tag in ("testsuites", "testsuite") else [f"<{root.tag}> as the root"]
    for element in root.iter():
        needed, allowed, inside = _ELEMENTS.get(element.tag, (set(), set(), set()))
        given = set(element.attrib)
        faults += [f"<{element.tag}> without {name}" for name in sorted(needed - given)]
        faults += [f"<{element.tag} {name}>" for name in sorted(given - needed - allowed)]
        faults += [f"<{each.tag}> in <{element.tag}>" for each in element if each.tag not in inside]
        if (element.text or "").strip() and element.tag not in _WITH_TEXT:
            faults.append(f"text in <{element.tag}>")
        if element.tag != "testcase" and not _TIME.fullmatch(element.get("time", "")):
            faults.append(f"time {element.get('time')}")
    return faults
