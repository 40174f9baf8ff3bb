"""
What searches have in NetSuite and not here: refused by name, not as if NetSuite did not know it.

The names are those that public scripts use most and that this catalogue does not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator.errors import UnsupportedError
from emulator.search.model import SearchType

_JOINS = frozenset(
    """
    accountingtransaction activity assemblyitem attendee binonhand binnumber bomrevision casetask corelateditem
    customersubsidiaryrelationship depositapplication department effectiverevision grouppricing
    itemdetail itempricing leadsource messagesfrom messagesto mseason originator promotioncode purchaseorder
    requestedbytransaction revcommittingtransaction revrecschedule rgpostingtransaction salesorder
    shipmentpackage subcustomer subscription taxcode taxdetail time toplevelparent transactionsubsidiary
    vendorline vendorsubsidiaryrelationship
    """.split()  # noqa: SIM905 - a list of words says no more
)
_FIELDS = frozenset(
    """
    actualshipdate amortizationschedule
    amountunbilled approvalstatus backordered billingstatus ccnumber closedate
    commit companyname contribution correlateditem costestimate daysopen daysoverdue discountamount
    estgrossprofit expectedreceiptdate firstorderdate firstsaledate group imageurl intransit
    invoicenum isavailable lastorderdate
    lastquantityavailablechange lastsaledate locationpreferredstocklevel locationreorderpoint matrix
    nextapprover nextbilldate onlineprice othervendor pnrefnum preferredstocklevel
    preferredvendor price reorderpoint salesteammember serialnumber serialnumbers
    signedamount statusdate toplevelparent totalquantityonhand
    transactiondiscount unitabbreviation vendor
    permission quantitypacked quantitypicked subsidiarynohierarchy locationnohierarchy transactionlinetype
    """.split()  # noqa: SIM905
)

# Names that say nothing without their search type; the search row types of SuiteTalk have them.
_OF_TYPE = {
    "transaction": """
    accountmain altsalesamount giftcert itemrevision linelastmodifieddate multisubsidiary
    printedpickingticket rejectionreason shiprecvstatusline unitcostoverride
    """,
    "customer": "level manualcredithold onhold status",
    "employee": "role",
    "contact": "role",
    "item": """
    binnumber binonhandavail binonhandcount itemurl locationaveragecost locationbinquantityavailable
    othervendorprice thumbnailurl unitprice
    """,
    "inventorybalance": "status",
    "inventorynumber": "quantityintransit quantityonorder",
    "file": "hostedpath owner",
    "folder": "description foldersize istoplevel lastmodifieddate owner",
    "account": "balance issummary",
    "location": "namenohierarchy phone",
    "subsidiary": "address1 namenohierarchy taxidnum",
    "job": "customer percentcomplete status",
    "supportcase": "message",
    "timebill": "date durationdecimal timesheet",
}
_NAMED = {type_: frozenset(names.split()) for type_, names in _OF_TYPE.items()}


def refuse(type_: SearchType | None, name: str, join: str | None) -> None:
    """UnsupportedError for a field of a type, or a join, that NetSuite has and the emulator does not."""
    if join in _JOINS:
        raise UnsupportedError(f"The emulator does not have the search join {join}.")
    if type_ is None:
        return
    family = (
        "item" if type_.space == "item" else "transaction" if type_.space == "transaction" else ""
    )
    known = _NAMED.get(type_.id, frozenset()) | _NAMED.get(family, frozenset())
    if (join is None and name in _FIELDS) or name in known:
        raise UnsupportedError(f"The emulator does not have the search field {name} of {type_.id}.")


def refuse_values(type_: str, field: str, values: Sequence[Any]) -> None:
    """UnsupportedError for values whose meaning the emulator does not know."""
    named = [str(value) for value in values if "." in str(value)]
    if (type_, field) == ("systemnote", "field") and named:
        raise UnsupportedError(
            f"The emulator's system notes know fields by their ids in upper case, not as {named[0]}."
        )
