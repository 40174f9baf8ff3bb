"""
A SuiteQL query carried over to SQLite.

Every table becomes a sub-query over the storage that reads only the columns in use; SQLite flattens
it into the query around it, so conditions on `id` and `externalid` reach the storage's indexes and
conditions on other key columns reach expression indexes, which the translation asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from emulator.suiteql import grouping, rollups
from emulator.suiteql.dialect import parse, placeholder_position
from emulator.suiteql.expressions import definition_of, kind_of, rewrite
from emulator.suiteql.faults import near, place, search_error, unsupported
from emulator.suiteql.rows import limit_rows
from emulator.suiteql.schema import Column, Schema, Table


@dataclass(frozen=True, slots=True)
class Translation:
    """
    A query for SQLite.

    `sql` has parameters `:p1`, `:p2`, ...; `columns` name its results; `indexes` are those that it
    would gain from, name to SQL; `types` say what each result holds, as query.ReturnType does, ANY
    where that is not known.
    """

    sql: str
    parameters: int
    columns: tuple[str, ...]
    indexes: tuple[tuple[str, str], ...]
    types: tuple[str, ...] = ()


@dataclass(slots=True)
class _Use:
    """A table or sub-query in a FROM clause. `kinds` are the columns of a sub-query."""

    node: exp.Expr
    table: Table | None
    kinds: dict[str, Column] = field(default_factory=dict)
    used: dict[str, Column] = field(default_factory=dict)

    def find(self, name: str) -> Column | None:
        if self.table is None:
            return self.kinds.get(name)
        column = self.table.columns.get(name)
        if column is None and self.table.anything and not name.startswith("cust"):
            column = Column(name, f"json_extract({self.table.anything}, '$.{name}')", "text")
        if column is not None:
            self.used[name] = column
        return column

    def names(self) -> list[str]:
        """The columns by name."""
        return list(self.kinds if self.table is None else self.table.columns)


def translate(
    sql: str, schema: Schema, visible: frozenset[str], *, documented_only: bool = False
) -> Translation:
    """
    Carry a query over.

    Args:
        sql: SuiteQL with `?` parameters.
        schema: the account's tables.
        visible: record types whose rows the session's role may see; the others give no rows.
        documented_only: refuse what Oracle's help refuses though public queries use it.

    Raises:
        NetSuiteError: SSS_SEARCH_ERROR_OCCURRED for a query that NetSuite would refuse.
        UnsupportedError: for a function that the emulator does not have.
    """
    return translate_tree(parse(sql, documented_only=documented_only), schema, visible)


def translate_tree(tree: exp.Query, schema: Schema, visible: frozenset[str]) -> Translation:
    """Carry over a query that is a tree of SuiteQL already."""
    return _Translator(schema, visible).run(tree, _number(tree))


def _number(tree: exp.Expr) -> int:
    """Give each `?` its number in the text: rewriting moves and doubles them."""
    found = sorted({placeholder_position(p) for p in tree.find_all(exp.Placeholder)})
    for placeholder in tree.find_all(exp.Placeholder):
        number = found.index(placeholder_position(placeholder)) + 1
        placeholder.set("this", f"p{number}")
    return len(found)


class _Translator:
    def __init__(self, schema: Schema, visible: frozenset[str]) -> None:
        self._schema = schema
        self._visible = visible
        self._uses: dict[int, dict[str, _Use]] = {}
        self._views: dict[str, exp.Query] = {}
        self._indexes: dict[str, str] = {}
        # Names that JOIN ... USING made one, and where they are read.
        self._merged: dict[int, dict[str, str]] = {}

    def run(self, tree: exp.Query, parameters: int) -> Translation:
        for identifier in tree.find_all(exp.Identifier):
            identifier.set("this", identifier.name.lower())
            identifier.set("quoted", identifier.quoted or identifier.name in _RESERVED)
        tree = rollups.expand(tree)
        self._views = {cte.alias: cte.this for cte in tree.find_all(exp.CTE)}
        selects = list(tree.find_all(exp.Select, bfs=False))
        for cte in tree.find_all(exp.CTE):
            self._visit_all(cte)
        for select in selects:
            self._visit(select)
        first = _first_select(tree)
        names = tuple(first.named_selects)
        types = tuple(_return_type(projection) for projection in first.expressions)
        for select in selects:
            limit_rows(select)
        for query in tree.find_all(exp.Select, exp.SetOperation):
            _fetch(query)
        _open_set_operations(tree)
        self._replace_tables()
        text = tree.sql(dialect="sqlite", unsupported_level=ErrorLevel.IGNORE)
        return Translation(text, parameters, names, tuple(self._indexes.items()), types)

    def _visit_all(self, node: exp.Expr) -> None:
        for select in node.find_all(exp.Select, bfs=False):
            self._visit(select)

    def _visit(self, select: exp.Select) -> None:
        """Sub-queries in FROM first, because their columns are ours; those elsewhere may name ours."""
        if id(select) in self._uses:
            return
        for node in _from_nodes(select):
            self._visit_all(node)
        self._uses[id(select)] = self._sources(select)
        self._join_using(select)
        self._expand_stars(select)
        self._visit_all(select)
        _name_results(select)
        _sort_by_results(select)
        for column in list(self._own_columns(select)):
            self._resolve(column, select)
        grouping.check(select)
        self._rewrite_all(select)

    # --- names ---------------------------------------------------------------------------------

    def _sources(self, select: exp.Select) -> dict[str, _Use]:
        uses: dict[str, _Use] = {}
        for node in _from_nodes(select):
            if isinstance(node, exp.Table):
                alias = node.alias or node.name
                node.set(
                    "alias",
                    exp.TableAlias(this=exp.to_identifier(alias, quoted=alias in _RESERVED)),
                )
                uses[alias] = self._table_use(node)
            elif isinstance(node, exp.Subquery):
                alias = node.alias or f"sub{len(uses)}"
                node.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
                uses[alias] = _Use(node, None, _result_kinds(node.this))
            else:
                raise unsupported(f"{type(node).__name__.upper()} in FROM", node)
        return uses

    def _table_use(self, node: exp.Table) -> _Use:
        view = self._views.get(node.name)
        if view is not None:
            return _Use(node, None, _result_kinds(view))
        table = self._schema.tables.get(node.name)
        if table is None:
            named = near(node.name, [*self._schema.tables, *self._views])
            refusal = self._schema.refused.get(node.name)
            if refusal is not None:
                raise unsupported(f"table {node.name} ({refusal})", node.this)
            raise search_error(f"Record '{node.name}' was not found.{place(node.this)}{named}")
        return _Use(node, table)

    def _join_using(self, select: exp.Select) -> None:
        """`JOIN b USING (x)` as `ON a.x = b.x`; x alone is then the one before the join."""
        uses = self._uses[id(select)]
        merged = self._merged.setdefault(id(select), {})
        aliases = [node.alias_or_name for node in _from_nodes(select)]
        for join in select.args.get("joins") or ():
            if not join.args.get("using"):
                continue
            if join.side in ("RIGHT", "FULL"):
                raise unsupported(f"{join.side} JOIN ... USING", join.this)
            right = join.this.alias_or_name
            conditions = []
            for named in join.args["using"]:
                before = [a for a in aliases[: aliases.index(right)] if uses[a].find(named.name)]
                if not before or uses[right].find(named.name) is None:
                    raise self._unknown(named.name, select, named)
                left = merged.setdefault(named.name, before[0])
                conditions.append(
                    exp.EQ(
                        this=exp.column(_named(named.name), _named(left)),
                        expression=exp.column(_named(named.name), _named(right)),
                    )
                )
            join.set("using", None)
            join.set("on", exp.and_(*conditions, copy=False))

    def _expand_stars(self, select: exp.Select) -> None:
        expanded: list[exp.Expr] = []
        uses = self._uses[id(select)]
        for projection in select.expressions:
            if isinstance(projection, exp.Star):
                chosen = list(uses)
            elif isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star):
                chosen = [projection.table]
            else:
                expanded.append(projection)
                continue
            for alias in chosen:
                if alias not in uses:
                    raise self._unknown(alias, select)
                use = uses[alias]
                expanded += [
                    exp.column(_named(name), _named(alias))
                    for name in (use.table.columns if use.table else use.kinds)
                ]
        select.set("expressions", expanded)

    @staticmethod
    def _own_columns(select: exp.Select) -> Iterator[exp.Column]:
        """Columns written in this select, not in a select inside it."""
        for column in select.find_all(exp.Column):
            if column.find_ancestor(exp.Select) is select:
                yield column

    def _resolve(self, column: exp.Column, select: exp.Select) -> None:
        name = column.name
        if name == "rownum" and not column.table:
            return
        here: exp.Select | None = select
        while here is not None:
            uses = self._uses[id(here)]
            if column.table:
                use = uses.get(column.table)
                if use is not None:
                    self._bind(column, column.table, use)
                    return
            else:
                found = [alias for alias, use in uses.items() if use.find(name) is not None]
                if len(found) > 1 and all(uses[a].table is not None for a in found):
                    found = [a for a in found if name in _columns(uses[a])] or found
                if name in self._merged.get(id(here), {}):
                    found = [self._merged[id(here)][name]]
                if len(found) > 1:
                    raise search_error(
                        f"Ambiguous identifier '{name}'{place(column)}: it is in {', '.join(found)}."
                    )
                if found:
                    self._bind(column, found[0], uses[found[0]])
                    return
                if _is_alias(column, name, here):
                    return
            here = _around(here)
        raise self._unknown(column.table or name, select, column)

    def _bind(self, column: exp.Column, alias: str, use: _Use) -> None:
        definition = use.find(column.name)
        if definition is None:
            label = use.table.label if use.table else alias
            raise search_error(
                f"Field '{column.name}' for record '{label}' was not found. Reason: REMOVED - Field is removed"
                f"{place(column.this)}{near(column.name, use.names())}"
            )
        column.set("table", exp.to_identifier(alias, quoted=alias in _RESERVED))
        column.meta["kind"] = definition.kind
        column.meta["column"] = definition
        if use.table is not None:
            column.meta["used"] = use.used
        if definition.indexed and use.table is not None and _is_compared(column):
            space = use.table.space
            name = f"suiteql_{space}_{definition.name}"
            self._indexes[name] = (
                f"CREATE INDEX IF NOT EXISTS {name} ON record(space, {definition.sql.replace('r.', '')}) WHERE space = '{space}'"
            )

    def _unknown(self, name: str, select: exp.Select, node: exp.Expr | None = None) -> Exception:
        uses = self._uses[id(select)]
        known = ", ".join(f"{a}={u.table.name if u.table else a}" for a, u in uses.items())
        names = [*uses, *(column for use in uses.values() for column in use.names())]
        return search_error(
            f"Unknown identifier '{name}'. Available identifiers are: {{{known}}}"
            f"{place(node)}{near(name, names)}"
        )

    # --- expressions ---------------------------------------------------------------------------

    def _rewrite_all(self, select: exp.Select) -> None:
        nodes = [n for n in select.walk(bfs=False) if n.find_ancestor(exp.Select) is select]
        for node in reversed(nodes):
            replaced = rewrite(node)
            if replaced is not node:
                node.replace(replaced)

    # --- tables --------------------------------------------------------------------------------

    def _replace_tables(self) -> None:
        for uses in self._uses.values():
            for use in uses.values():
                if use.table is not None:
                    use.node.set("this", exp.Var(this=self._subquery(use.table, use.used)))

    def _subquery(self, table: Table, used: dict[str, Column]) -> str:
        columns = ", ".join(f'{c.sql} AS "{name}"' for name, c in used.items()) or "1"
        text = f"SELECT {columns} FROM {table.source}"  # noqa: S608 (our own schema)
        seen = table.types & self._visible
        condition = "1" if table.space is None else f"r.space = '{table.space}'"
        if table.types and not seen:
            condition = "0"
        elif table.row_type is not None:
            if seen != table.types:
                types = ", ".join(f"'{t}'" for t in sorted(seen))
                condition += f" AND {table.row_type} IN ({types})"
        elif not table.whole or seen != table.types:
            types = ", ".join(f"'{t}'" for t in sorted(seen))
            condition += f" AND r.type IN ({types})"
        return f"({text} WHERE {condition})"


# Words that SQLite keeps for itself and SuiteQL uses as names.
_RESERVED = frozenset({"transaction", "group", "order", "index", "key", "default", "check", "to"})


def _named(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=name in _RESERVED)


def _from_nodes(select: exp.Select) -> list[exp.Expr]:
    start = select.args.get("from_")
    joined = [join.this for join in select.args.get("joins") or ()]
    return [start.this, *joined] if start else joined


def _columns(use: _Use) -> dict[str, Column]:
    return dict(use.table.columns) if use.table else {}


def _around(select: exp.Select) -> exp.Select | None:
    """
    The select whose columns a correlated sub-query may name.

    A sub-query in FROM does not see what stands beside it, but what is around the whole query.
    """
    child: exp.Expr = select
    node = select.parent
    beside = False
    while node is not None and not isinstance(node, exp.CTE):
        if isinstance(node, exp.Select):
            if not beside:
                return node
            beside = False
        elif isinstance(node, exp.From | exp.Join) and node.this is child:
            beside = True
        child, node = node, node.parent
    return None


def _is_alias(column: exp.Column, name: str, select: exp.Select) -> bool:
    return column.find_ancestor(exp.Order, exp.Select) is not select and any(
        projection.alias == name for projection in select.expressions
    )


def _is_compared(column: exp.Column) -> bool:
    parent = column.parent
    return isinstance(parent, exp.EQ) or (isinstance(parent, exp.In) and parent.this is column)


def _return_type(projection: exp.Expr) -> str:
    kinds = {"date": "DATE", "boolean": "BOOLEAN", "id": "INTEGER", "text": "STRING"}
    if isinstance(projection.unalias(), exp.Column):
        return kinds.get(kind_of(projection), "ANY")
    return "DATE" if kind_of(projection) == "date" else "ANY"


def _first_select(query: exp.Expr) -> exp.Select:
    while not isinstance(query, exp.Select):
        query = query.this
    return query


def _result_kinds(query: exp.Expr) -> dict[str, Column]:
    """The columns of a query that has been gone through, and what they hold."""
    found = {}
    for projection in _first_select(query).expressions:
        name, kind = projection.alias_or_name, kind_of(projection)
        origin = definition_of(projection)
        column = Column(name, "", kind)  # type: ignore[arg-type]
        if origin is not None:
            column = replace(
                origin, name=name, sql="", indexed=False, field=origin.field or origin.name
            )
        found[name] = column
    return found


def _open_set_operations(tree: exp.Query) -> None:
    """SQLite takes no brackets around the parts of a UNION, and no order or limit in them."""
    for operation in list(tree.find_all(exp.SetOperation)):
        for part in ("this", "expression"):
            side = operation.args[part]
            while isinstance(side, exp.Subquery) and not side.alias:
                side = side.this
            if _is_cut(side) or (part == "expression" and isinstance(side, exp.SetOperation)):
                names = _first_select(side).named_selects
                side = exp.Select(
                    expressions=[exp.column(exp.to_identifier(n, quoted=True)) for n in names],
                    from_=exp.From(
                        this=exp.Subquery(
                            this=side, alias=exp.TableAlias(this=exp.to_identifier("part_"))
                        )
                    ),
                )
            operation.set(part, side)


def _is_cut(query: exp.Expr) -> bool:
    return any(query.args.get(name) for name in ("order", "limit", "offset"))


def _sort_by_results(select: exp.Select) -> None:
    """ORDER BY sees the names of results before those of columns (Oracle's rule)."""
    order = select.args.get("order")
    names = [projection.alias_or_name for projection in select.expressions]
    for ordered in order.expressions if order is not None else ():
        column = ordered.this
        if isinstance(column, exp.Column) and not column.table and names.count(column.name) == 1:
            place_ = names.index(column.name) + 1
            ordered.set("this", exp.Literal.number(place_))


def _name_results(select: exp.Select) -> None:
    """Name what has no name, as NetSuite does: `expr1`, `expr2`, ..."""
    if isinstance(select.parent, exp.In | exp.Exists):
        return
    number = 0
    for projection in list(select.expressions):
        if not isinstance(projection, exp.Alias | exp.Column):
            number += 1
            projection.replace(exp.alias_(projection.copy(), f"expr{number}"))


def _fetch(select: exp.Expr) -> None:
    fetch = select.args.get("limit")
    if isinstance(fetch, exp.Fetch):
        options = fetch.args.get("limit_options")
        if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
            raise unsupported("FETCH ... PERCENT or WITH TIES", fetch)
        select.set("limit", exp.Limit(expression=fetch.args["count"]))
    elif select.args.get("offset") is not None and fetch is None:
        select.set("limit", exp.Limit(expression=exp.Literal.number(-1)))
