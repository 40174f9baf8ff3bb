"""
The account's setup pages as records: what N/config loads and saves.

Field ids are those of the pages (help topic "N/config Module", seen in public scripts); a page
holds more fields in an account than here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from emulator.account.store import Store
from emulator.account.values import canonical
from emulator.errors import NetSuiteError, UnsupportedError
from emulator.ports import RecordData, Session
from generator.catalog.model import Field
from generator.catalog.notation import parse_field

_COMPANY = """
address1:text address2:text address3:text addressee:text addrphone:phone addrtext:textarea
appurl:url basecurrency:select>currency city:text companyid:text companyname:text country:select
customersurl:url email:email employerid:text fax:text fiscalmonth:text formsurl:url legalname:text
mainaddress_text:textarea phone:phone restleturl:url returnaddress_text:textarea
shippingaddress_text:textarea state:text suitetalkurl:url taxid:text timezone:select url:url zip:text
"""
_GENERAL = """
DATEFORMAT:text LANGUAGE:text LONGDATEFORMAT:text NEGATIVE_NUMBER_FORMAT:text NUMBERFORMAT:text
TIMEFORMAT:text TIMEZONE:text
"""
_ACCOUNTING = """
ACCTNUMBERS:boolean ALLOWEMPTYCARDS:boolean AUTOAPPLYPAYMENTS:boolean CLOSEDPERIODS:boolean
CUSTINVCPENDINGAPPROVAL:boolean DEFAULTSOSTATUS:text EXPANDACCOUNTS:boolean
GLIMPACTLOCKED:boolean
"""


def _page(text: str) -> dict[str, Field]:
    pairs = (word.partition(":") for word in text.split())
    return {name: parse_field(name, notation) for name, _, notation in pairs}


# config.Type to the fields of the page; the features are check boxes by name.
PAGES: Mapping[str, Mapping[str, Field]] = {
    "companyinformation": _page(_COMPANY),
    "companypreferences": _page(_GENERAL + "timezone:text"),
    "userpreferences": _page(_GENERAL),
    "accountingpreferences": _page(_ACCOUNTING),
}
FEATURES = "companyfeatures"
_LACKING = frozenset({"accountingperiods", "taxperiods", "timepost", "timevoid"})
_SETUP = "ADMI_COMPANY"


class Configuration:
    """
    Loads and saves setup pages.

    Saving needs "Set Up Company"; a page of user preferences is the user's own and is read only
    here, because the formats of a session come from the control API.
    """

    def __init__(
        self,
        account: str,
        store: Store,
        allows: Callable[[Session, str, str], bool],
        switch: Callable[[str, bool], None],
        zone: str,
    ) -> None:
        self._account = account
        self._store = store
        self._allows = allows
        self._switch = switch
        self._zone = zone

    def meta(self, page: str) -> dict[str, Any] | None:
        """The page as record metadata (emulator.ports.Account.meta), None for no page."""
        fields = self._fields(page)
        if fields is None:
            return None
        return {
            "type": page,
            "kind": "configuration",
            "fields": {field.id: field.type for field in fields.values()},
            "sublists": {},
            "subrecords": {},
        }

    def _fields(self, page: str) -> Mapping[str, Field] | None:
        if page == FEATURES:
            return {name: Field(name, "boolean") for name in self._store.setting("known_features")}
        return PAGES.get(page)

    def load(self, session: Session, page: str) -> RecordData:
        """A page with its values; SSS_INVALID_TYPE_ARG for what is no page."""
        if page in _LACKING:
            raise UnsupportedError(f"The emulator does not have the setup page {page}.")
        if self._fields(page) is None:
            raise NetSuiteError("SSS_INVALID_TYPE_ARG", f"There is no setup page {page}.")
        fields = {**self._given(session, page), **(self._store.setting(f"page:{page}") or {})}
        return {
            "type": page,
            "id": None,
            "version": None,
            "fields": {name: value for name, value in fields.items() if value is not None},
            "sublists": {},
            "subrecords": {},
        }

    def _given(self, session: Session, page: str) -> dict[str, Any]:
        if page == FEATURES:
            on = set(self._store.setting("features") or ())
            return {name: name in on for name in self._store.setting("known_features")}
        if page == "companyinformation":
            host = self._account.lower().replace("_", "-")
            return {
                "companyid": self._account,
                "companyname": "Parent Company",
                "legalname": "Parent Company",
                "basecurrency": "1",
                "country": "US",
                "timezone": self._zone,
                "appurl": f"https://{host}.app.netsuite.com",
                "formsurl": f"https://{host}.extforms.netsuite.com",
                "restleturl": f"https://{host}.restlets.api.netsuite.com",
                "suitetalkurl": f"https://{host}.suitetalk.api.netsuite.com",
            }
        if page == "accountingpreferences":
            return {"ACCTNUMBERS": True}
        if page == "companypreferences":
            session = replace(session, time_zone=self._zone, date_format="M/D/YYYY")
        return {
            "DATEFORMAT": session.date_format,
            "TIMEFORMAT": session.time_format,
            "NUMBERFORMAT": session.number_format,
            "NEGATIVE_NUMBER_FORMAT": session.negative_format,
            "TIMEZONE": session.time_zone,
            "LANGUAGE": "en_US",
            **({"timezone": session.time_zone} if page == "companypreferences" else {}),
        }

    def save(self, session: Session, page: str, values: Mapping[str, Any]) -> None:
        """Keep the values of a page that differ from what the account gives."""
        if page == "userpreferences":
            raise UnsupportedError("The emulator does not change user preferences by script.")
        if not self._allows(session, _SETUP, "FULL"):
            raise NetSuiteError(
                "INSUFFICIENT_PERMISSION",
                "Permission Violation: You need the 'Set Up Company' permission.",
                status=403,
            )
        known = self._fields(page) or {}
        before = self.load(session, page)["fields"]
        changed = {
            name: None if value is None else canonical(known[name], value)
            for name, value in values.items()
            if name in known and before.get(name) != value
        }
        changed |= {name: None for name in before if name not in values}
        if page == FEATURES:
            for name, value in changed.items():
                self._switch(name, bool(value))
            return
        with self._store.step():
            kept = self._store.setting(f"page:{page}") or {}
            self._store.set(f"page:{page}", {**kept, **changed})

    def preference(self, session: Session, name: str) -> Any:
        """A user's, company's or accounting preference by its id, None where the pages have none."""
        for page in ("userpreferences", "companypreferences", "accountingpreferences"):
            fields = self.load(session, page)["fields"]
            found = fields.get(name, fields.get(name.upper()))
            if found is not None:
                return found
            if name in PAGES[page] or name.upper() in PAGES[page]:
                return ""
        return None
