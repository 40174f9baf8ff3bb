"""What a deployment asks of the header of a script file: `@NApiVersion` and `@NScriptType`."""

from __future__ import annotations

import re

from emulator.deploy.layout import Report
from generator.suitescript.headers import SCRIPT_TYPES, tags

_CANONICAL = {spelling.lower(): spelling for spelling in SCRIPT_TYPES}


def check_script(path: str, text: str, wanted: str, report: Report) -> None:
    """A file that an object names as its script must say that it is one, of the object's type."""
    found = tags(text)
    version = found.get("NApiVersion", "")
    if not re.fullmatch(r"2\.(0|1|x|X)", version):
        report(f"{path}: @NApiVersion 2.1 is missing")
    kind = found.get("NScriptType")
    if kind is None:
        report(f"{path}: @NScriptType {wanted} is missing")
    elif kind.lower() != wanted.lower() and kind.lower() in _CANONICAL:
        report(f"{path}: @NScriptType is {kind}, its object says {wanted}")


def check_spelling(path: str, text: str, report: Report) -> None:
    """Any script file may name only a script type that exists."""
    kind = tags(text).get("NScriptType")
    if kind is not None and kind.lower() not in _CANONICAL:
        report(f"{path}: unknown @NScriptType {kind}")
