"""Tables that NetSuite has and the emulator has not: refused by name, not as unknown."""

from __future__ import annotations

# Most of help topic "query.Type" and what public queries read.
NOT_BUILT = dict.fromkeys(
    """
    accountingbook accountingcontext allocationmethod amortizationschedule amortizationtemplate
    billingschedule budgetcategory budgetexchangerate budgets budgetsmachine bulkprocsubmission
    bundleinstallationscript calendarevent campaignaudience campaigncategory campaignchannel
    campaignemailaddress campaignevent campaignfamily campaignoffer campaignresponse
    campaignsubscription campaigntemplate cardholderauthentication charge competitor
    consolidatedexchangerate contactcategory contactrole costcategory couponcode currencyrate
    customermessage customtransactiontype deviceid emailtemplate employeelist employeestatus
    employeetype entitygroup entitysubsidiaryrelationship expensecategory fairvalueprice
    fulfillmentexceptionreason generaltoken genericresource giftcertificate gllinesauditlog
    inboundshipment incoterm integration inventorycostrevaluation inventorycosttemplate
    inventorystatus invtitempricehistory itemcollection itemdemandplan itemrevision
    itemsupplyplan jobresourcerole jobstatus jobtype loginaudit manufacturingrouting message
    mfgplannedtime nexus note note2 oauthtoken othername othernamecategory outboundrequest
    paymentcardtoken paymentevent paymentinstrument paymentprocessingprofile payrollitem
    phonecall plannedstandardcost plugintype portlet pricinggroup projecttask projecttemplate
    promotioncode publishedsavedsearch quantitypricingschedule quota recentrecord recordtype
    revenueelement revenueplan salesinvoiced salesordered savedsearch scheduledscriptinstance
    scriptnote searchcampaign sentemail shippingpackage shoppingcart sitecategory solution
    standardcostversion storetab subsidiarysettings suitescriptdetail supportcase
    systememailtemplate systemnote2 systemnotefield task taxitemtaxgroup taxtype timebill
    timesheet topic trackingnumber trackingnumbermap transactiondeletionreason
    transactionhistory transactionnumberingauditlog transactionstatus undeliveredemail
    useroauthtoken usrauditlog usrexecutionlog usrsavedsearch website workcalendar workflow
    workflowinstance worldtaxcode country customsegment state feature companyfeaturesetup
    employeerolesforsearch rolepermissions oa_tables oa_columns billofmaterials entitystatus usernotes
    transactiontype vendorprice taxdetails transactiontax companycontactrelationship
    manufacturingoperationtask itemlocationconfiguration
    """.split(),  # noqa: SIM905 - a list of lines says no more
    "the account keeps no such records",
)
