"""A person's changes applied to an unsaved record (control API)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.errors import UsageError
from emulator.ports import RecordData

# Turns `{"ref": type, "by": field, "value": text}` into an internal id, and leaves other values
# alone.
Resolve = Callable[[Any], Any]


def resolved(values: Mapping[str, Any], resolve: Resolve) -> dict[str, Any]:
    """Field values with references replaced by internal ids; None stays for "empty"."""
    return {name: resolve(value) for name, value in values.items()}


def change(
    draft: RecordData,
    fields: Mapping[str, Any],
    sublists: Mapping[str, list[dict[str, Any]]],
    subrecords: Mapping[str, Mapping[str, Any]],
    resolve: Resolve,
) -> None:
    """
    Change a draft in place as a person does on a form.

    A line is `{"line" | "match", "fields", "subrecords", "remove"}` or just its fields. `line` is
    the stable number, `match` fields that the line has; a line with neither is a new one, or on a
    transformed draft the next in order. None empties a field.
    """
    _set(draft["fields"], resolved(fields, resolve))
    transformed = draft["id"] is None
    for name, changes in sublists.items():
        lines = draft["sublists"].setdefault(name, [])
        present = list(lines) if transformed else []
        for place, given in enumerate(changes):
            plain = "fields" not in given and "remove" not in given and "subrecords" not in given
            wanted = {"fields": given} if plain else given
            line = _line(lines, wanted, resolve)
            if line is None and place < len(present) and "match" not in wanted:
                line = present[place]
            if wanted.get("remove"):
                if line is None:
                    raise UsageError(f"{dict(wanted)} does not say which line: line or match")
                lines.remove(line)
                continue
            if line is None:
                line = {"line": None, "fields": {}, "subrecords": {}}
                lines.append(line)
            values = resolved(wanted.get("fields", {}), resolve)
            _set(line["fields"], values)
            _follow(line["fields"], values)
            for field, subrecord in wanted.get("subrecords", {}).items():
                _subrecord(line.setdefault("subrecords", {}), field, subrecord, resolve)
    for field, subrecord in subrecords.items():
        _subrecord(draft["subrecords"], field, subrecord, resolve)


def _set(fields: dict[str, Any], values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if value is None:
            fields.pop(name, None)
        else:
            fields[name] = value


def _follow(fields: dict[str, Any], changed: Mapping[str, Any]) -> None:
    """
    What a form works out again: the amount of a new quantity or rate, the rate of a new amount.

    Scripts in standard mode leave it to NetSuite (rule transactions.amount_follows); in dynamic
    mode it is as on the form (rule records.line_amounts).
    """
    if "amount" in changed:
        if "rate" not in changed and fields.get("quantity"):
            fields.pop("rate", None)
    elif not {"quantity", "rate"}.isdisjoint(changed) and "rate" in fields:
        fields.pop("amount", None)


def _line(
    lines: list[dict[str, Any]], wanted: Mapping[str, Any], resolve: Resolve
) -> dict[str, Any] | None:
    if "line" in wanted:
        found = [line for line in lines if line["line"] == wanted["line"]]
    elif "match" in wanted:
        match = resolved(wanted["match"], resolve)
        found = [line for line in lines if match.items() <= line["fields"].items()]
    else:
        return None
    if len(found) != 1:
        raise UsageError(f"{len(found)} lines are {dict(wanted)}; it must be one")
    return found[0]


def _subrecord(
    subrecords: dict[str, Any], field: str, given: Mapping[str, Any], resolve: Resolve
) -> None:
    subrecord = subrecords.setdefault(field, {"fields": {}, "sublists": {}})
    _set(subrecord["fields"], resolved(given.get("fields", {}), resolve))
    for name, lines in given.get("sublists", {}).items():
        subrecord.setdefault("sublists", {})[name] = [
            {"line": None, "fields": resolved(line.get("fields", line), resolve), "subrecords": {}}
            for line in lines
        ]
