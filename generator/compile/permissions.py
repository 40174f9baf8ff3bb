"""
The role: what a flow's scripts need, each with its reason.

A missing permission on a record type raises nothing in NetSuite, a query just returns no rows; so
the role is computed from record types, operations and look-up tables, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable

from generator.catalog import Catalog
from generator.catalog.permissions import LEVELS, Level, at_least
from generator.compile.queries import tables, texts
from generator.plan import names
from generator.plan.flow import Permission
from generator.plan.inbound import CreatePlan, Lookup
from generator.plan.outbound import Join

_CUSTOM_RECORD = "customrecord"
_CUSTOM_LIST = "customlist"
_TRANSACTIONS = frozenset(("transaction", "transactionline", "transactionaccountingline"))
# What every account has whose goods move or whose bills are paid. Permissions of other types may
# not be there to be given.
_COMMON_SOURCES = frozenset(("salesorder", "purchaseorder", "invoice", "vendorbill", "cashsale"))


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
        """The permission of a record type; one without a permission of its own adds none."""
        known = self._catalog.record(record)
        if known and known.permission:
            self.add(known.permission, level, reason)
        elif record.startswith(_CUSTOM_RECORD):
            self.add(record, level, reason)
        elif record.startswith(_CUSTOM_LIST):
            self.add("ADMI_CUSTLIST", "VIEW", reason)

    def join(self, record: str, join: Join, reason: str) -> None:
        """
        The record that a payload of `record` reads values of.

        What a transaction was made from may be of several types, and the role sees those alone of
        which it has the permission.
        """
        self.record(join.record, "VIEW", reason)
        if join.record != "transaction" or join.sublist:
            return
        kinds = {record}
        for segment in join.base.split("."):
            known = [each for each in map(self._catalog.record, kinds) if each]
            if segment == "createdfrom":
                kinds = {source for each in known for source in each.transforms_from}
            else:
                held = (each.fields.get(segment) for each in known)
                kinds = {field.refers for field in held if field and field.refers}
        for kind in sorted(kinds & _COMMON_SOURCES):
            self.record(kind, "VIEW", reason)

    def lookups(self, lookups: Iterable[Lookup]) -> None:
        """Every table that is looked up."""
        for lookup in lookups:
            self.record(lookup.record, "VIEW", f"look-up of {lookup.record}")
            self.query(lookup.suiteql or "", "look-up by SuiteQL in")

    def query(self, text: str, reason: str) -> None:
        """
        What a query of the user's reads: tables, and transactions of the types that it names.

        A table that is no record type adds none. Of transactions the role sees those types alone of
        which it has the permission; the others are no rows, and nobody is told.
        """
        named = tables(text)
        for table in named:
            self.record(table, "VIEW", f"{reason} {table}")
        if _TRANSACTIONS.isdisjoint(named):
            return
        codes = texts(text)
        for record in self._catalog.records.values():
            if record.kind == "transaction" and record.type_code in codes:
                self.record(record.id, "VIEW", f"{reason} {record.id}")

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
