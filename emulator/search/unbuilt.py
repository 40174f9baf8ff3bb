"""
What searches have in NetSuite and not here: refused by name, not as if NetSuite did not know it.

The names are those that public scripts use most and that this catalogue does not read.
"""

from __future__ import annotations

from emulator.errors import UnsupportedError

_JOINS = frozenset(
    """
    account accountingperiod accountingtransaction activity appliedtotransaction attendee binonhand
    binnumber casetask contactprimary depositapplication department file inventorydetail inventorynumber
    itemdetail leadsource memberitem messages mseason paidtransaction payingtransaction preferredvendor
    pricing purchaseorder revcommittingtransaction salesorder shippingaddress billingaddress subscription
    systemnotes taxcode taxdetail taxitem time transactionsubsidiary user usernotes vendorline
    """.split()  # noqa: SIM905 - a list of forty words says no more
)
_FIELDS = frozenset(
    """
    accounttype amountremainingisabovezero anylineitem appliedtoforeignamount appliedtotransaction
    applyingforeignamount applyinglinkamount applyinglinktype applyingtransaction billingstatus
    closedate costestimate daysopen daysoverdue estgrossprofit grossamount intransit
    fulfillingtransaction memberitem memberquantity paidamount paidtransaction payingamount
    payingtransaction permission postingperiod quantitypacked quantitypicked quantityuom
    subsidiarynohierarchy locationnohierarchy transactionlinetype transactionnumber unit
    """.split()  # noqa: SIM905
)


def refuse(name: str, join: str | None) -> None:
    """UnsupportedError for a field or join that NetSuite has and the emulator does not."""
    if join in _JOINS:
        raise UnsupportedError(f"The emulator does not have the search join {join}.")
    if join is None and name in _FIELDS:
        raise UnsupportedError(f"The emulator does not have the search field {name}.")
