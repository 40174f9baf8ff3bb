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
    ACCOUNTING ACCOUNTINGPERIODS ADVRECEIVING ADVSHIPPING ASSEMBLIES BINMANAGEMENT CLASSES
    CLIENTSCRIPTING CRM CUSTOMCODE CUSTOMRECORDS DEPARTMENTS ESTIMATES EXPREPORTS INVENTORY
    LOCATIONS LOTNUMBEREDINVENTORY MULTICURRENCY MULTILOCINVT MULTPRICE OPPORTUNITIES PAYABLES
    PICKPACKSHIP PURCHASEORDERS RECEIVABLES REST RESTLETS RETURNAUTHS SALESORDERS
    SERIALIZEDINVENTORY SERVERSIDESCRIPTING SFA SUBSIDIARIES SUITEAPPDEVELOPMENTFRAMEWORK
    UNITSOFMEASURE WEBSERVICESEXTERNAL
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
    # External ids are unique within a record type ("type") or within its id space ("space"): assumed.
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
    # RESTlets take `application/json; charset=utf-8` for JSON: seen, against the exact comparison
    # that section_4619215993 describes.
    restlet_json_charset: bool = True
    # The message of an error that a RESTlet threw is the SuiteScript error as JSON text (seen), not
    # its message only (section_4634920277).
    restlet_error_json: bool = False

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
    restlet_json_charset=False,
    restlet_error_json=True,
)
