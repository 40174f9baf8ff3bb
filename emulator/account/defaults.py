"""Initial values of custom fields: fixed ones, those of the moment, and entries of lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.account.values import canonical, is_empty
from emulator.account.work import Work
from generator.catalog.model import Field


def give(work: Work, values: Mapping[str, Any]) -> None:
    """Give a new record's empty fields their initial values, on its body and on its lines."""
    for name, value in values.items():
        field = work.record.fields.get(name)
        if field is not None:
            _set(work, field, work.fields, value)
        for sublist, lines in work.sublists.items():
            known = work.record.sublists[sublist].fields.get(name)
            for line in lines if known is not None else ():
                assert known is not None
                _set(work, known, line["fields"], value)


def _set(work: Work, field: Field, fields: dict[str, Any], value: Any) -> None:
    if field.id in fields:
        return
    found = _worked_out(work, field, value) if isinstance(value, Mapping) else value
    if found is not None and not is_empty(found):
        fields[field.id] = canonical(field, found)


def _worked_out(work: Work, field: Field, value: Mapping[str, Any]) -> Any:
    if "selected" in value:
        found = _entry(work, value["selected"])
        return [found] if found is not None and field.type == "multiselect" else found
    match value["dynamic"]:
        case "NOW" if field.type == "datetime":
            return work.now_ms
        case "NOW" if field.type == "timeofday":
            return None
        case "NOW":
            return work.book.today(work.session, work.now_ms)
        case "CURRENTUSER":
            user = str(work.session.user)
            return user if work.book.reference("employee", user) is not None else None
        case name:
            person = work.book.fields("employee", str(work.session.user))
            return person.get({"CURRENTUSERSSUPERVISOR": "supervisor"}.get(name, name.lower()))


def _entry(work: Work, reference: str) -> str | None:
    """The internal id of `customlist_x.val_y`, or of a number as it stands."""
    if "." in reference:
        return work.book.entry(reference)
    return reference if reference.lstrip("-").isdigit() else None
