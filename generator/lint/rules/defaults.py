"""Default values and forms that a script opens records with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from generator.catalog import RecordType
from generator.lint.examples import Snippet
from generator.lint.model import Found, Rule
from generator.lint.project import Project
from generator.lint.rules.fields import TYPES, of_type, one_slip
from generator.suitescript.nodes import key_of
from generator.suitescript.script import Script

# Values that begin a record and are no fields of it (help topic "N/record Default Values").
_BEGIN: Mapping[str, tuple[str, ...]] = {
    "assemblybuild": ("assemblyitem",),
    "deposit": ("disablepaymentfilters",),
    "taxgroup": ("nexuscountry",),
    "taxtype": ("country",),
}
_WITH_SUBTYPE = ("noninventory", "othercharge", "service")
# A transform takes more: groups of a shipment, a date to bill, which are told record by record.
_OPEN = "record.transform"


def _unknown(script: Script, project: Project) -> Iterator[Found]:
    for call in script.api(*TYPES):
        assert call.api is not None
        api = call.api.removesuffix(".promise")
        for record in of_type(script, script.option(call, TYPES[api]), project):
            known = _known(record)
            for node, key, _ in _pairs(script, script.option(call, "defaultValues")):
                if record.open or key in known:
                    continue
                meant = one_slip(key, known)
                if meant is None and api == _OPEN:
                    continue
                hint = f"; did you mean '{meant}'?" if meant else ""
                yield Found(node, f"'{key}' begins no {record.id}, and is no field of it{hint}")


def _known(record: RecordType) -> frozenset[str]:
    """What may begin a record: its fields, its form, and what is no field."""
    subtype = ("subtype",) if record.id.startswith(_WITH_SUBTYPE) else ()
    more = (*_BEGIN.get(record.id, ()), *record.filled_for, *subtype)
    return frozenset({"customform", *record.fields, *more})


def _pairs(script: Script, node: Node | None) -> Iterator[tuple[Node, str, Node | None]]:
    """The entries of an object that is written out: where, key, value."""
    found = script.origin(node) if node is not None else None
    for pair in found.named_children if found is not None and found.type == "object" else ():
        key = pair.child_by_field_name("key")
        name = key_of(key) if key is not None else None
        if key is not None and name is not None:
            yield key, name, pair.child_by_field_name("value")


def _form_by_script_id(script: Script, project: Project) -> Iterator[Found]:
    values = [
        script.option(call, "value", 1)
        for call in script.calls
        if call.method == "setValue"
        and script.string(script.option(call, "fieldId", 0)) == "customform"
    ]
    for call in script.api(*TYPES, "record.submitFields"):
        for name in ("defaultValues", "values"):
            pairs = _pairs(script, script.option(call, name))
            values += [value for _, key, value in pairs if key == "customform"]
    for value in values:
        said = script.string(value)
        if value is not None and said and not said.lstrip("-").isdecimal():
            yield Found(value, f"customform takes the internal id of a form, not '{said}'")


RULES = (
    Rule(
        "L287", "a default value that the record type does not have", "warning",
        "defaultValues begin a record with values of its fields, and with a few others that are listed for some types. Another key begins nothing: the record lacks what the script meant it to have.",
        "help topic N/record Default Values (section_4267255811)",
        "Correct the key, or set the value with setValue.",
        Snippet("Restlet", "record", "const order = record.create({ type: 'salesorder', defaultValues: { customer: request.customer } });\nreturn order.save();"),
        Snippet("Restlet", "record", "const order = record.create({ type: 'salesorder', defaultValues: { entity: request.customer } });\nreturn order.save();"),
        script=_unknown,
    ),
    Rule(
        "L288", "a form named by its script id", "error",
        "customform is a select and takes the internal id of a form: a script id is no value of it.",
        "help topic N/record Default Values (section_4267255811); the record types of Oracle's SuiteScript Records Browser",
        "Give the internal id, from a script parameter: it differs from account to account.",
        Snippet("Restlet", "record", "const order = record.create({ type: 'salesorder', defaultValues: { customform: 'custform_web_order' } });\nreturn order.save();"),
        Snippet("Restlet", "record runtime", "const customform = runtime.getCurrentScript().getParameter({ name: 'custscript_form' });\nconst order = record.create({ type: 'salesorder', defaultValues: { customform } });\nreturn order.save();"),
        script=_form_by_script_id,
    ),
)  # fmt: skip
