"""Taking back what was only shown to a beforeSubmit script, so that the save computes it anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.ports import RecordData


def taken_back(given: RecordData, shown: RecordData, changed: RecordData) -> RecordData:
    """
    What a script made of `shown`, without the values that are still those computed from `given`.

    A value that the script set stays, and so does everything on lines that it added.
    """
    sublists = {}
    for name, lines in (changed.get("sublists") or {}).items():
        before = (given.get("sublists") or {}).get(name) or []
        seen = (shown.get("sublists") or {}).get(name) or []
        pairs = list(zip(before, seen, strict=False))
        sublists[name] = [
            {
                **line,
                "fields": _fields(pairs[at][0]["fields"], pairs[at][1]["fields"], line["fields"]),
            }
            if at < len(pairs)
            else line
            for at, line in enumerate(lines)
        ]
    return {
        **changed,
        "fields": _fields(given["fields"], shown["fields"], changed["fields"]),
        "sublists": sublists,
    }


def _fields(
    given: Mapping[str, Any], shown: Mapping[str, Any], changed: Mapping[str, Any]
) -> dict[str, Any]:
    computed = {name for name, value in shown.items() if given.get(name) != value}
    kept = {
        name: value
        for name, value in changed.items()
        if name not in computed or value != shown[name]
    }
    before = {
        name: given[name]
        for name in computed
        if name in given and name not in kept and name in changed
    }
    return {**kept, **before}
