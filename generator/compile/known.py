"""
Which fields a place has: what the catalogue knows, what it cannot know, and what is proved wrong.

A custom field that the catalogue does not know may be there all the same, so it is a warning; one
whose prefix or whose own object says that it belongs elsewhere is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from generator.catalog import Field, RecordType
from generator.catalog.model import Kind
from generator.catalog.overlay import opened_by
from generator.compile.context import Place
from generator.spec.diagnose import did_you_mean, listed

CUSTOM = re.compile(r"cust(body|col|entity|item|record|event)_?[a-z0-9_]*|cseg[a-z0-9_]*")
# What custom fields of a record's body are called, by its kind; segments may stand anywhere.
_PREFIXES: Mapping[Kind, tuple[str, ...]] = {
    "transaction": ("body",),
    "entity": ("entity",),
    "item": ("item",),
    "custom": ("record",),
    "list": ("record", "event"),
}
_KIND_OF_FIELD = {
    "body": "a field of transactions",
    "col": "a field of transaction lines",
    "entity": "a field of entities",
    "item": "a field of items",
    "record": "a field of custom records",
    "event": "a field of CRM records",
}


class FieldGroup:
    """
    The fields of one place that rules are checked against.

    Args:
        owner: what they belong to, for messages (`salesorder`, `salesorder.item`).
        fields: the catalogue's, None where the owner itself is unknown.
        open: whether an unlisted field is normal.
        in_line: whether they are fields of a line.
        kind: of the record type, None where it is unknown.
        objects: the project's own objects, and their files.
        record: whose body or sublist it is; its other fields were perhaps meant.
        keys: what the language knows beside these fields.
    """

    def __init__(
        self,
        owner: str,
        fields: Mapping[str, Field] | None,
        *,
        open: bool,  # noqa: A002 - the catalogue's name
        in_line: bool,
        kind: Kind | None = None,
        objects: Mapping[str, str] | None = None,
        record: RecordType | None = None,
        keys: frozenset[str] = frozenset(),
    ) -> None:
        self.owner = owner
        self.fields = fields
        self.open = open
        self.in_line = in_line
        self.kind = kind
        self.objects = objects or {}
        self.record = record
        self.keys = keys


def find_field(name: str, place: Place, group: FieldGroup) -> Field | None:
    """The catalogue's field; one that is not there is reported, a custom one as a warning."""
    if group.fields is None:
        return None
    known = group.fields.get(name)
    if known is None:
        report_unknown(name, place, group, key=True)
    return known


def report_unknown(name: str, place: Place, group: FieldGroup, *, key: bool) -> None:
    """
    Report a field that the catalogue does not have.

    What its name or the project's own object proves wrong is an error, what only the account can
    know a warning; `key` points at the name before a colon instead of at a value.
    """
    elsewhere = _elsewhere(name, group)
    hint = "" if elsewhere else did_you_mean(name, group.fields or ())
    custom = CUSTOM.fullmatch(name)
    if custom and _misplaced(custom[1], group):
        advice = None
        if custom[1] == "col":
            advice = "write it under lines:, in the body of a sublist" if key else None
        elif group.in_line and custom[1] == "body":
            advice = "write it under the flow's own body:" if key else None
        message = f"'{name}' is {_KIND_OF_FIELD[custom[1]]}; {group.owner} has none of those"
        place.error("E202", message, advice, key=key)
    elif custom and name in group.objects and opened_by(group.owner):
        tag = opened_by(group.owner)[0]
        message = f"'{name}' does not apply to {group.owner} by {group.objects[name]}"
        place.error("E202", message, f"add  <{tag}>T</{tag}>  to the object", key=key)
    elif custom and name in group.objects:
        message = f"{group.objects[name]} cannot say whether '{name}' is on {group.owner}"
        place.warn("E202", message, "see in the account that it is", key=key)
    elif custom:
        message = f"'{name}' of {group.owner} is not described in objects/{hint}"
        advice = (
            "import it into objects/, or run  suiteloom catalog pull,  so that it can be checked"
        )
        place.warn("E202", message, advice, key=key)
    elif group.open:
        place.warn("E202", f"'{name}' is no known field of {group.owner}{hint}", elsewhere, key=key)
    else:
        place.error("E202", f"'{name}' is no field of {group.owner}{hint}", elsewhere, key=key)


def _elsewhere(name: str, group: FieldGroup) -> str | None:
    """Where this name stands, if it stands in another place of the same flow."""
    if name in group.keys:
        return f"as a key of the language, '{name}' stands beside body:, not in it"
    if group.record is None:
        return None
    if group.in_line:
        beside = name in group.record.fields
        return (
            f"{group.record.id} itself has it: write it under the flow's own body:"
            if beside
            else None
        )
    having = [sublist.id for sublist in group.record.sublists.values() if name in sublist.fields]
    if not having or name == "id":
        return None
    return f"lines have it: write it under lines:, in the body: of {listed(having)}"


def _misplaced(prefix: str | None, group: FieldGroup) -> bool:
    """Whether a custom field's prefix says that it belongs to another kind of place."""
    if prefix is None or group.kind is None:
        return False
    if group.in_line:
        return prefix not in ("col", "record")
    return prefix not in _PREFIXES[group.kind]
