"""Record types by the names that scripts use: those the account has, those it lacks, and collective names."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.account.book import Book
from emulator.errors import NetSuiteError, UnsupportedError
from generator.catalog.model import RecordType

# Record types that NetSuite has and the emulator has not (record.Type, help topic "Supported
# Records").
LACKING: frozenset[str] = frozenset(
    """
    accountingbook accountingcontext accountingtransaction allocationschedule amortizationschedule
    amortizationtemplate analyticalimpact aschargedprojectrevenuerule assemblyitembom
    automatedclearinghouse balancetrxbysegments billingaccount billingclass billingratecard
    billingrevenueevent binworksheet bonus bonustype budgetcategory budgetexchangerate
    bulkownershiptransfer bundleinstallationscript campaignresponse campaigntemplate
    cardholderauthentication chargerule clientscript cmscontent cmscontenttype cmspage commercecategory
    competitor consolidatedexchangerate customermessage customerpaymentauthorization
    customersubsidiaryrelationship employeechangerequest employeechangerequesttype
    employeeexpensesourcetype employeestatus employeetype entityaccountmapping expenseamortizationevent
    expenseplan expensereportpolicy fairvalueprice financialinstitution fixedamountprojectrevenuerule
    formatprofile fulfillmentrequest generaltoken giftcertificate glnumberingsequence
    globalaccountmapping globalinventoryrelationship goal hcmjob impactsubcategory
    importedemployeeexpense inboundshipment intercompallocationschedule inventorynumberbin
    inventorystatuschange inventoryworksheet invoicegroup issue issueproduct issueproductversion
    itemaccountmapping itembinnumber itemcollection itemcollectionitemmap itemdemandplan
    itemlocationconfiguration itemprocessfamily itemprocessgroup itemrevision itemsupplyplan
    laborbasedprojectrevenuerule landedcost manufacturingcosttemplate manufacturingoperationtask
    manufacturingrouting mapreducescript massupdatescript memdoc merchandisehierarchylevel
    merchandisehierarchynode merchandisehierarchyversion mfgplannedtime msesubsidiary notetype
    orderreservation orderschedule ordertype originatinglead paycheck paymentcard paymentcardtoken
    paymentevent paymentinstrument payrollbatch payrollitem pctcompleteprojectrevenuerule
    performancemetric performancereview performancereviewschedule periodendjournal pickdecomposition
    pickstrategy picktask plannedorder planningitemcategory planningitemgroup planningrulegroup
    planningview portlet pricebook priceplan pricing projectexpensetype projecticchargerequest
    projecttask projecttemplate purchasecontract reallocateitem receiveinboundshipment
    resourceallocation resourcegroup restlet revenuearrangement revenuecommitment
    revenuecommitmentreversal revenueplan revrecfieldmapping revrecschedule revrectemplate saasmetric
    saleschannel scheduledscript scheduledscriptinstance scriptdeployment shoppingcart solution
    storepickupfulfillment subscription subscriptionchangeorder subscriptionline subscriptionplan
    subscriptionterm suitelet supplychainsnapshot supplychainsnapshotsimulation supplychangeorder
    supplyplandefinition taxacct taxdetail taxliabilitypayment taxperiod timeentry timeoffchange
    timeoffplan timeoffrequest timeoffrule timeofftype timesheet topic unlockedtimeperiod usage
    usereventscript vendorsubsidiaryrelationship wave wbs website workflowactionscript workplace zone
    """.split()  # noqa: SIM905 - a list of one name a line says no more
)

# Collective names: a script names the kind of item, the account the way it is traded.
COLLECTIVE: Mapping[str, tuple[str, ...]] = {
    kind: tuple(f"{kind[:-4]}{way}item" for way in ("sale", "purchase", "resale"))
    for kind in ("noninventoryitem", "serviceitem", "otherchargeitem")
}


def resolve(book: Book, record: str, id: int | None = None) -> RecordType:  # noqa: A002
    """
    The record type of a name; for a collective one the stored record's, of a new item the one for sale.

    Raises:
        UnsupportedError: NetSuite has this record type, the emulator has not.
        NetSuiteError: INVALID_RCRD_TYPE.
    """
    ways = COLLECTIVE.get(record)
    if ways is not None:
        row = None if id is None else book.row("item", id)
        return book.type(row.type if row is not None and row.type in ways else ways[0])
    if record in LACKING and book.catalog.record(record) is None:
        raise UnsupportedError(f"The emulator does not have the record type {record}.")
    if record == "file":
        raise NetSuiteError("INVALID_RCRD_TYPE", "Files are no records: use N/file.")
    return book.type(record)
