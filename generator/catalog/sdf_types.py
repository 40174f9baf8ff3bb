"""Facts about the object types of SDF: script types, how ids begin, and the features that they need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.catalog.sdf import Element

# Object type to the @NScriptType of its file.
SCRIPT_TYPES: Mapping[str, str] = {
    "restlet": "Restlet",
    "usereventscript": "UserEventScript",
    "mapreducescript": "MapReduceScript",
    "scheduledscript": "ScheduledScript",
    "suitelet": "Suitelet",
    "clientscript": "ClientScript",
    "massupdatescript": "MassUpdateScript",
    "workflowactionscript": "WorkflowActionScript",
    "portlet": "Portlet",
    "bundleinstallationscript": "BundleInstallationScript",
    "sdfinstallationscript": "SDFInstallationScript",
    "plugintype": "PluginType",
    "pluginimplementation": "PluginTypeImpl",
}
# Deployments of these types name a record type.
ON_RECORDS = frozenset(
    {"usereventscript", "clientscript", "massupdatescript", "workflowactionscript"}
)

# "The default value is ..." of the scriptid on the pages of the help topic "SDF XML reference".
ID_BEGINNINGS: Mapping[str, str] = {
    "restlet": "customscript",
    "usereventscript": "customscript",
    "mapreducescript": "customscript",
    "scheduledscript": "customscript",
    "suitelet": "customscript",
    "clientscript": "customscript",
    "massupdatescript": "customscript",
    "workflowactionscript": "customscript",
    "portlet": "customscript",
    "bundleinstallationscript": "customscript",
    "sdfinstallationscript": "customscript",
    "plugintype": "customscript",
    "pluginimplementation": "customscript",
    "customrecordtype": "customrecord",
    "customlist": "customlist",
    "role": "customrole",
    "transactionbodycustomfield": "custbody",
    "transactioncolumncustomfield": "custcol",
    "entitycustomfield": "custentity",
    "itemcustomfield": "custitem",
    "othercustomfield": "custrecord",
    "crmcustomfield": "custevent",
    "customsegment": "cseg",
    "customtransactiontype": "custom",
    "translationcollection": "custcollection",
    "emailtemplate": "custemailtmpl",
    "advancedpdftemplate": "custtmpl",
    "savedsearch": "customsearch",
    "savedcsvimport": "custimport",
    "addressForm": "custform",
    "bankstatementparserplugin": "customscript",
    "center": "custcenter",
    "centercategory": "custcentercategory",
    "centerlink": "custlink",
    "centertab": "custcentertab",
    "cmscontenttype": "custcontenttype",
    "customglplugin": "customscript",
    "customrecordactionscript": "customscript",
    "dataset": "custdataset",
    "datasetbuilderplugin": "customscript",
    "emailcaptureplugin": "customscript",
    "entryForm": "custform",
    "eventsubscriber": "custevsub",
    "ficonnectivityplugin": "customscript",
    "financiallayout": "customlayout",
    "fiparserplugin": "customscript",
    "integration": "custinteg",
    "itemnumbercustomfield": "custitemnumber",
    "itemoptioncustomfield": "custcol",
    "promotionsplugin": "customscript",
    "publisheddashboard": "custpubdashboard",
    "reportdefinition": "customreport",
    "secret": "custsecret",
    "singlepageapp": "custspa",
    "sspapplication": "webapp",
    "sublist": "custsublist",
    "subtab": "custtab",
    "toolset": "custtoolset",
    "transactionForm": "custform",
    "workbook": "custworkbook",
    "workbookbuilderplugin": "customscript",
    "workflow": "customworkflow",
}
# Standard lists that exist with a feature only (help topic "generic_customfield_selectrecordtype").
_LIST_FEATURES: Mapping[str, str] = {
    "-101": "CLASSES",
    "-102": "DEPARTMENTS",
    "-103": "LOCATIONS",
    "-105": "ACCOUNTINGPERIODS",
    "-112": "ACCOUNTING",
    "-117": "SUBSIDIARIES",
    "-122": "MULTICURRENCY",
}
# The feature that an object of a type needs ("Feature Dependencies" on its page of the help topic
# "SDF XML reference"), scripts apart. Saved searches, datasets and workbooks are left out: SDF takes
# them where their feature is off, and hides them (help topic subsect_160823364293).
_FEATURES: Mapping[str, str] = {
    "advancedpdftemplate": "ADVANCEDPRINTING",
    "cmscontenttype": "ADVANCEDSITEMANAGEMENT",
    "customglplugin": "CUSTOMGLLINES",
    "customrecordtype": "CUSTOMRECORDS",
    "customsegment": "CUSTOMSEGMENTS",
    "customtransactiontype": "CUSTOMTRANSACTIONS",
    "emailcaptureplugin": "SERVERSIDESCRIPTING",
    "emailtemplate": "CRM",
    "eventsubscriber": "SERVERSIDESCRIPTING",
    "financiallayout": "SERVERSIDESCRIPTING",
    "itemoptioncustomfield": "ITEMOPTIONS",
    "reportdefinition": "SERVERSIDESCRIPTING",
    "singlepageapp": "SERVERSIDESCRIPTING",
    "sspapplication": "WEBAPPLICATIONS",
    "toolset": "SERVERSIDESCRIPTING",
    "workflow": "WORKFLOW",
}
ON_DEMAND = frozenset({"mapreducescript", "scheduledscript"})
# Object types of SDF besides those with a schema here; the local account takes them, and they do
# nothing in it.
OTHER_TYPES: frozenset[str] = frozenset(
    """
    addressForm advancedpdftemplate bankstatementparserplugin bundleinstallationscript center
    centercategory centerlink centertab clientscript cmscontenttype customglplugin
    customrecordactionscript customsegment customtransactiontype dataset datasetbuilderplugin
    emailcaptureplugin emailtemplate entryForm eventsubscriber ficonnectivityplugin financiallayout
    fiparserplugin integration itemnumbercustomfield itemoptioncustomfield kpiscorecard
    massupdatescript pluginimplementation plugintype portlet promotionsplugin publisheddashboard
    reportdefinition savedcsvimport savedsearch sdfinstallationscript secret singlepageapp sspapplication sublist
    subtab toolset transactionForm translationcollection workbook workbookbuilderplugin workflow
    workflowactionscript
    """.split()  # noqa: SIM905 - a list of fifty lines says no more
)


def features(element: Element) -> Iterator[str]:
    """The features without which SDF does not take an object: the manifest has to declare them."""
    if element.tag in SCRIPT_TYPES and element.tag != "clientscript":
        yield "SERVERSIDESCRIPTING"
    if element.tag in _FEATURES:
        yield _FEATURES[element.tag]
    for part in element.iter():
        value = (part.text or "").strip()
        if part.tag == "allpartners" and value == "T":
            yield "CRM"
        elif part.tag == "abbreviation" and value and element.tag == "customlist":
            yield "MATRIXITEMS"
        elif part.tag in ("selectrecordtype", "rectype") and value in _LIST_FEATURES:
            yield _LIST_FEATURES[value]
