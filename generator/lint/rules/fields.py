"""Fields and ids that a script writes out: which the record has, and what differs from account to account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile

from msgspec import Struct
from tree_sitter import Node

from generator.catalog import Field, RecordType, sdf
from generator.lint.examples import Snippet
from generator.lint.model import Found, Rule
from generator.lint.project import Project
from generator.suitescript.module import Call
from generator.suitescript.nodes import key_of, text
from generator.suitescript.script import Script

_BY_ID: dict[str, tuple[str, ...]] = {
    "record.load": ("id",), "record.delete": ("id",), "record.submitFields": ("id",), "record.copy": ("id",),
    "record.transform": ("fromId",), "search.load": ("id",), "search.lookupFields": ("id",),
    "file.load": ("id",), "file.delete": ("id",), "file.create": ("folder",), "email.send": ("author", "recipients"),
    "task.create": ("scriptId", "deploymentId", "mappingId"), "url.resolveScript": ("scriptId", "deploymentId"),
    "redirect.toSuitelet": ("scriptId", "deploymentId"), "https.requestRestlet": ("scriptId", "deploymentId"),
    "render.transaction": ("entityId",), "workflow.initiate": ("workflowId",), "redirect.toRecord": ("id",),
}  # fmt: skip
# Methods of a record that name a field of its body, and those that name one of a line: where the
# field and the value stand among plain arguments.
_BODY: dict[str, tuple[int, int | None]] = {
    "getValue": (0, None), "getText": (0, None), "getField": (0, None), "setValue": (0, 1), "setText": (0, None),
}  # fmt: skip
_LINE: dict[str, tuple[int, int | None]] = {
    "getSublistValue": (1, None), "getSublistText": (1, None), "setSublistValue": (1, 3), "setSublistText": (1, None),
    "getCurrentSublistValue": (1, None), "getCurrentSublistText": (1, None), "setCurrentSublistValue": (1, 2),
    "setCurrentSublistText": (1, None), "findSublistLineWithValue": (1, 2),
}  # fmt: skip
_RECORDS = frozenset({"Record", "new", "old", "CurrentRecord"})
# The option that names the type of the record which a function gives.
TYPES: Mapping[str, str] = {
    "record.create": "type", "record.load": "type", "record.copy": "type", "record.transform": "toType",
}  # fmt: skip
_LONG_ENOUGH = 5  # letters
# The first of its list has the id 1 in every account: the root subsidiary, the base price.
_SAME_EVERYWHERE = frozenset({"subsidiary", "pricelevel"})


class _Named(Struct, frozen=True):
    """
    A field that a script names on a record.

    Args:
        node: where.
        field: its id.
        value: what it is set to, None where it is read.
        groups: the fields beside which it would stand, for each record type that the record may be.
        sure: whether the script says which record types; else `groups` are all that have the field.
        owner: `salesorder`, `salesorder.item`: the first of them.
    """

    node: Node
    field: str
    value: Node | None
    groups: tuple[Mapping[str, Field], ...]
    sure: bool
    owner: str


def _named(script: Script, project: Project) -> Iterator[_Named]:
    """Fields that calls of records and record.submitFields name, as far as the catalogue has the place."""
    for call in script.calls:
        if call.receiver is not None and call.method in {**_BODY, **_LINE}:
            if script.kind(call.receiver) in _RECORDS:
                yield from _by_call(script, call, project)
    for call in script.api("record.submitFields"):
        records = of_type(script, script.option(call, "type"), project)
        values = script.option(call, "values")
        found = script.origin(values) if values is not None else None
        for pair in found.named_children if found is not None and found.type == "object" else ():
            key, value = (pair.child_by_field_name(name) for name in ("key", "value"))
            field = key_of(key) if key is not None else None
            if key is not None and field is not None:
                yield from _on(records, project, key, field, value, None)


def _by_call(script: Script, call: Call, project: Project) -> Iterator[_Named]:
    assert call.receiver is not None
    assert call.method is not None
    in_line = call.method in _LINE
    position, at = (_LINE if in_line else _BODY)[call.method]
    node = script.option(call, "fieldId", position)
    field = script.string(node)
    sublist = script.string(script.option(call, "sublistId", 0)) if in_line else None
    if node is None or field is None or (in_line and sublist is None):
        return
    value = script.option(call, "value", at) if at is not None else None
    yield from _on(_held(script, call.receiver, project), project, node, field, value, sublist)


def _on(
    records: list[RecordType],
    project: Project,
    node: Node,
    field: str,
    value: Node | None,
    sublist: str | None,
) -> Iterator[_Named]:
    """The field on these records, or where none is known on all that have it; on none where a sublist is not known."""
    groups = [_group(record, sublist) for record in records]
    sure = bool(groups) and None not in groups and not any(record.open for record in records)
    if not records:
        every = [_group(record, sublist) for record in project.catalog.records.values()]
        groups = [group for group in every if group and field in group]
    if groups and None not in groups:
        owner = ".".join(filter(None, (records[0].id if records else "", sublist)))
        known = tuple(group for group in groups if group is not None)
        yield _Named(node, field, value, known, sure, owner)


def _group(record: RecordType, sublist: str | None) -> Mapping[str, Field] | None:
    if sublist is None:
        return record.fields
    lines = record.sublists.get(sublist)
    return lines.fields if lines is not None else None


def _held(script: Script, node: Node, project: Project) -> list[RecordType]:
    """The record types that a record may be of; none where the script does not say."""
    if script.kind(node) in ("new", "old"):
        return _deployed_on(script, project)
    origin = script.origin(node)
    if origin is None or origin.type != "call_expression":
        return []
    call = script.call(origin)
    option = TYPES.get((call.api or "").removesuffix(".promise"))
    return of_type(script, script.option(call, option), project) if option else []


def of_type(script: Script, node: Node | None, project: Project) -> list[RecordType]:
    """The record type that an expression names, as far as the script says and the catalogue knows it."""
    if node is None:
        return []
    origin = script.origin(node)
    member = script.member(origin) if origin is not None else None
    said = script.string(node)
    if said is None and member is not None and member.startswith("record.Type."):
        said = member.removeprefix("record.Type.").replace("_", "").lower()
    found = project.catalog.record(said or "")
    return [found] if found is not None else []


def _deployed_on(script: Script, project: Project) -> list[RecordType]:
    """The record types of a user event's deployments; none where one of them is not known."""
    tokens = {
        sdf.text(part, "recordtype")
        for each in project.owners(script)
        for part in each.element.iter("scriptdeployment")
    }
    found = [r for r in project.catalog.records.values() if r.sdf_token in tokens]
    return found if {record.sdf_token for record in found} == tokens else []


def _another(name: str, node: Node) -> Found:
    return Found(node, f"{name} is {text(node)}, which is another one in the next account")


def _internal_id(script: Script, node: Node | None) -> int | None:
    """A number that is written out, also as text; those that are not positive are NetSuite's own."""
    if node is None:
        return None
    number, said = script.number(node), script.string(node)
    given = number if number is not None else int(said) if said and said.isdecimal() else 0
    return int(given) if given > 0 else None


def _hard_ids(script: Script, project: Project) -> Iterator[Found]:
    for call in script.api(*_BY_ID):
        assert call.api is not None
        for name in _BY_ID[call.api.removesuffix(".promise")]:
            node = script.option(call, name)
            given = _internal_id(script, node)
            if node is not None and given and not (name == "deploymentId" and given == 1):
                yield _another(name, node)
    for named in _named(script, project):
        given = _internal_id(script, named.value)
        fields = [group.get(named.field) for group in named.groups]
        refers = {each.refers if each and each.type == "select" else None for each in fields}
        if named.value is None or not given or None in refers:
            continue
        if given > 1 or not refers & _SAME_EVERYWHERE:
            yield _another(named.field, named.value)


def _misspelt(script: Script, project: Project) -> Iterator[Found]:
    for named in _named(script, project):
        if not named.sure or any(named.field in group for group in named.groups):
            continue
        if project.field_types(named.field):
            continue  # another place has it: NetSuite may show it here too
        meant = one_slip(named.field, (id_ for group in named.groups for id_ in group))
        if meant is not None:
            yield Found(
                named.node,
                f"{named.owner} has no field '{named.field}' that is known; did you mean '{meant}'?",
            )


def one_slip(name: str, known: Iterable[str]) -> str | None:
    """The one name that differs by a letter: one too many, missing, wrong, or two in each other's place."""
    found = {other for other in known if len(other) >= _LONG_ENOUGH and _slips(name, other)}
    return found.pop() if len(found) == 1 else None


def _slips(name: str, other: str) -> bool:
    """Whether a letter tells two names apart: digits number a series, case and _ are read in more than one way."""
    name = name.lower()
    same = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(name, other, strict=False))
    )
    a, b = name[same:], other[same:]
    if not (a[:1] + b[:1]).isalpha():
        return False
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


RULES = (
    Rule(
        "L271", "an internal id in the code", "warning",
        "Internal ids are given by each account: after a deployment to production or another account, the number is another record, or none.",
        "netsuite-facts 8 and 9.1; SAFE guide, hardcoded ids",
        "Use script ids, external ids, or a script parameter.",
        Snippet("ScheduledScript", "record", "const order = record.create({ type: record.Type.SALES_ORDER });\norder.setValue({ fieldId: 'entity', value: 1234 });\norder.save();"),
        Snippet("ScheduledScript", "record runtime", "const order = record.create({ type: record.Type.SALES_ORDER });\nconst customer = runtime.getCurrentScript().getParameter({ name: 'custscript_customer' });\norder.setValue({ fieldId: 'entity', value: customer });\norder.save();"),
        script=_hard_ids,
    ),
    Rule(
        "L286", "a field id that is probably misspelt", "warning",
        "The record type is not known to have the field, and has one whose id differs by a letter. A field that is not there reads as empty and keeps nothing.",
        "the record types of Oracle's SuiteScript Records Browser",
        "Correct the id.",
        Snippet("Restlet", "record", "const order = record.load({ type: 'salesorder', id: request.id });\norder.setValue({ fieldId: 'otherrefnm', value: request.number });\nreturn order.save();"),
        Snippet("Restlet", "record", "const order = record.load({ type: 'salesorder', id: request.id });\norder.setValue({ fieldId: 'otherrefnum', value: request.number });\nreturn order.save();"),
        script=_misspelt,
    ),
)  # fmt: skip
