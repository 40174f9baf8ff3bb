"""
Roles: what they may do, where their permissions come from.

    standard roles ─┐
    roles from SDF ─┼─► permissions of a role ─► allows(role, permission, level)
    by hand ────────┘
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from emulator.account.store import Store, dump

ADMINISTRATOR = "ADMINISTRATOR"
LEVELS = ("NONE", "VIEW", "CREATE", "EDIT", "FULL")
_RANK = {level: rank for rank, level in enumerate(LEVELS)}


@dataclass(frozen=True, slots=True)
class Role:
    """A role. `external`: customer, vendor and partner centres, and the web store's shoppers."""

    scriptid: str
    name: str
    permissions: Mapping[str, str] = field(default_factory=dict)
    external: bool = False
    subsidiaries: str = "ALL"
    web_services_only: bool = False
    inactive: bool = False
    center: str = "BASIC"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may reach the records of a custom record type (its `accesstype` and permission list)."""

    type: str
    permissions: Mapping[str, str] = field(default_factory=dict)


_CLERK = {
    "TRAN_SALESORD": "FULL",
    "TRAN_SALESORDAPPRV": "FULL",
    "TRAN_SALESORDFULFILL": "FULL",
    "TRAN_SALESORDINVOICE": "FULL",
    "TRAN_ITEMSHIP": "FULL",
    "TRAN_ITEMRCPT": "FULL",
    "TRAN_CUSTINVC": "FULL",
    "TRAN_CASHSALE": "FULL",
    "TRAN_CUSTCRED": "FULL",
    "TRAN_CUSTPYMT": "FULL",
    "TRAN_RTNAUTH": "FULL",
    "TRAN_ESTIMATE": "FULL",
    "TRAN_OPPRTNTY": "FULL",
    "TRAN_PURCHORD": "FULL",
    "TRAN_VENDBILL": "FULL",
    "TRAN_TRNFRORD": "FULL",
    "TRAN_INVADJST": "FULL",
    "TRAN_INVTRNFR": "FULL",
    "TRAN_FIND": "VIEW",
    "LIST_CUSTJOB": "FULL",
    "LIST_CONTACT": "FULL",
    "LIST_VENDOR": "FULL",
    "LIST_PARTNER": "VIEW",
    "LIST_EMPLOYEE": "VIEW",
    "LIST_ITEM": "FULL",
    "LIST_LOCATION": "VIEW",
    "LIST_DEPARTMENT": "VIEW",
    "LIST_CLASS": "VIEW",
    "LIST_SUBSIDIARY": "VIEW",
    "LIST_CURRENCY": "VIEW",
    "LIST_ACCOUNT": "VIEW",
    "LIST_SHIPITEM": "VIEW",
    "LIST_TAXITEM": "VIEW",
    "LIST_PAYMETH": "VIEW",
    "LIST_UNIT": "VIEW",
    "LIST_FIND": "VIEW",
}

# Standard roles by their SDF tokens (generic_role). `SALES_CLERK` is the starter account's own: a
# person who keeps orders, customers and stock and has no script permission at all.
STANDARD: tuple[Role, ...] = (
    Role(ADMINISTRATOR, "Administrator"),
    Role("SALES_CLERK", "Sales Clerk", _CLERK),
    Role("SALES_PERSON", "Sales Person", _CLERK),
    Role("WAREHOUSE_MANAGER", "Warehouse Manager", _CLERK),
    Role("AP_CLERK", "A/P Clerk", _CLERK),
    Role("AR_CLERK", "A/R Clerk", _CLERK),
    Role("EMPLOYEE_CENTER", "Employee Center", {"LIST_EMPLOYEE": "VIEW"}),
    Role("CUSTOMER_CENTER", "Customer Center", {"TRAN_SALESORD": "CREATE"}, external=True),
    Role("SHOPPER", "Shopper", {"TRAN_SALESORD": "CREATE"}, external=True),
    Role("VENDOR_CENTER", "Vendor Center", {"TRAN_PURCHORD": "VIEW"}, external=True),
    Role("PARTNER_CENTER", "Partner Center", {"TRAN_SALESORD": "VIEW"}, external=True),
)

# Internal ids of standard roles as accounts have them; Administrator is 3 everywhere.
_IDS = {ADMINISTRATOR: 3, "AP_CLERK": 2, "EMPLOYEE_CENTER": 15, "CUSTOMER_CENTER": 14}


class Roles:
    """The account's roles, kept in its database."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cache: dict[str, Role] = {}

    def install_standard(self) -> None:
        """Write the standard roles."""
        for number, role in enumerate(STANDARD):
            self._write(role, "standard", _IDS.get(role.scriptid, 40 + number))

    def replace_deployed(self, roles: Iterable[Role]) -> None:
        """Write the roles of an SDF project; a role that was deployed before keeps its internal id."""
        for role in roles:
            known = self._store.one("SELECT id FROM role WHERE scriptid = ?", role.scriptid)
            self._write(role, "sdf", known[0] if known else self._store.next("role", 1001))

    def _write(self, role: Role, source: str, number: int) -> None:
        self._store.run(
            "INSERT INTO role VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET data = excluded.data, source = excluded.source",
            role.scriptid,
            number,
            source,
            dump({**asdict(role), "permissions": dict(role.permissions)}),
        )
        self.forget()

    def forget(self) -> None:
        """Drop what was read, after a change of the database."""
        self._cache.clear()

    def get(self, scriptid: str) -> Role | None:
        """A role with what was granted and refused by hand."""
        if scriptid not in self._cache:
            row = self._store.one("SELECT data FROM role WHERE scriptid = ?", scriptid)
            if row is None:
                return None
            data = json.loads(row[0])
            by_hand = self._store.all(
                "SELECT permission, level FROM role_by_hand WHERE scriptid = ?", scriptid
            )
            data["permissions"] |= dict(by_hand)
            self._cache[scriptid] = Role(**data)
        return self._cache[scriptid]

    def number(self, scriptid: str) -> int | None:
        """The internal id of a role."""
        row = self._store.one("SELECT id FROM role WHERE scriptid = ?", scriptid)
        return None if row is None else int(row[0])

    def all(self) -> list[str]:
        """Script ids of all roles."""
        return [row[0] for row in self._store.all("SELECT scriptid FROM role ORDER BY id")]

    def grant(self, scriptid: str, permission: str, level: str) -> None:
        """Change a permission by hand, as an administrator does; NONE takes it away."""
        self._store.run(
            "INSERT INTO role_by_hand VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET level = excluded.level",
            scriptid,
            permission,
            level,
        )
        self.forget()

    def allows(self, scriptid: str, permission: str, level: str) -> bool:
        """Whether a role has a standard permission at a level or above."""
        if scriptid == ADMINISTRATOR:
            return True
        role = self.get(scriptid)
        if role is None or role.inactive:
            return False
        return _RANK[role.permissions.get(permission, "NONE")] >= _RANK[level]

    def reaches(self, scriptid: str, record: str, access: Access, level: str) -> bool:
        """
        Whether a role may reach a custom record type.

        NONENEEDED opens it to internal roles only; a permission list counts together with the
        role's own entry for the type (help section N2879388). Who takes that entry away by hand
        takes the list's: a project in which one of them says other than the other is refused
        (oracle/netsuite-suitecloud-sdk issue 184), so they are taken for one.
        """
        if scriptid == ADMINISTRATOR:
            return True
        role = self.get(scriptid)
        if role is None or role.inactive:
            return False
        if access.type == "NONENEEDED":
            return not role.external
        if access.type == "CUSTRECORDENTRYPERM":
            return self.allows(scriptid, "LIST_CUSTRECORDENTRY", level)
        own = role.permissions.get(record)
        if own == "NONE":
            return False
        listed = access.permissions.get(scriptid, "NONE")
        return max(_RANK[listed], _RANK[own or "NONE"]) >= _RANK[level]
