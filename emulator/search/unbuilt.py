"""
What searches have in NetSuite and not here: refused by name, not as if NetSuite did not know it.

The names are those that public scripts use most and that this catalogue does not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator.errors import UnsupportedError

_JOINS = frozenset(
    """
    accountingtransaction activity attendee binonhand binnumber casetask depositapplication department
    itemdetail leadsource mseason purchaseorder revcommittingtransaction salesorder
    subscription taxcode taxdetail time transactionsubsidiary vendorline
    """.split()  # noqa: SIM905 - a list of words says no more
)
_FIELDS = frozenset(
    """
    accounttype actualshipdate amortizationschedule
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


def refuse(name: str, join: str | None) -> None:
    """UnsupportedError for a field or join that NetSuite has and the emulator does not."""
    if join in _JOINS:
        raise UnsupportedError(f"The emulator does not have the search join {join}.")
    if join is None and name in _FIELDS:
        raise UnsupportedError(f"The emulator does not have the search field {name}.")


def refuse_values(type_: str, field: str, values: Sequence[Any]) -> None:
    """UnsupportedError for values whose meaning the emulator does not know."""
    named = [str(value) for value in values if "." in str(value)]
    if (type_, field) == ("systemnote", "field") and named:
        raise UnsupportedError(
            f"The emulator's system notes know fields by their ids in upper case, not as {named[0]}."
        )
