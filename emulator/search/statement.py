"""
A search definition as one statement.

The statement is SuiteQL over tables of the search's own: `t` for the searched type and one alias
for each join. SuiteQL's translation then reads the formulas and carries everything over to SQLite.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from emulator.account.kinds import JOURNALS
from emulator.ports import Session
from emulator.search import filters, formulas, unbuilt
from emulator.search.columns import applied, summary_type
from emulator.search.model import (
    NUMBERS,
    SUMMARIES,
    Column,
    Definition,
    FieldType,
    Join,
    SearchField,
    SearchType,
    invalid_column,
    invalid_filter,
)
from emulator.search.operators import Operators
from emulator.suiteql import schema
from emulator.suiteql.dialect import parse
from emulator.suiteql.translate import Translation, translate

_FORMULA = re.compile(r"(formula[a-z]+?)_?\d*")


@dataclass(frozen=True, slots=True)
class Output:
    """What a result column holds: its type and, for a select, where its texts come from."""

    type: FieldType
    field: SearchField | None = None
    summary: str | None = None
    formula: bool = False
    text_at: int | None = None  # the place in the row of a text that the statement reads


@dataclass(frozen=True, slots=True)
class Statement:
    """SuiteQL, its tables and parameters, and what comes out of it; `grouped` rows are no records."""

    sql: str
    count_sql: str
    tables: Mapping[str, schema.Table]
    params: tuple[Any, ...]
    outputs: tuple[Output, ...]
    grouped: bool
    indexes: tuple[tuple[str, str], ...]

    def translated(self, visible: frozenset[str], *, count: bool = False) -> Translation:
        """The statement for SQLite."""
        found = translate(
            self.count_sql if count else self.sql, schema.Schema(self.tables), visible
        )
        sql = found.sql
        for number, value in enumerate(self.params, start=1):
            if isinstance(value, list):
                sql = sql.replace(
                    f"IN (:p{number})",
                    f"IN (SELECT value FROM json_each(:p{number}))",  # noqa: S608 - a number
                )
        # SuiteQL's INSTR is a function in Python; that of SQLite does for a search in text.
        sql = re.sub(r"\bSL_SEARCH_INSTR\(", "instr(", sql, flags=re.IGNORECASE)
        return replace(found, sql=sql, indexes=self.indexes)

    def values(self) -> list[Any]:
        """The parameters as SQLite takes them."""
        return [json.dumps(v) if isinstance(v, list) else v for v in self.params]


@dataclass(slots=True)
class _Use:
    """A search type under an alias: `t`, or that of a join."""

    alias: str
    type: SearchType
    lines: bool
    only: tuple[str, ...] = ()
    columns: dict[str, schema.Column] = field(default_factory=dict)

    def find(self, name: str) -> SearchField | None:
        fields = self.type.fields if self.lines or self.type.main is None else self.type.main_fields
        return fields.get(name)

    def table(self) -> schema.Table:
        source = self.type.source if self.lines or self.type.main is None else self.type.main
        records = self.type.records & frozenset(self.only) if self.only else self.type.records
        return schema.Table(
            self.alias, self.type.id, source, self.type.space, records,
            self.type.whole and not self.only, self.columns,
        )  # fmt: skip


class Builder:
    """Builds one statement."""

    def __init__(
        self, types: Mapping[str, SearchType], type_: SearchType, session: Session, now_ms: int,
        *, select_is: bool, text_number_is: bool, all_finds_empty: bool, counts_distinct: bool, descending: bool,
    ) -> None:  # fmt: skip
        self._types = types
        self._session = session
        self._base = _Use("t", type_, lines=type_.main is not None)
        self._uses: dict[str, _Use] = {}
        self._joined: list[str] = []
        self._asked: Mapping[str, set[str]] = {}
        self._params: list[Any] = []
        self._indexes: dict[str, str] = {}
        self._operators = Operators(
            session, now_ms, self._bind,
            select_is=select_is, text_number_is=text_number_is, all_finds_empty=all_finds_empty,
        )  # fmt: skip
        self._counts_distinct = counts_distinct
        self._direction = " DESC" if descending else ""

    def build(self, wanted: Definition, *, main_only: bool = False) -> Statement:
        """
        The statement of a definition; `main_only` reads transactions without their lines.

        Raises:
            NetSuiteError: SSS_INVALID_SRCH_FILTER, SSS_INVALID_SRCH_COL and their like.
        """
        tree = filters.tree(wanted.filters)
        self._asked = _asked(wanted, tree)
        spread = self._base.type.spread
        if (
            main_only
            or (self._base.type.records.isdisjoint(JOURNALS) and filters.wants_main_line(tree))
            or (spread and not spread & (_names(wanted, tree) | self._asked.keys()))
        ):
            self._base.lines = False
        where, having = self._conditions(tree)
        where = " AND ".join(filter(None, [where, *self._on_some_line(tree)])) or None
        grouped = having is not None or any(c.summary for c in wanted.columns)
        selected, outputs, groups, orders = self._columns(wanted.columns, grouped=grouped)
        if not grouped:
            keys = [
                self._key("_id", self._base.type.id_sql),
                self._key("_type", self._base.type.type_sql),
            ]
            # The lines of a transaction come in their order by themselves.
            orders.append(keys[0] + self._direction)
            selected = [*keys, *selected]
        named = ", ".join(f"{sql} AS c{number}" for number, sql in enumerate(selected)) or "1 AS c0"
        body = " FROM t" + "".join(self._joined)
        body += f" WHERE {where}" if where else ""
        body += f" GROUP BY {', '.join(groups)}" if groups else ""
        body += f" HAVING {having}" if having else ""
        order = f" ORDER BY {', '.join(orders)}" if orders else ""
        inner = f"SELECT {named}{body}"
        counted = f" FROM ({inner}) q" if grouped else body
        count = "SELECT COUNT(*) AS n" + counted
        return Statement(
            inner + order,
            count,
            {use.alias: use.table() for use in (self._base, *self._uses.values())},
            tuple(self._params),
            tuple(outputs),
            grouped,
            tuple(self._indexes.items()),
        )

    # --- reading fields ------------------------------------------------------------------------

    def _key(self, name: str, sql: str) -> str:
        self._base.columns[name] = schema.Column(name, sql, "text")
        return f't."{name}"'

    def _use(self, join: str | None) -> _Use | None:
        if join is None:
            return self._base
        if join in self._uses:
            return self._uses[join]
        found = self._base.type.joins.get(join)
        if found is None:
            return None
        return self._joined_use(join, found)

    def _find(self, name: str, join: str | None) -> tuple[_Use, SearchField] | None:
        """Where a field is read, and the field; None where the search has none of that name."""
        use = self._use(join)
        found = use.find(name) if use else None
        if found is None and join is None and name in self._base.type.through:
            way, name = self._base.type.through[name]
            use = self._use(way)
            found = use.find(name) if use else None
        return None if use is None or found is None else (use, found)

    def _refuse(self, name: str, join: str | None) -> None:
        """Refuses by name what NetSuite has and the emulator does not."""
        use = self._use(join)
        unbuilt.refuse(use.type if use else None, name, join)

    def _joined_use(self, name: str, join: Join) -> _Use:
        near = self._use(join.via)
        assert near is not None
        target = self._types[join.target]
        lined = join.lined is not None and any(map(target.reads_line, self._asked.get(name, ())))
        by_line = target.main is not None and target.reads_line(join.theirs)
        use = _Use(f"j{len(self._uses)}", target, by_line or lined, join.only)
        self._uses[name] = use
        pairs = [(join.ours, join.theirs), *join.also]
        if join.lined is not None and lined:
            pairs.append(join.lined)
        conditions = []
        for ours, theirs in pairs:
            left, right = near.find(ours), use.find(theirs)
            assert left is not None and right is not None, (name, ours, theirs)
            self._index(use, right)
            conditions.append(f"{self._read(use, right, 'raw')} = {self._read(near, left, 'raw')}")
        self._joined.append(f" LEFT JOIN {use.alias} ON {' AND '.join(conditions)}")
        return use

    def _read(self, use: _Use, found: SearchField, form: str) -> str:
        """A column of the use: the stored value (`raw`), as `lower` text, as `text`, or as a `formula` sees it."""
        name, sql, kind = found.id, found.sql, "text"
        select = found.type in ("select", "multiselect")
        if form == "lower":
            name, sql = f"{name}__lower", f"lower({sql})"
        elif form == "text" or (form == "formula" and select):
            name, sql = f"{name}__text", found.text or _text_sql(found)
        elif form == "formula" and found.type in ("date", "datetime"):
            name, kind = f"{name}__date", "date"
            sql = (
                f"sl_local({sql})"
                if found.type == "datetime"
                else f"char(29) || {sql} || ' 00:00:00'"
            )
        use.columns[name] = schema.Column(name, sql, kind)  # type: ignore[arg-type]
        return f'{use.alias}."{name}"'

    def _index(self, use: _Use, found: SearchField, form: str = "raw") -> None:
        space = use.type.space
        if not found.indexed or space is None or "l.value" in found.sql:
            return
        sql = found.sql.replace("r.", "")
        name = f"search_{space}_{found.id}{'_lower' if form == 'lower' else ''}"
        sql = f"lower({sql})" if form == "lower" else sql
        self._indexes[name] = (
            f"CREATE INDEX IF NOT EXISTS {name} ON record(space, {sql}) WHERE space = '{space}'"
        )

    def _formula(self, text: str) -> str:
        def read(name: str, join: str | None, by_id: bool) -> str:
            if name == "@user":
                return str(self._session.user)
            place_found = self._find(name, join)
            if place_found is None:
                self._refuse(name, join)
                place = f"{join}.{name}" if join else name
                raise formulas.invalid_formula(f"{text} (Field Not Found: {place})")
            return self._read(*place_found, "raw" if by_id else "formula")

        return formulas.expression(text, read)

    # --- filters -------------------------------------------------------------------------------

    def _bind(self, value: Any) -> str:
        self._params.append(value)
        return "?"

    def _conditions(self, tree: filters.Tree | None) -> tuple[str | None, str | None]:
        """Conditions on rows, and those on groups: the latter only where AND joins them to the rest."""
        if tree is None:
            return None, None
        parts = (
            list(tree.parts) if isinstance(tree, filters.Node) and tree.word == "and" else [tree]
        )
        rows = [part for part in parts if not _on_groups(part)]
        groups = [part for part in parts if _on_groups(part)]
        where = " AND ".join(self._condition(part) for part in rows) or None
        return where, " AND ".join(self._condition(part) for part in groups) or None

    def _on_some_line(self, tree: filters.Tree | None) -> list[str]:
        """Conditions that pass over transactions without the items asked for before their lines are read."""
        if tree is None or not self._base.lines or self._base.type.spread:
            return []
        wanted = filters.items_wanted(tree)
        if not wanted:
            return []
        found = " OR ".join(f'instr(r.lines, \'"item":"{number}"\')' for number in wanted)
        column = self._key("_some_item_" + "_".join(map(str, wanted)), f"({found})")
        return [f"{column} > 0"]

    def _condition(self, part: filters.Tree) -> str:
        if isinstance(part, filters.Term):
            return self._term(part)
        if part.word == "not":
            return f"NOT ({self._condition(part.parts[0])})"
        return "(" + f" {part.word.upper()} ".join(map(self._condition, part.parts)) + ")"

    def _term(self, term: filters.Term) -> str:
        if term.name.startswith("formula"):
            return self._formula_term(term)
        there = self._find(term.name, term.join)
        if there is None:
            self._refuse(term.name, term.join)
            raise invalid_filter(term.name, term.join)
        use, found = there
        unbuilt.refuse_values(use.type.id, found.id, term.values)

        def read(form: str, found: SearchField = found) -> str:
            sql = self._read(use, found, form)
            if term.summary is None:
                self._index(use, found, form)
                return sql
            return self._aggregate(term.summary, sql)

        if term.summary:
            found = replace(found, type=summary_type(term.summary, found.type))
        return self._operators.condition(found, read, term.operator, term.values)

    def _formula_term(self, term: filters.Term) -> str:
        written = _FORMULA.fullmatch(term.name)
        kind = formulas.TYPES.get(written[1]) if written else None
        if kind is None or not term.formula:
            raise invalid_filter(term.name)
        sql = self._formula(term.formula)
        if term.summary and not _has_aggregate(sql):
            sql = self._aggregate(term.summary, sql)
        if kind in ("date", "datetime"):
            # A date in a formula carries a mark; the text after it compares as the stored day does.
            sql = f"SUBSTR({sql}, 2, 10)"
            kind = "date"
        if kind == "text":
            sql = f"SL_SEARCH_TEXT_OF({sql})"
        found = SearchField(term.name, kind, sql)  # type: ignore[arg-type]
        return self._operators.condition(
            found,
            lambda form: f"LOWER({sql})" if form == "lower" else sql,
            term.operator,
            term.values,
        )

    # --- columns -------------------------------------------------------------------------------

    def _columns(
        self, columns: Sequence[Column], *, grouped: bool
    ) -> tuple[list[str], list[Output], list[str], list[str]]:
        selected: list[str] = []
        texts: list[str] = []
        outputs: list[Output] = []
        groups: list[str] = []
        orders: list[str] = []
        ranks = {"ASC": "", "DESC": " DESC"}
        for column in columns:
            sql, sort, output = self._column(column, grouped=grouped)
            selected.append(sql)
            if grouped and column.summary == "GROUP":
                groups.append(sql)
            if output.field is not None and output.field.text and output.type == "select":
                text = self._text_of(column, output.field)
                if grouped:
                    text = f"MAX({text})"
                output = replace(output, text_at=len(columns) + len(texts))
                texts.append(text)
            outputs.append(output)
            if column.sort and (not grouped or column.summary):
                orders.append(sort + ranks[column.sort])
        return [*selected, *texts], outputs, groups, orders

    def _text_of(self, column: Column, found: SearchField) -> str:
        there = self._find(column.name, column.join)
        assert there is not None
        return self._read(there[0], found, "text")

    def _column(self, column: Column, *, grouped: bool) -> tuple[str, str, Output]:
        written = _FORMULA.fullmatch(column.name)
        if written:
            kind = formulas.TYPES.get(written[1])
            if kind is None or not column.formula:
                raise invalid_column(column.name)
            sql = sort = self._formula(column.formula)
            output = Output(kind, formula=True)  # type: ignore[arg-type]
        else:
            there = self._find(column.name, column.join)
            if there is None:
                self._refuse(column.name, column.join)
                raise invalid_column(column.name, column.join)
            use, found = there
            sql = sort = self._read(use, found, "raw")
            if column.function:
                sql = sort = applied(column.function, self._read(use, found, "formula"))
                kind = found.type if found.type in NUMBERS else "text"
                output = Output(kind)
            else:
                output = Output(found.type, found)
                if found.type == "select" and found.id != "internalid":
                    sort = f"LOWER({self._read(use, found, 'text')})"
                elif found.type in ("text", "textnumber"):
                    sort = f"LOWER({sql})"
        if not grouped:
            return sql, sort, output
        return self._summarised(column, sql, sort, output)

    def _summarised(
        self, column: Column, sql: str, sort: str, output: Output
    ) -> tuple[str, str, Output]:
        if column.summary is None:
            if _has_aggregate(sql):
                return sql, sql, output
            return "NULL", "NULL", Output("text")
        if column.summary not in SUMMARIES:
            raise invalid_column(f"{column.summary}({column.name})")
        if column.summary == "GROUP":
            return sql, f"MIN({sort})", replace(output, summary="GROUP")
        if column.when and column.summary in ("MIN", "MAX"):
            sql = self._when(column.summary, sql, *column.when)
        elif not _has_aggregate(sql):
            sql = self._aggregate(column.summary, sql)
        kind = summary_type(column.summary, output.type)
        keeps = column.summary in ("MIN", "MAX")
        return (
            sql,
            sql,
            Output(kind, output.field if keeps else None, column.summary, output.formula),
        )

    def _when(self, summary: str, sql: str, name: str, join: str | None) -> str:
        """The value where another column is least (MIN) or greatest (MAX)."""
        there = self._find(name, join)
        if there is None:
            self._refuse(name, join)
            raise invalid_column(name, join)
        return f"SL_SEARCH_UNKEYED({summary}(SL_SEARCH_KEYED({sql}, {self._read(*there, 'raw')})))"

    def _aggregate(self, summary: str, sql: str) -> str:
        if summary == "COUNT" and self._counts_distinct:
            return f"COUNT(DISTINCT {sql})"
        return f"{summary}({sql})"


def _text_sql(found: SearchField) -> str:
    if found.place is None:
        return found.sql
    record, name, sublist = found.place
    place = f"'{sublist}'" if sublist else "NULL"
    return f"sl_search_text('{record}', '{name}', {place}, {found.sql})"


def _names(wanted: Definition, tree: filters.Tree | None) -> set[str]:
    """Every name and formula of a search, as far as it is about the searched type itself."""
    found = {column.name for column in wanted.columns if column.join is None}
    texts = [column.formula or "" for column in wanted.columns]
    for term in filters.terms(tree):
        if term.join is None:
            found.add(term.name)
        texts.append(term.formula or "")
    return found | {name.lower() for text in texts for name in re.findall(r"\{(\w+)\}", text)}


def _asked(wanted: Definition, tree: filters.Tree | None) -> Mapping[str, set[str]]:
    """The names that a search asks for, by join."""
    found: dict[str, set[str]] = {}
    named: list[Column | filters.Term] = [*wanted.columns, *filters.terms(tree)]
    for one in named:
        if one.join:
            found.setdefault(one.join, set()).add(one.name)
        for join, name in re.findall(r"\{(\w+)\.(\w+)", (one.formula or "").lower()):
            found.setdefault(join, set()).add(name)
    return found


def _on_groups(part: filters.Tree) -> bool:
    if isinstance(part, filters.Term):
        return part.summary not in (None, "GROUP")
    return any(map(_on_groups, part.parts))


def _has_aggregate(sql: str) -> bool:
    tree = parse(f"SELECT {sql} FROM dual")  # noqa: S608 - only parsed
    return any(node.find_ancestor(exp.Window) is None for node in tree.find_all(exp.AggFunc))
