"""
What differs from account to account, and what nobody has confirmed: one switch each.

A field says in its comment whether its default is documented or assumed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

# Features that the starter account has switched on.
FEATURES: tuple[str, ...] = tuple(
    """
    ACCOUNTING ACCOUNTINGPERIODS ADVANCEDPRINTING ADVANCEDSITEMANAGEMENT ADVRECEIVING ADVSHIPPING ASSEMBLIES BARCODES
    BINMANAGEMENT BLANKETPURCHASEORDERS CHARGEBASEDBILLING CLASSES CLIENTSCRIPTING
    CLIENTSIDESCRIPTING CRM CUSTOMCODE CUSTOMGLLINES
    CUSTOMRECORDS CUSTOMSEGMENTS CUSTOMTRANSACTIONS DEPARTMENTS DOWNLOADITEMS DROPSHIPMENTS
    ESTIMATES EXPREPORTS GIFTCERTIFICATES INTERCOMPANYAUTOMATION INVENTORY INVENTORYCOUNT INVENTORYSTATUS
    ITEMOPTIONS JOBS
    LANDEDCOST LOCATIONS LOTNUMBEREDINVENTORY MARKETING MATRIXITEMS MULTICURRENCY MULTILANGUAGE MULTILOCINVT MULTPRICE OAUTH2
    OPPORTUNITIES PAYABLES PICKPACKSHIP PROMOCODES PURCHASEORDERS PURCHASEREQS RECEIVABLES REST
    RESTLETS RETURNAUTHS SALESORDERS SERIALIZEDINVENTORY SERVERSIDESCRIPTING SFA SUBSIDIARIES
    SUITEAPPDEVELOPMENTFRAMEWORK SUPPORT TBA TIMETRACKING UNITSOFMEASURE VENDORPREPAYMENTS
    WEBAPPLICATIONS WEBSERVICESEXTERNAL WORKFLOW WORKORDERS
    """.split()  # noqa: SIM905 - a list of forty lines says no more
)


@dataclass(frozen=True, slots=True)
class Preferences:
    """The account's preferences. The defaults are the stricter choice wherever there is one."""

    time_zone: str = "America/Los_Angeles"
    # Entity records that get their number from the account; the others need unique names.
    auto_numbering: frozenset[str] = frozenset()
    # Status of a sales order that names none (preference "Default Sales Order Status").
    order_status: str = "A"
    # External ids are unique within a record type ("type") or within its id space ("space"):
    # assumed.
    external_id_scope: str = "type"
    # On an existing line a changed quantity or rate leaves the amount as it was: assumed.
    amount_follows_quantity: bool = False
    # Stock of items without lots may fall below nothing: documented as a warning only.
    negative_stock: bool = True
    # A fulfilment that names no shipstatus is picked, not shipped: assumed.
    fulfilment_status: str = "A"
    # A default address of the customer replaces an address that was typed while shipaddresslist
    # still names a list entry.
    listed_address_wins: bool = True
    # Selecting an inactive record is refused: assumed.
    refuse_inactive: bool = True
    # N/search. A type that the role may not view: "refused" or "empty": assumed.
    search_without_permission: str = "refused"
    # Results without a sort come by internal id, "ascending" or "descending": assumed.
    search_order: str = "ascending"
    # `is` and `isnot` work on select fields, which the help does not list: seen.
    search_select_is: bool = True
    # The summary COUNT counts different values: assumed.
    search_counts_distinct: bool = True
    # Returns and credits show negative quantities and amounts: assumed.
    search_returns_negative: bool = True
    # A numeric formula between -1 and 1 is written 0.5, not .5: assumed.
    search_leading_zero: bool = False
    # ResultSet.each over more than 4,000 results ends in an error, it does not just stop: assumed.
    search_each_refuses: bool = True
    # lookupFields gives `internalid` as text (documented) or, like other selects, as a list (seen).
    search_lookup_scalar_id: bool = False

    # --- data and rules
    # A field id that the catalogue does not list: kept as text ("keep") or refused ("refuse").
    unknown_fields: str = "keep"
    # Names of list entries (departments, terms, ...) are unique below the same parent: assumed.
    unique_list_names: bool = True
    # --- N/record, N/transaction
    # Void Transactions Using Reversing Journals (accounting preference REVERSALVOIDING).
    void_by_journal: bool = False
    # Invoice in Advance of Fulfillment: an order is billed whole before its goods are shipped.
    # Documented as the account's choice; off, only what was shipped is billed.
    invoice_in_advance: bool = True
    # --- execution of scripts ------------------------------------------------------------------
    # What @NApiVersion 2.x means (preference "Execute SuiteScript 2.x Server Scripts As"):
    # documented.
    api_version_2x: str = "2.0"
    # SuiteScript 2.0 takes `const` beside ECMAScript 5.1: seen in scripts of production accounts.
    es5_takes_const: bool = True
    # Generator functions in SuiteScript 2.1 are refused: Oracle's SAFE guide reports that they
    # fail, nobody confirmed it.
    refuse_generators: bool = True
    # The event type of beforeLoad where a script loads a record: assumed.
    load_event: str = "edit"
    # HTTP status of a Suitelet that threw: assumed.
    suitelet_error_status: int = 500
    # --- other modules ---
    # N/format.format writes numbers with the group marks of the number format: assumed.
    format_groups_thousands: bool = True
    # file.create refuses contents of a binary type that are not base 64: assumed.
    binary_files_need_base64: bool = True
    # each() over a file's lines and segments goes on only where the callback returns true: assumed.
    file_lines_need_true: bool = True
    # N/https follows redirects of GET and HEAD: assumed.
    https_follows_redirects: bool = False
    # Answers of a binary content type reach scripts as base 64: assumed.
    binary_bodies_are_base64: bool = True
    # plugin.loadImplementation without an id takes the first released implementation, not the
    # default one: assumed (it is what an administrator chose on the page Manage Plug-ins).
    plugin_prefers_implementation: bool = True
    # WITH clauses and LISTAGG: Oracle's help says that SuiteQL refuses them, public queries use
    # them.
    suiteql_documented_only: bool = False
    # ANY_OF_NOT, IS_NOT, CONTAIN_NOT ... of N/query also find rows with nothing in the field:
    # assumed.
    query_not_includes_empty: bool = True
    # RESTlets take `application/json; charset=utf-8` for JSON: seen, against the exact comparison
    # that section_4619215993 describes.
    restlet_json_charset: bool = True
    # The message of an error that a RESTlet threw is the SuiteScript error as JSON text (seen), not
    # its message only (section_4634920277).
    restlet_error_json: bool = False
    # N/search. `is` and `isnot` work on otherrefnum and a transaction's number, which public
    # scripts ask for with equalto: assumed.
    search_text_number_is: bool = False
    # --- what scripts see before a save ---
    # beforeSubmit sees amounts and totals of a transaction that a script saves in standard mode, as
    # it sees those of a form: assumed.
    totals_before_submit: bool = True

    # --- SDF projects ---
    # A field of an SDF object that the emulator does not know refuses the deployment: assumed not,
    # since every release of NetSuite adds some.
    sdf_unknown_refused: bool = False
    # getText works on the newRecord of a user event or workflow action also where the record is
    # new: assumed, since section_4273156769 speaks of records that a script has made.
    event_texts: bool = True
    # --- users and their language -----------------------------------------------------------------
    # The language of messages that are NetSuite's own. Documented: Set Preferences translates them,
    # codes stay. Any other language than en_US says the same words for all of them.
    message_language: str = "en_US"
    # What users have chosen under Set Preferences, where the control API says nothing else of them;
    # None is the company's time zone. Documented: users' formats override the company's.
    user_time_zone: str | None = None
    user_date_format: str = "M/D/YYYY"
    # Codes of errors that NetSuite certainly has and nobody has named: assumed. Else
    # UNEXPECTED_ERROR.
    guessed_error_names: bool = True
    # --- records that change unseen ---------------------------------------------------------------
    # What is fulfilled and billed changes an order's version, so that a copy that was loaded before
    # is out of date: assumed not to.
    derived_changes_version: bool = False
    # A saved search that is not public is there for its owner and administrators only: assumed.
    private_searches_hidden: bool = True
    # --- more of N/search ---
    # The row of a whole order joins every document made from it, not its lines only: assumed.
    search_links_on_main: bool = True
    # CsvImportTask.submit outside of RESTlets, scheduled and bundle installation scripts: Oracle's
    # help says only there, public Suitelets and map/reduce scripts do it too.
    csv_import_anywhere: bool = False
    # Saves of a RESTlet or Suitelet that a user event asked for through N/https fire user events:
    # seen.
    requested_scripts_fire_events: bool = True
    # N/search. '@ALL@' among the values of anyof sets no condition; the other way the field must
    # have a value: assumed.
    search_all_finds_empty: bool = True

    @property
    def profile(self) -> str:
        """`default`, `adversarial`, or `own` where it is neither."""
        if self == Preferences():
            return "default"
        return "adversarial" if self == ADVERSARIAL else "own"

    def switches(self) -> dict[str, Any]:
        """All of them as JSON, for the script workers (`state.request.account.switches`)."""
        return {
            name: sorted(value) if isinstance(value, frozenset) else value
            for name, value in asdict(self).items()
        }


# Every assumed switch the other way: what a script gets right under the defaults and under this
# does not lean on an assumption.
ADVERSARIAL = Preferences(
    time_zone="Australia/Sydney",
    auto_numbering=frozenset({"customer", "vendor", "employee"}),
    order_status="B",
    external_id_scope="space",
    amount_follows_quantity=True,
    fulfilment_status="C",
    listed_address_wins=False,
    refuse_inactive=False,
    search_without_permission="empty",
    search_order="descending",
    search_counts_distinct=False,
    search_returns_negative=False,
    search_leading_zero=True,
    search_each_refuses=False,
    search_lookup_scalar_id=True,
    unique_list_names=False,
    unknown_fields="refuse",
    api_version_2x="2.1",
    es5_takes_const=False,
    refuse_generators=False,
    load_event="view",
    suitelet_error_status=200,
    # --- other modules ---
    format_groups_thousands=False,
    binary_files_need_base64=False,
    file_lines_need_true=False,
    void_by_journal=True,
    invoice_in_advance=False,
    https_follows_redirects=True,
    binary_bodies_are_base64=False,
    plugin_prefers_implementation=False,
    suiteql_documented_only=True,
    query_not_includes_empty=False,
    restlet_json_charset=False,
    restlet_error_json=True,
    search_text_number_is=True,
    totals_before_submit=False,
    # --- SDF projects ---
    sdf_unknown_refused=True,
    event_texts=False,
    # --- users and their language ---
    message_language="de_DE",
    user_time_zone="Europe/Berlin",
    user_date_format="DD.MM.YYYY",
    guessed_error_names=False,
    derived_changes_version=True,
    private_searches_hidden=False,
    # --- more of N/search ---
    search_links_on_main=False,
    csv_import_anywhere=True,
    requested_scripts_fire_events=False,
    search_all_finds_empty=False,
)
