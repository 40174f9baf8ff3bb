"""
The catalogue of one project: the standard one with what the project's own SDF objects add.

    objects/*.xml ─► with_objects(standard(), folder) ─► Catalog
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace

from generator.catalog import children, sdf, segments, transaction_types
from generator.catalog.model import Catalog, Field, RecordType, Sublist

# Help topic "generic_customfield_fieldtype".
FIELD_TYPES = {
    "CHECKBOX": "boolean",
    "CLOBTEXT": "textarea",
    "CURRENCY": "currency",
    "DATE": "date",
    "DATETIMETZ": "datetime",
    "DOCUMENT": "select",
    "EMAIL": "email",
    "FLOAT": "float",
    "HELP": "other",
    "IMAGE": "select",
    "INLINEHTML": "textarea",
    "INTEGER": "integer",
    "MULTISELECT": "multiselect",
    "PASSWORD": "text",
    "PERCENT": "percent",
    "PHONE": "phone",
    "RICHTEXT": "textarea",
    "SELECT": "select",
    "TEXT": "text",
    "TEXTAREA": "textarea",
    "TIMEOFDAY": "timeofday",
    "URL": "url",
}

# Longest values of custom fields without a maxlength of their own (help topic "Table of Custom
# Field Type Descriptions").
LENGTHS = {"TEXT": 300, "TEXTAREA": 4000, "CLOBTEXT": 1_000_000, "RICHTEXT": 100_000, "EMAIL": 254}

# Standard lists by the numbers that SDF gives them. -101, -102, -103, -117 and -122 follow from the
# features of help topic "generic_customfield_selectrecordtype", the others are common knowledge.
STANDARD_LISTS = {
    "-2": "customer",
    "-3": "vendor",
    "-4": "employee",
    "-5": "partner",
    "-6": "contact",
    "-9": "entity",
    "-10": "item",
    "-30": "transaction",
    "-7": "job",
    "-20": "task",
    "-22": "phonecall",
    "-23": "supportcase",
    "-24": "campaign",
    "-26": "promotioncode",
    "-101": "classification",
    "-102": "department",
    "-103": "location",
    "-105": "accountingperiod",
    "-112": "account",
    "-117": "subsidiary",
    "-122": "currency",
}

_ORDERS = ("salesorder", "estimate", "invoice", "cashsale", "creditmemo", "cashrefund")
SALES = (*_ORDERS, "returnauthorization")
PURCHASES = (
    "purchaseorder",
    "vendorbill",
    "vendorcredit",
    "vendorreturnauthorization",
    "check",
    "blanketpurchaseorder",
    "purchaserequisition",
    "creditcardcharge",
    "creditcardrefund",
)
JOURNALS = (
    "journalentry",
    "intercompanyjournalentry",
    "advintercompanyjournalentry",
    "statisticaljournalentry",
)

# "Applies to" of each custom field type: element to the record types (and sublists) it opens.
BODY = {
    "bodysale": SALES,
    "bodypurchase": PURCHASES,
    "bodyopportunity": ("opportunity",),
    "bodyitemfulfillment": ("itemfulfillment",),
    "bodyitemreceipt": ("itemreceipt",),
    "bodyjournal": JOURNALS,
    "bodyinventoryadjustment": ("inventoryadjustment",),
    "bodytransferorder": ("transferorder", "intercompanytransferorder"),
    "bodycustomerpayment": ("customerpayment",),
    "bodyvendorpayment": ("vendorpayment",),
    "bodydeposit": ("customerdeposit", "deposit"),
    "bodydepositapplication": ("depositapplication",),
    "bodyexpensereport": ("expensereport",),
    "bodyassemblybuild": ("workorder", "assemblybuild", "assemblyunbuild"),
    "bodyothertransaction": (
        *("inventorytransfer", "workorder", "inventorycount", "bintransfer", "customerrefund"),
        *("inventorycostrevaluation", "vendorprepayment", "vendorprepaymentapplication"),
        *("workorderissue", "workordercompletion", "workorderclose", "charge"),
    ),
}
# Custom transaction types are named one by one.
CUSTOM_BODY = "bodycustomtransactions"
CUSTOM_COLUMN = "columncustomtransactions"
COLUMN = {
    "colsale": tuple((record, "item") for record in SALES),
    "colpurchase": tuple((record, "item") for record in PURCHASES),
    "colexpense": tuple((r, "expense") for r in PURCHASES if r != "blanketpurchaseorder"),
    "colitemfulfillment": (("itemfulfillment", "item"),),
    "colitemreceipt": (("itemreceipt", "item"),),
    "coljournal": tuple((record, "line") for record in JOURNALS),
    "colexpensereport": (("expensereport", "expense"),),
    "colinventoryadjustment": (("inventoryadjustment", "inventory"),),
    "coltransferorder": (("transferorder", "item"), ("intercompanytransferorder", "item")),
    "colkititem": (("kititem", "member"), ("assemblyitem", "member"), ("itemgroup", "member")),
    "colopportunity": (("opportunity", "item"),),
    "colbuild": (("workorder", "item"),),
}
ENTITY = {
    "appliestocustomer": ("customer", "lead", "prospect"),
    "appliestovendor": ("vendor",),
    "appliestoemployee": ("employee",),
    "appliestocontact": ("contact",),
    "appliestopartner": ("partner",),
    "appliestoproject": ("job",),
    "appliestoothername": ("othername",),
    "appliestogenericrsrc": ("genericresource",),
}
CRM = {
    "appliestocase": ("supportcase",),
    "appliestotask": ("task",),
    "appliestophonecall": ("phonecall",),
    "appliestoevent": ("calendarevent",),
    "appliestocampaign": ("campaign",),
}
_NONINVENTORY = tuple(f"noninventory{k}item" for k in ("sale", "purchase", "resale"))
_SERVICE = tuple(f"service{k}item" for k in ("sale", "purchase", "resale"))
_CHARGE = tuple(f"othercharge{k}item" for k in ("sale", "purchase", "resale"))
ITEM = {
    "appliestoinventory": (
        "inventoryitem",
        "lotnumberedinventoryitem",
        "serializedinventoryitem",
    ),
    "appliestononinventory": _NONINVENTORY,
    "appliestoservice": _SERVICE,
    "appliestoothercharge": _CHARGE,
    "appliestokit": ("kititem",),
    "appliestogroup": ("itemgroup",),
    "appliestoitemassembly": (
        "assemblyitem",
        "lotnumberedassemblyitem",
        "serializedassemblyitem",
    ),
}


_DEFAULTS = ("defaultvalue", "defaultselection", "dynamicdefault")


def custom_field(element: sdf.Element, *, inline: bool = True) -> Field:
    """A custom field from its SDF definition, on any kind of object."""
    kind = sdf.text(element, "fieldtype", "TEXT")
    scriptid = element.get("scriptid", "")
    target = sdf.text(element, "selectrecordtype")
    length = sdf.text(element, "maxlength")
    return Field(
        id=scriptid,
        type=FIELD_TYPES.get(kind, "other"),
        required=sdf.text(element, "ismandatory") == "T",
        inline=inline and sdf.text(element, "storevalue", "T") == "T",
        read_only=sdf.text(element, "isformula") == "T",
        length=int(length) if length.isdigit() else LENGTHS.get(kind),
        refers=STANDARD_LISTS.get(target, sdf.reference(target)) if target else None,
        column=scriptid,
        source=_source(element),
        stored=sdf.text(element, "storevalue", "T") == "T",
        least=_bound(element, "minvalue"),
        most=_bound(element, "maxvalue"),
        label=sdf.text(element, "label") or None,
        filled=any(sdf.text(element, tag) for tag in _DEFAULTS),
    )


def _source(element: sdf.Element) -> tuple[str, str] | None:
    """Sourcing: the select field and the field there, standard ones without their token's beginning."""
    names = [_field_id(sdf.text(element, tag)) for tag in ("sourcelist", "sourcefrom")]
    return (names[0], names[1]) if all(names) else None


def _field_id(token: str) -> str:
    for beginning in ("STDBODY", "STDENTITY", "STDITEM", "STDEVENT", "STDRECORD", "STD"):
        if token.startswith(beginning):
            return token[len(beginning) :].lower()
    return sdf.reference(token)


def _bound(element: sdf.Element, tag: str) -> float | None:
    try:
        return float(sdf.text(element, tag))
    except ValueError:
        return None


def custom_list(element: sdf.Element) -> RecordType:
    """A custom list: `name` and nothing else that a mapping uses."""
    scriptid = element.get("scriptid", "")
    fields = (
        Field("name", "text", required=True, length=300, column="name"),
        Field("externalid", "text", length=255, column="externalid"),
        Field("isinactive", "boolean", column="isinactive"),
    )
    return RecordType(
        id=scriptid,
        label=sdf.text(element, "name", scriptid),
        kind="custom",
        family=scriptid,
        table=scriptid,
        permission="ADMI_CUSTLIST",
        fields={field.id: field for field in fields},
        name_column="name",
        has_inactive=True,
    )


_ENTRIES = "CUSTRECORDENTRYPERM"


def custom_record(element: sdf.Element) -> RecordType:
    """
    A custom record type with its fields.

    Its permission is the script id itself, or with the access type "Require Custom Record Entries
    Permission", which is the default, that one permission for all (help topic "Setting Permissions
    for a Custom Record Type").
    """
    scriptid = element.get("scriptid", "")
    access = sdf.text(element, "accesstype", _ENTRIES)
    named = sdf.text(element, "includename", "T") == "T"
    numbered = sdf.text(element, "enablenumbering") == "T"
    above = Field("parent", "select", inline=True, refers=scriptid, column="parent")
    fields = {
        "externalid": Field("externalid", "text", length=255, column="externalid"),
        "isinactive": Field("isinactive", "boolean", inline=True, column="isinactive"),
        "name": Field(
            "name", "text", required=named and not numbered, inline=True, length=300, column="name"
        ),
        "owner": Field("owner", "select", refers="employee", column="owner"),
        "created": Field("created", "datetime", read_only=True, column="created"),
        "lastmodified": Field("lastmodified", "datetime", read_only=True, column="lastmodified"),
    }
    if sdf.text(element, "hierarchical") == "T":
        fields["parent"] = above
    for child in sdf.children(element, "customrecordcustomfields", "customrecordcustomfield"):
        field = custom_field(child)
        fields[field.id] = field
    return RecordType(
        id=scriptid,
        label=sdf.text(element, "recordname", scriptid),
        kind="custom",
        family=scriptid,
        table=scriptid,
        permission="LIST_CUSTRECORDENTRY" if access == _ENTRIES else scriptid,
        public=access == "NONENEEDED",
        fields=fields,
        name_column="name" if named else None,
        sdf_token=f"[scriptid={scriptid}]",
        features=("CUSTOMRECORDS",),
        has_inactive=True,
    )


def takes_custom_fields(record: RecordType) -> bool:
    """Whether a custom field of the record's kind can be applied to it: to time it cannot, for one."""
    applies = {"transaction": BODY, "entity": ENTITY, "item": ITEM}.get(record.kind)
    if applies is None:
        return False
    return "CUSTOMTRANSACTIONS" in record.features or any(
        record.id in targets for targets in applies.values()
    )


def _on_bodies(
    applies: Mapping[str, tuple[str, ...]], family: str | None = None
) -> Callable[[sdf.Element, dict[str, RecordType]], None]:
    def add(element: sdf.Element, records: dict[str, RecordType]) -> None:
        field = custom_field(element)
        names = set() if family is None else {family}
        for tag, targets in applies.items():
            if sdf.text(element, tag) == "T":
                names.update(targets)
        names.update(sdf.reference(one) for one in sdf.text(element, CUSTOM_BODY).split("|"))
        for name in names & records.keys():
            record = records[name]
            records[name] = replace(record, fields={**record.fields, field.id: field})

    return add


def _on_columns(element: sdf.Element, records: dict[str, RecordType]) -> None:
    field = custom_field(element)
    if sdf.text(element, "coltime") == "T":  # an entry of time is a line without a body
        time = records["timebill"]
        records["timebill"] = replace(time, fields={**time.fields, field.id: field})
    own = [sdf.reference(one) for one in sdf.text(element, CUSTOM_COLUMN).split("|") if one]
    custom = tuple((name, sub) for name in own if name in records for sub in records[name].sublists)
    for tag, places in {**COLUMN, CUSTOM_COLUMN: custom}.items():
        if not sdf.text(element, tag) or sdf.text(element, tag) == "F":
            continue
        for name, sublist in places:
            record = records[name]
            lines = record.sublists[sublist]
            opened: Sublist = replace(lines, fields={**lines.fields, field.id: field})
            records[name] = replace(record, sublists={**record.sublists, sublist: opened})


def _on_other(element: sdf.Element, records: dict[str, RecordType]) -> None:
    target = STANDARD_LISTS.get(sdf.text(element, "rectype"))
    if target and target in records:
        field = custom_field(element)
        record = records[target]
        records[target] = replace(record, fields={**record.fields, field.id: field})


def _as_record(
    make: Callable[[sdf.Element], RecordType],
) -> Callable[[sdf.Element, dict[str, RecordType]], None]:
    def add(element: sdf.Element, records: dict[str, RecordType]) -> None:
        record = make(element)
        records[record.id] = record

    return add


def opened_by(owner: str) -> tuple[str, ...]:
    """
    The elements of custom field objects that put a field on a place; none where that is not known.

    Args:
        owner: a record (`salesorder`) or a sublist of one (`salesorder.item`).
    """
    record, _, sublist = owner.partition(".")
    if sublist:
        return tuple(tag for tag, places in COLUMN.items() if (record, sublist) in places)
    return tuple(
        tag
        for applies in (BODY, ENTITY, ITEM, CRM)
        for tag, records in applies.items()
        if record in records
    )


_TYPES = ("customrecordtype", "customlist", "customtransactiontype")
_READERS: dict[str, Callable[[sdf.Element, dict[str, RecordType]], None]] = {
    "transactionbodycustomfield": _on_bodies(BODY, "transaction"),
    "entitycustomfield": _on_bodies(ENTITY, "entity"),
    "itemcustomfield": _on_bodies(ITEM, "item"),
    "transactioncolumncustomfield": _on_columns,
    "othercustomfield": _on_other,
    "crmcustomfield": _on_bodies(CRM),
    "customrecordtype": _as_record(custom_record),
    "customlist": _as_record(custom_list),
    "customtransactiontype": transaction_types.add,
}


def with_elements(catalog: Catalog, elements: Iterable[sdf.Element]) -> Catalog:
    """The catalogue with the fields and record types of these objects; other objects are passed over."""
    records = dict(catalog.records)
    found = list(elements)
    # Record types first: fields and segments apply to them too.
    for element in sorted(found, key=lambda element: element.tag not in _TYPES):
        reader = _READERS.get(element.tag)
        if reader is not None:
            reader(element, records)
    for element in found:
        if element.tag == "customsegment":
            segments.apply(element, records)
    children.add(found, records)
    return Catalog(records)


def with_objects(catalog: Catalog, folder: Path) -> Catalog:
    """The catalogue with the objects of a folder (`objects/` of a project); sdf.ObjectError for bad XML."""
    return with_elements(catalog, (element for _, element in sdf.read_folder(folder)))
