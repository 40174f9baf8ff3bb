"""SuiteQL: what it does not take, what it cuts off, and how its rows are read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from tree_sitter import Node

from generator.catalog import standard
from generator.lint.examples import Snippet
from generator.lint.model import Found, Rule
from generator.lint.project import Project
from generator.suitescript.module import Call
from generator.suitescript.nodes import literal, text
from generator.suitescript.parse import walk
from generator.suitescript.script import Script

QUERIES = ("query.runSuiteQL", "query.runSuiteQLPaged")
_CLAUSES = frozenset(
    {
        "where",
        "join",
        "inner",
        "left",
        "right",
        "full",
        "cross",
        "on",
        "group",
        "order",
        "fetch",
        "union",
    }
)


@cache
def codes() -> dict[str, str]:
    """Type codes of SuiteQL (`SalesOrd`) to record types."""
    return {
        record.type_code: record.id
        for record in standard().records.values()
        if record.kind == "transaction" and record.type_code
    }


@cache
def transactions() -> frozenset[str]:
    """Record types that are transactions."""
    return frozenset(codes().values())


def _query(script: Script, call: Call) -> Node | None:
    node = script.option(call, "query", 0)
    return script.origin(node) if node is not None else None


def _words(script: Script, call: Call, *, gaps: bool = False) -> list[str] | None:
    """
    Words of a query that is written out, strings in it apart; None where it is not.

    With `gaps`, what a template puts in counts as a parameter.
    """
    node = _query(script, call)
    said = _joined(script, node) if node is not None else None
    if said is None and gaps and node is not None and node.type == "template_string":
        parts = (text(n) if n.type == "string_fragment" else "?" for n in node.named_children)
        said = "".join(parts)
    if said is None:
        return None
    outside = said.split("'")[::2]
    cleaned = " ".join(outside)
    for sign in "(),;=<>":
        cleaned = cleaned.replace(sign, f" {sign} ")
    return cleaned.lower().split()


def _joined(script: Script, node: Node) -> str | None:
    """The text of literals, also put together with +."""
    parts: list[Node] = []
    while node.type == "binary_expression" and text(node.child_by_field_name("operator")) == "+":
        left, right = (node.child_by_field_name(n) for n in ("left", "right"))
        if left is None or right is None:
            return None
        parts.append(right)
        node = left  # a long text is deep on this side
    if parts:
        texts = [_joined(script, part) for part in (node, *reversed(parts))]
        return "".join(t for t in texts if t is not None) if None not in texts else None
    if node.type == "call_expression":
        call = script.call(node)
        listed = script.origin(call.receiver) if call.receiver is not None else None
        if call.method == "join" and listed is not None and listed.type == "array":
            pieces = [literal(child) for child in listed.named_children]
            return " ".join(p for p in pieces if p is not None) if None not in pieces else None
    return script.string(node)


def _from_values(script: Script, project: Project) -> Iterator[Found]:
    for call in script.api(*QUERIES):
        if script.option(call, "params", 1) is not None:
            continue  # the values are bound, what is put in is the shape of the query
        query = script.option(call, "query", 0)
        for part in script.given(query) if query is not None else ():
            given = next((gap for gap in _gaps(part) if not _constant(script, gap)), None)
            if given is not None:
                yield Found(given, f"{text(given)} becomes part of the query's text")
                break


def _gaps(node: Node) -> Iterator[Node]:
    """What is put into a text: between its quotes, or with +."""
    for each in walk(node):
        if each.type == "template_substitution":
            yield each.named_children[0]
        elif each.parent is not None and each.parent.type == "binary_expression":
            operator = each.parent.child_by_field_name("operator")
            plain = each.type in ("identifier", "member_expression", "call_expression")
            if plain and text(operator) == "+":
                yield each


def _constant(script: Script, gap: Node) -> bool:
    """Whether all that a name ever holds is written in the script."""
    if text(gap).isupper():
        return True
    given = script.given(gap)
    return bool(given) and all(
        script.string(each) is not None or script.number(each) is not None for each in given
    )


def _dialect(script: Script, project: Project) -> Iterator[Found]:
    for call in script.api(*QUERIES):
        words = _words(script, call, gaps=True)
        node = script.option(call, "query", 0)
        if words is None or node is None:
            continue
        for index, word in enumerate(words[:-1]):
            if word == "limit" and (words[index + 1].isdigit() or words[index + 1] == "?"):
                yield Found(node, f"SuiteQL has no LIMIT {words[index + 1]}")


def _unordered(script: Script, project: Project) -> Iterator[Found]:
    for call in script.api("query.runSuiteQLPaged"):
        words = _words(script, call)
        if words and "order" not in words and "rownum" not in words:
            yield Found(
                call.place, "pages of a query without ORDER BY may repeat and leave out rows"
            )


def _five_thousand(script: Script, project: Project) -> Iterator[Found]:
    for call in script.api("query.runSuiteQL"):
        words = _words(script, call)
        if not words or "from" not in words or words[0] != "select":
            continue
        bounds = {
            "where",
            "rownum",
            "fetch",
            "count",
            "sum",
            "max",
            "min",
            "having",
            "top",
            "group",
            "dual",
        }
        if not bounds & set(words):
            yield Found(
                call.place,
                "all rows are asked for, and runSuiteQL gives the first 5,000 without saying so",
            )


def record_type_in_query(script: Script, project: Project) -> Iterator[Found]:
    """Queries that look for a record type in transaction.type."""
    for call in script.api(*QUERIES):
        node = _query(script, call)
        said = _joined(script, node) if node is not None else None
        if said is None or node is None:
            continue
        pieces = said.split("'")
        for index in range(1, len(pieces), 2):
            before = pieces[index - 1].lower().replace("=", " = ").split()
            if before[-2:] == ["type", "="] or [w[-5:] for w in before[-2:]] == [".type", "="]:
                if pieces[index] in transactions():
                    code = next(c for c, record in codes().items() if record == pieces[index])
                    yield Found(node, f"type is '{code}' in SuiteQL, no row has '{pieces[index]}'")


def _createdfrom(script: Script, project: Project) -> Iterator[Found]:
    for call in script.api(*QUERIES):
        node, words = _query(script, call), _words(script, call)
        if node is None or words is None or "transaction" not in words:
            continue
        names = {_alias(words[at + 1 :]) for at, word in enumerate(words) if word == "transaction"}
        bare = "createdfrom" in words and "transactionline" not in words
        if bare or any(f"{name}.createdfrom" in words for name in names):
            yield Found(node, "transaction has no column createdfrom, its lines have it")


def _alias(after: list[str]) -> str:
    """What `transaction` is called in a query, by the words after it."""
    name = next((word for word in after if word != "as"), "where")
    return "transaction" if name in _CLAUSES or not name.isidentifier() else name


def _column_in_capitals(script: Script, project: Project) -> Iterator[Found]:
    given = {
        text(left.child_by_field_name("property"))
        for node in script.of("assignment_expression", "augmented_assignment_expression")
        if (left := node.child_by_field_name("left")) is not None
    }
    for node in script.of("member_expression"):
        name, holder = (node.child_by_field_name(part) for part in ("property", "object"))
        if name is None or holder is None or text(name) == text(name).lower():
            continue
        called = node.parent is not None and node.parent.child_by_field_name("function") == node
        if called or text(name) in given or f'"{text(name)}"' in script.text:
            continue
        if script.kind(holder) == "MappedRow":
            yield Found(name, f"columns come in lower case: {text(name).lower()}")


RULES = (
    Rule(
        "L258", "createdfrom asked of transaction", "error",
        "The record that a transaction was made from stands on its lines in SuiteQL: the table transaction has no such column, and the query is refused.",
        "SAFE 139; netsuite-facts 4",
        "Join transactionline and ask its main line for createdfrom.",
        Snippet("Restlet", "query", "return query.runSuiteQL({ query: 'SELECT t.id FROM transaction t WHERE t.createdfrom = ?', params: [request.id] }).asMappedResults();"),
        Snippet("Restlet", "query", "return query.runSuiteQL({ query: \"SELECT l.transaction AS id FROM transactionline l WHERE l.mainline = 'T' AND l.createdfrom = ?\", params: [request.id] }).asMappedResults();"),
        script=_createdfrom,
    ),
    Rule(
        "L260", "a query put together from values", "warning",
        "A value in the text of a query can end it and begin another, a quote in a name breaks it, and NetSuite plans each text anew.",
        "SAFE 106; help topic query.runSuiteQL(options) (section_157960542026)",
        "Write ? and give the value in params.",
        Snippet("Restlet", "query", "return query.runSuiteQL({ query: `SELECT id FROM customer WHERE email = '${request.email}'` }).asMappedResults();"),
        Snippet("Restlet", "query", "return query.runSuiteQL({ query: 'SELECT id FROM customer WHERE email = ?', params: [request.email] }).asMappedResults();"),
        script=_from_values,
    ),
    Rule(
        "L261", "LIMIT in SuiteQL", "error",
        "SuiteQL has no LIMIT: the query is refused.",
        "netsuite-facts 4; SAFE appendix performance queries",
        "Write FETCH FIRST n ROWS ONLY.",
        Snippet("Restlet", "query", "return query.runSuiteQL({ query: 'SELECT id FROM customer WHERE id > 5 LIMIT 10' }).asMappedResults();"),
        Snippet("Restlet", "query", "return query.runSuiteQL({ query: 'SELECT id FROM customer WHERE id > 5 FETCH FIRST 10 ROWS ONLY' }).asMappedResults();"),
        script=_dialect,
    ),
    Rule(
        "L262", "pages of a query without order", "warning",
        "Every page runs the query again. Without an ORDER BY that leaves no doubt, rows come twice or not at all.",
        "help topic Executing SuiteQL Queries Through REST Web Services (section_158394344595); netsuite-facts 4",
        "End the query with ORDER BY id.",
        Snippet("Restlet", "query", "return query.runSuiteQLPaged({ query: 'SELECT id FROM customer', pageSize: 1000 }).count;"),
        Snippet("Restlet", "query", "return query.runSuiteQLPaged({ query: 'SELECT id FROM customer ORDER BY id', pageSize: 1000 }).count;"),
        script=_unordered,
    ),
    Rule(
        "L263", "a query that is cut at 5,000 rows", "warning",
        "runSuiteQL gives 5,000 rows at most. A query without a condition soon has more.",
        "help topic query.runSuiteQL(options) (section_157960542026); netsuite-facts 4",
        "Use runSuiteQLPaged, or page by the last id.",
        Snippet("Restlet", "query", "return query.runSuiteQL({ query: 'SELECT id FROM customer' }).asMappedResults();"),
        Snippet("Restlet", "query", "const pages = query.runSuiteQLPaged({ query: 'SELECT id FROM customer ORDER BY id', pageSize: 1000 });\nreturn pages.pageRanges.flatMap((range) => pages.fetch(range.index).data.asMappedResults());"),
        script=_five_thousand,
    ),
    Rule(
        "L264", "a column of SuiteQL read in capitals", "error",
        "asMappedResults gives every column by its name in lower case, however the query writes it. Another spelling is undefined.",
        "SAFE 37; netsuite-facts 4",
        "Read the column in lower case.",
        Snippet("Restlet", "query", "const rows = query.runSuiteQL({ query: 'SELECT tranid AS orderNumber FROM transaction WHERE id = ?', params: [request.id] }).asMappedResults();\nreturn rows.map((row) => row.orderNumber);"),
        Snippet("Restlet", "query", "const rows = query.runSuiteQL({ query: 'SELECT tranid AS orderNumber FROM transaction WHERE id = ?', params: [request.id] }).asMappedResults();\nreturn rows.map((row) => row.ordernumber);"),
        script=_column_in_capitals,
    ),
)  # fmt: skip
