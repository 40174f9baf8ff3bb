"""
The role: what a flow's scripts need, each with its reason.

A missing permission on a record type raises nothing in NetSuite, a query just returns no rows; so
the role is computed from record types, operations and look-up tables, never guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from generator.catalog import Catalog, RecordType
from generator.catalog.permissions import LEVELS, Level, at_least
from generator.compile.joined import kinds
from generator.compile.queries import tables, texts
from generator.plan import names
from generator.plan.flow import Permission
from generator.plan.inbound import CreatePlan, Lookup
from generator.plan.outbound import Join

_CUSTOM_RECORD = "customrecord"
_CUSTOM_LIST = "customlist"
_TRANSACTIONS = frozenset(("transaction", "transactionline", "transactionaccountingline"))
# What every account has: whose goods move, whose bills are paid, and who they are. Permissions of
# other types may not be there to be given.
_COMMON: Mapping[str, frozenset[str]] = {
    "transaction": frozenset(("salesorder", "purchaseorder", "invoice", "vendorbill", "cashsale")),
    "entity": frozenset(("customer", "vendor", "employee", "othername")),
}
# What a field of a family may hold where the catalogue does not say which types.
_POSSIBLE = {**_COMMON, "entity": _COMMON["entity"] | {"partner", "job"}}


class Unseen(Struct, frozen=True):
    """
    What a join may lead to that the role does not see: those rows are missing without a word.

    `features` are those of the account that these record types belong to.
    """

    records: tuple[str, ...]
    features: tuple[str, ...]


class Permissions:
    """Permissions of one flow, the highest level of each kept with all reasons."""

    def __init__(self, catalog: Catalog, prefix: str) -> None:
        self._catalog = catalog
        self._levels: dict[str, Level] = {}
        self._reasons: dict[str, list[str]] = {}
        self._prefix = prefix

    def add(self, key: str, level: Level, reason: str) -> None:
        """A permission by its SDF key; a custom record by its script id. Its level is one that it allows."""
        level = at_least(key, level)
        held = self._levels.get(key)
        if held is None or LEVELS.index(level) > LEVELS.index(held):
            self._levels[key] = level
        reasons = self._reasons.setdefault(key, [])
        if reason not in reasons:
            reasons.append(reason)

    def base(self) -> None:
        """What every script of the project needs."""
        self.add("ADMI_LOGIN_OAUTH2", "FULL", "the agent logs in with OAuth 2.0")
        self.add("ADMI_RESTWEBSERVICES", "FULL", "the agent calls RESTlets and SuiteQL")
        self.add("ADMI_CUSTOMSCRIPT", "VIEW", "scripts run under this role")
        self.add("REPO_ANALYTICS", "EDIT", "SuiteQL")
        self.add("LIST_FIND", "FULL", "SuiteQL over lists")
        self.add("TRAN_FIND", "FULL", "SuiteQL over transactions")
        self.add(names.state_record(self._prefix), "FULL", "pause flag and import summaries")

    def record(self, record: str, level: Level, reason: str) -> None:
        """
        The permission of a record type; one without a permission of its own adds none.

        Nor does one that asks for none: SDF refuses a role that names a record type of its project
        which does not name the role (oracle/netsuite-suitecloud-sdk issue 184).
        """
        known = self._catalog.record(record)
        if known and known.public:
            return
        if known and known.permission:
            self.add(known.permission, level, reason)
        elif record.startswith(_CUSTOM_RECORD):
            self.add(record, level, reason)
        elif record.startswith(_CUSTOM_LIST):
            self.add("ADMI_CUSTLIST", "VIEW", reason)

    def join(
        self, record: str, join: Join, reason: str, features: Collection[str] = ()
    ) -> Unseen | None:
        """
        The record that a payload of `record` reads values of; what stays hidden of it.

        Of a family (entity, transaction) the role sees those types that every account has, that the
        flow's `features` bring, or that are the only ones there.
        """
        self.record(join.record, "VIEW", reason)
        common = _COMMON.get(join.record)
        if common is None:
            return None
        found = (
            kinds(self._catalog, record, join.sublist, join.base, join.record)
            or _POSSIBLE[join.record]
        )
        possible = {one.id: one for one in map(self._catalog.record, found) if one}
        seen = {
            kind
            for kind, known in possible.items()
            if kind in common
            or len(possible) == 1
            or (known.features and set(known.features).issubset(features))
        }
        for kind in sorted(seen):
            self.record(kind, "VIEW", reason)
        hidden = sorted(possible.keys() - seen)
        # What a record was made from is one of a few types out of many: told where none is seen.
        if not hidden or (seen and join.record == "transaction"):
            return None
        asked = {feature for kind in hidden for feature in possible[kind].features}
        return Unseen(tuple(hidden), tuple(sorted(asked)))

    def lookups(self, lookups: Iterable[Lookup]) -> None:
        """Every table that is looked up."""
        for lookup in lookups:
            for kind in (lookup.record, *_COMMON.get(lookup.record, ())):
                self.record(kind, "VIEW", f"look-up of {lookup.record}")
            self.query(lookup.suiteql or "", "look-up by SuiteQL in")

    def query(self, text: str, reason: str) -> bool:
        """
        What a query of the user's reads: tables, and transactions of the types that it names.

        A table that is no record type adds none. Of transactions the role sees those types alone of
        which it has the permission; the others are no rows. False where it reads transactions and
        names no type.
        """
        read = tables(text)
        for table in read:
            self.record(table, "VIEW", f"{reason} {table}")
        if {"entity", *_TRANSACTIONS}.isdisjoint(read):
            return True
        named = [each for each in self._catalog.records.values() if _names(text, each)]
        if "entity" in read:
            held = (each.fields.get("entity") for each in named)
            parties = {field.refers for field in held if field and field.refers}
            if not parties or "entity" in parties:
                parties = set(_COMMON["entity"])
            for party in sorted(parties):
                self.record(party, "VIEW", f"{reason} entity")
        if _TRANSACTIONS.isdisjoint(read):
            return True
        for record in named:
            self.record(record.id, "VIEW", f"{reason} {record.id}")
        return bool(named)

    def creates(self, creates: Iterable[CreatePlan]) -> None:
        """Every record that a missing reference creates."""
        for create in creates:
            self.record(create.record, "EDIT", f"a missing {create.record} is created")

    def all(self) -> tuple[Permission, ...]:
        """By key."""
        return tuple(
            Permission(key, self._levels[key], "; ".join(self._reasons[key]))
            for key in sorted(self._levels)
        )


def _names(query: str, record: RecordType) -> bool:
    """Whether a query names a type of transactions: by its code, or in the column `recordtype`."""
    if record.kind != "transaction":
        return False
    written = texts(query)
    return record.type_code in written or (record.id in written and "recordtype" in query.lower())
