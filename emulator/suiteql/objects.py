"""
N/query's objects as SuiteQL: a definition of components, columns, conditions and sorts becomes a tree, the tree a text.

A definition is JSON, as the module of the scripts' side sends it:

    {"type": "customer",
     "components": [{"alias": "salesrep", "parent": 0, "fieldId": "salesrep", "target"?: ...,
     "source"?: ...}],
     "columns": [{"component": 0, "fieldId" | "formula": ..., "aggregate"?, "groupBy"?, "context"?, "alias"?, "type"?}],
     "condition": {"operator": "AND" | "OR" | "NOT", "children": [...]}
                | {"component": 0, "fieldId" | "formula": ..., "operator": ..., "values": [...], "aggregate"?},
     "sort": [{"column": 0, "ascending", "nullsLast", "caseSensitive"}]}

Component 0 is the root. All joins are left outer joins (help topic "N/query Module").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlglot import exp

from emulator.errors import NetSuiteError, UnsupportedError
from emulator.suiteql import object_conditions
from emulator.suiteql.dialect import SuiteQL
from emulator.suiteql.faults import near
from emulator.suiteql.formulas import parse_formula
from emulator.suiteql.model import Column, Schema, Table

_AGGREGATES: Mapping[str, tuple[type[exp.AggFunc], bool]] = {
    "AVERAGE": (exp.Avg, False),
    "AVERAGE_DISTINCT": (exp.Avg, True),
    "COUNT": (exp.Count, False),
    "COUNT_DISTINCT": (exp.Count, True),
    "MAXIMUM": (exp.Max, False),
    "MAXIMUM_DISTINCT": (exp.Max, False),
    "MINIMUM": (exp.Min, False),
    "MINIMUM_DISTINCT": (exp.Min, False),
    "SUM": (exp.Sum, False),
    "SUM_DISTINCT": (exp.Sum, True),
}
_CONTEXTS: Mapping[str, tuple[str, ...]] = {
    "RAW": (),
    "DISPLAY": ("DF",),
    "HIERARCHY": ("HIERARCHY", "DISPLAY"),
    "HIERARCHY_IDENTIFIER": ("HIERARCHY", "IDENTIFIER"),
    "CURRENCY_CONSOLIDATED": ("CONSOLIDATE", "LEDGER"),
    "SIGN_CONSOLIDATED": ("CONSOLIDATE", "LEDGER"),
}
# Joins that are no select field: (table, relationship) to (joined table, its column).
_INVERSE: Mapping[tuple[str, str], tuple[str, str]] = {
    ("transaction", "transactionlines"): ("transactionline", "transaction"),
    ("transaction", "accountingimpact"): ("transactionaccountingline", "transaction"),
    ("customer", "addressbook"): ("customeraddressbook", "entity"),
    ("vendor", "addressbook"): ("vendoraddressbook", "entity"),
    ("item", "price"): ("itemprice", "item"),
    ("item", "pricing"): ("pricing", "item"),
    ("item", "member"): ("itemmember", "parentitem"),
    ("item", "locations"): ("aggregateitemlocation", "item"),
}
# What NetSuite calls a table in query.Type beside its SuiteQL name.
_ALIASES = {"lead": "customer", "prospect": "customer"}


@dataclass(frozen=True, slots=True)
class Built:
    """A query's text with `?` for its parameters, their values, and what each column holds."""

    sql: str
    params: tuple[Any, ...]
    types: tuple[str, ...]


def _names(columns: Any) -> list[str]:
    """A column's alias, or its field with the context, as Query.toSuiteQL() names results."""
    names: list[str] = []
    for column in columns:
        context = (column.get("context") or {}).get("name", "RAW")
        name = column.get("alias") or f"{column.get('fieldId') or 'formula'}{context}"
        while name.lower() in (known.lower() for known in names):
            name += "_1"
        names.append(name)
    return names


@dataclass(slots=True)
class _Component:
    alias: str
    table: Table
    join: exp.Join | None = None


@dataclass(slots=True)
class Builder:
    """Makes one query. `now` is the session's local time."""

    schema: Schema
    now: datetime
    not_includes_empty: bool
    params: list[Any] = field(default_factory=list)
    components: list[_Component] = field(default_factory=list)

    def build(self, definition: Mapping[str, Any]) -> Built:
        """
        The query of a definition.

        Raises:
            NetSuiteError: INVALID_RCRD_TYPE, SSS_SEARCH_ERROR_OCCURRED for what is not known.
            UnsupportedError: for contexts and operators that are not built.
        """
        root = self.table(definition["type"])
        self.components.append(_Component(root.name, root))
        for joined in definition.get("components") or ():
            self._join(joined)
        columns = definition.get("columns") or ()
        if not columns:
            raise NetSuiteError("SSS_SEARCH_ERROR_OCCURRED", "The query has no columns.")
        results = [self._result(column) for column in columns]
        select = exp.Select(
            expressions=[
                exp.alias_(result.copy(), name, quoted=True)
                for name, result in zip(_names(columns), results, strict=True)
            ],
            from_=exp.From(this=self._source(self.components[0])),
            joins=[component.join for component in self.components[1:]],
        )
        condition = definition.get("condition")
        if condition:
            where, having = object_conditions.split(condition)
            if where:
                select.set("where", exp.Where(this=object_conditions.make(self, where)))
            if having:
                select.set("having", exp.Having(this=object_conditions.make(self, having)))
        grouped = [r.copy() for r, c in zip(results, columns, strict=True) if c.get("groupBy")]
        if grouped:
            select.set("group", exp.Group(expressions=grouped))
        sorts = [self._sort(sort, columns, results) for sort in definition.get("sort") or ()]
        if sorts:
            select.set("order", exp.Order(expressions=sorts))
        text = select.sql(dialect=SuiteQL)
        types = tuple(self._type(column) for column in columns)
        return Built(text, tuple(self.params), types)

    # --- components ----------------------------------------------------------------------------

    def table(self, name: str) -> Table:
        """The table of a query type; INVALID_RCRD_TYPE where the account has none."""
        lower = name.lower()
        table = self.schema.tables.get(_ALIASES.get(lower, lower))
        if table is not None:
            return table
        if lower in self.schema.refused:
            raise UnsupportedError(f"N/query: record type {lower} is not in the emulator")
        raise NetSuiteError(
            "INVALID_RCRD_TYPE",
            f"The record type [{name}] is invalid.{near(lower, self.schema.tables)}",
        )

    def _join(self, joined: Mapping[str, Any]) -> None:
        parent = self.components[joined["parent"]]
        name = str(joined["fieldId"]).lower()
        target, source = joined.get("target"), joined.get("source")
        if "^" in name:
            name, _, target = name.partition("^")
        if "<" in name:
            name, _, source = name.partition("<")
        alias = f"{parent.alias}_{name}"
        if source:
            table, column, parents = self.table(source), name, "id"
        elif (parent.table.name, name) in _INVERSE:
            other, column = _INVERSE[parent.table.name, name]
            table, parents = self.table(other), "id"
        elif parent.table.name == "transactionline" and name == "accountingimpact":
            self._accounting(parent, alias)
            return
        else:
            field_ = self._column(parent, name)
            wanted = target or field_.refers or ("item" if name == "item" else None)
            if wanted is None:
                raise NetSuiteError(
                    "SSS_SEARCH_ERROR_OCCURRED",
                    f"Field '{name}' of record '{parent.table.label}' joins no other record.",
                )
            table, column, parents = self.table(wanted), "id", name
        component = _Component(alias, table)
        self._column(component, column)
        condition = exp.EQ(
            this=exp.column(parents, parent.alias), expression=exp.column(column, alias)
        )
        component.join = exp.Join(this=self._source(component), side="LEFT", on=condition)
        self.components.append(component)

    def _accounting(self, parent: _Component, alias: str) -> None:
        component = _Component(alias, self.table("transactionaccountingline"))
        condition = exp.and_(
            exp.EQ(
                this=exp.column("transaction", parent.alias),
                expression=exp.column("transaction", alias),
            ),
            exp.EQ(
                this=exp.column("id", parent.alias),
                expression=exp.column("transactionline", alias),
            ),
        )
        component.join = exp.Join(this=self._source(component), side="LEFT", on=condition)
        self.components.append(component)

    @staticmethod
    def _source(component: _Component) -> exp.Expr:
        table = exp.to_table(component.table.name)
        if component.alias == component.table.name:
            return table
        return exp.alias_(table, component.alias, table=True)

    def _column(self, component: _Component, name: str) -> Column:
        column = component.table.columns.get(name)
        if column is None and component.table.anything and not name.startswith("cust"):
            column = Column(name, "", "text")
        if column is None:
            raise NetSuiteError(
                "SSS_SEARCH_ERROR_OCCURRED",
                f"Search error occurred: Field '{name}' for record '{component.table.label}' was not found."
                f"{near(name, component.table.columns)}",
            )
        return column

    # --- expressions ---------------------------------------------------------------------------

    def column_of(self, part: Mapping[str, Any]) -> Column | None:
        """The table's column that a column or condition names, None for a formula."""
        if not part.get("fieldId"):
            return None
        component = self.components[part.get("component") or 0]
        return self._column(component, str(part["fieldId"]).lower())

    def expression(self, part: Mapping[str, Any]) -> exp.Expr:
        """The field or formula of a column or condition, aggregated where it says so."""
        component = self.components[part.get("component") or 0]
        if part.get("formula"):
            aliases = {c.alias.rpartition("_")[2]: c.alias for c in self.components}
            aliases |= {c.alias: c.alias for c in self.components}
            made = parse_formula(str(part["formula"]), component.alias, aliases)
        else:
            name = str(part["fieldId"]).lower()
            self._column(component, name)
            made = exp.column(name, component.alias)
        return self._aggregated(made, part.get("aggregate"))

    def _aggregated(self, value: exp.Expr, name: str | None) -> exp.Expr:
        if not name:
            return value
        if name == "MEDIAN":
            return exp.Anonymous(this="MEDIAN", expressions=[value])
        if name not in _AGGREGATES:
            raise NetSuiteError("INVALID_SEARCH_OPERATOR", f"Invalid aggregate function {name}.")
        kind, distinct = _AGGREGATES[name]
        return kind(this=exp.Distinct(expressions=[value]) if distinct else value)

    def _result(self, column: Mapping[str, Any]) -> exp.Expr:
        context = (column.get("context") or {}).get("name", "RAW")
        if context not in _CONTEXTS:
            raise UnsupportedError(f"N/query: field context {context} is not in the emulator")
        function = _CONTEXTS[context]
        if not function:
            return self.expression(column)
        value = self.expression({**column, "aggregate": None})
        if function[0] == "HIERARCHY" and not getattr(self.column_of(column), "refers", None):
            return self._aggregated(value, column.get("aggregate"))
        call = exp.Anonymous(
            this=function[0], expressions=[value, *map(exp.Literal.string, function[1:])]
        )
        made = exp.Dot(this=exp.to_identifier("BUILTIN"), expression=call)
        return self._aggregated(made, column.get("aggregate"))

    def _sort(self, sort: Mapping[str, Any], columns: Any, results: list[exp.Expr]) -> exp.Ordered:
        number = sort["column"]
        value: exp.Expr = results[number].copy()
        known = self.column_of(columns[number])
        if not sort.get("caseSensitive") and known is not None and known.kind == "text":
            value = exp.Anonymous(this="UPPER", expressions=[value])
        ascending = sort.get("ascending", True)
        return exp.Ordered(
            this=value, desc=not ascending, nulls_first=not sort.get("nullsLast", ascending)
        )

    def _type(self, column: Mapping[str, Any]) -> str:
        """query.ReturnType of a column."""
        if column.get("type"):
            return str(column["type"])
        if str(column.get("aggregate") or "").startswith("COUNT"):
            return "INTEGER"
        context = (column.get("context") or {}).get("name", "RAW")
        known = self.column_of(column)
        if context in ("DISPLAY", "HIERARCHY", "HIERARCHY_IDENTIFIER") or known is None:
            return "STRING"
        if known.name == "id":
            return "INTEGER"
        return {"number": "FLOAT", "boolean": "BOOLEAN", "date": "DATE", "id": "INTEGER"}.get(
            known.kind, "STRING"
        )
