"""Searches and SuiteQL: what is silently cut, repeated or refused."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from generator.catalog import standard
from generator.lint.examples import Snippet
from generator.lint.model import Found, Rule
from generator.lint.project import Project
from generator.lint.rules.queries import codes, record_type_in_query, transactions
from generator.suitescript.module import Call
from generator.suitescript.nodes import enclosing, literal, text
from generator.suitescript.parse import walk
from generator.suitescript.scopes import FUNCTIONS
from generator.suitescript.script import LOOPS, Script

_LOOKS_UP = ("search.lookupFields", "query.runSuiteQL", "query.runSuiteQLPaged")
_LINES = frozenset(
    {"item", "line", "lineuniquekey", "quantity", "rate", "account", "memo", "amount", "taxcode"}
    | {"debitamount", "creditamount", "linesequencenumber", "netamount", "mainline", "fxamount"}
)


def _too_many(script: Script, project: Project) -> Iterator[Found]:
    for call in script.calls:
        if call.receiver is None:
            continue
        if call.method == "getRange" and script.kind(call.receiver) == "ResultSet":
            start = script.number(script.option(call, "start", 0))
            end = script.number(script.option(call, "end", 1))
            if start is not None and end is not None and end - start > 1000:
                yield Found(
                    call.place,
                    f"getRange asks for {end - start:.0f} results, it gives 1,000 at most",
                )
        elif call.method == "runPaged" and script.kind(call.receiver) == "Search":
            yield from _page_size(script, call)
    for call in script.api("query.runSuiteQLPaged"):
        yield from _page_size(script, call)


def _page_size(script: Script, call: Call) -> Iterator[Found]:
    node = script.option(call, "pageSize")
    size = script.number(node)
    if node is not None and size is not None and not 5 <= size <= 1000:
        yield Found(node, f"pageSize is {text(node)}, it may be 5 to 1,000")


def _first_thousand(script: Script, project: Project) -> Iterator[Found]:
    for call in script.calls:
        if call.method != "getRange" or call.receiver is None:
            continue
        if script.kind(call.receiver) != "ResultSet":
            continue
        start = script.number(script.option(call, "start", 0))
        end = script.number(script.option(call, "end", 1))
        if start == 0 and end == 1000 and enclosing(call.node, LOOPS) is None:
            yield Found(
                call.place, "results after the first 1,000 are left out, and nothing says so"
            )


def _four_thousand(script: Script, project: Project) -> Iterator[Found]:
    if script.type not in ("ScheduledScript", "MapReduceScript", "MassUpdateScript"):
        return
    for call in script.calls:
        if call.method != "each" or call.receiver is None:
            continue
        if script.kind(call.receiver) != "ResultSet" or len(call.arguments) != 1:
            continue
        function = script.function(call.arguments[0])
        if function is None or _may_stop(function) or _narrow(script, call.receiver):
            continue
        yield Found(call.place, "results after the first 4,000 are left out, and nothing says so")


def _may_stop(function: Node) -> bool:
    """Whether a function of `each` may answer something else than true."""
    body = function.child_by_field_name("body")
    if body is None or body.type != "statement_block":
        return True
    answers = [
        node
        for node in walk(body)
        if node.type == "return_statement" and enclosing(node, FUNCTIONS) == function
    ]
    return not answers or any(
        not node.named_children or node.named_children[0].type != "true" for node in answers
    )


def _narrow(script: Script, results: Node) -> bool:
    """Whether a search groups its results, or asks for one record by its id."""
    search = _search_of(script, results)
    if search is None:
        return False
    words = {
        text(n) for n in walk(search.node) if n.type in ("string_fragment", "property_identifier")
    }
    return bool(
        words
        & {"internalid", "internalidnumber", "summary", "group", "GROUP", "COUNT", "SUM", "MAX"}
    )


def _search_of(script: Script, results: Node) -> Call | None:
    """The call of search.create (or load) that results come from."""
    found = script.origin(results)
    while found is not None and found.type == "call_expression":
        call = script.call(found)
        if call.api in ("search.create", "search.load"):
            return call
        found = script.origin(call.receiver) if call.receiver is not None else None
    return None


def _in_loop(script: Script, project: Project) -> Iterator[Found]:
    for call in script.calls:
        api = (call.api or "").removesuffix(".promise")
        runs = call.method in ("run", "runPaged") and (
            call.receiver is not None and script.kind(call.receiver) == "Search"
        )
        if api not in _LOOKS_UP and not runs:
            continue
        loop = script.repeated(call.node)
        if loop is None or not _over_data(script, loop):
            continue
        yield Found(call.place, "one search for each time round the loop")


def _over_data(script: Script, loop: Node) -> bool:
    """Whether a loop goes over single things: not while-loops that page, not lists of parts."""
    if loop.type == "for_in_statement":
        left = loop.child_by_field_name("left")
        names = [n for n in walk(left) if n.type == "identifier"] if left is not None else []
        if script.written_out(loop.child_by_field_name("right")):
            return False
    elif loop.type == "for_statement":
        return _over_lines(script, loop)
    elif loop.type == "call_expression":
        call = script.call(loop)
        if script.kind(call.receiver) == "PagedData" if call.receiver is not None else False:
            return False
        if call.receiver is not None and text(call.receiver).endswith("pageRanges"):
            return False
        if script.written_out(call.receiver):
            return False
        function = script.function(call.arguments[0]) if call.arguments else None
        parameters = function.child_by_field_name("parameters") if function is not None else None
        single = function.child_by_field_name("parameter") if function is not None else None
        names = (
            [single]
            if single is not None
            else list(parameters.named_children[:1])
            if parameters
            else []
        )
    else:
        return False
    for name in names:
        binding = script.scopes.of(name)
        for use in binding.uses if binding else []:
            member = use.parent
            if member is not None and member.type == "member_expression":
                if text(member.child_by_field_name("property")) in (
                    "length", "map", "join", "forEach", "indexOf", "concat", "slice", "fill", "flatMap",
                ):  # fmt: skip
                    return False
            if member is not None and member.type == "spread_element":
                return False
    return True


def _over_lines(script: Script, loop: Node) -> bool:
    """Whether a loop counts the lines of a record, one by one."""
    condition, increment = (loop.child_by_field_name(n) for n in ("condition", "increment"))
    if condition is None or increment is None or increment.type != "update_expression":
        return False
    counted = [
        script.origin(n) for n in walk(condition) if n.type in ("identifier", "call_expression")
    ]
    return any(
        found is not None
        and found.type == "call_expression"
        and script.call(found).method == "getLineCount"
        for found in counted
    )


def _main_line(script: Script, project: Project) -> Iterator[Found]:
    for call in script.api("search.create"):
        type_ = script.option(call, "type")
        if type_ is None or not _is_transaction(script, type_):
            continue
        filters, columns = script.option(call, "filters"), script.option(call, "columns")
        if filters is None or columns is None:
            continue
        filters, columns = script.origin(filters), script.origin(columns)
        if filters is None or columns is None or {filters.type, columns.type} != {"array"}:
            continue
        said = {literal(n) for n in walk(filters) if n.type == "string"}
        shown = {literal(n) for n in walk(columns) if n.type == "string"}
        words = {text(n) for n in walk(columns) if n.type == "property_identifier"}
        if "mainline" in said or "summary" in words or "join" in words or shown & _LINES:
            continue
        if (
            said & {"item", "line", "account", "lineuniquekey"}
            or _unclear(filters)
            or _unclear(columns)
        ):
            continue
        if any("." in (word or "") for word in shown):
            continue
        yield Found(
            call.place,
            "without a filter on mainline each transaction comes once for each of its lines",
        )


def _unclear(listed: Node) -> bool:
    """Whether parts of a list come from elsewhere."""
    return any(
        child.type in ("identifier", "spread_element", "call_expression") and child.parent == listed
        for child in listed.named_children
        if not (child.type == "call_expression" and text(child).startswith("search.create"))
    )


def _is_transaction(script: Script, node: Node) -> bool:
    said = script.string(node)
    if said is not None:
        return said == "transaction" or said in transactions()
    member = script.member(node) if node.type == "member_expression" else None
    if member is None or not member.startswith(("search.Type.", "record.Type.")):
        return False
    name = member.rsplit(".", 1)[-1].replace("_", "").lower()
    return name == "transaction" or name in transactions()


def _code_as_type(script: Script, project: Project) -> Iterator[Found]:
    for call in script.api(
        "search.create",
        "search.lookupFields",
        "record.load",
        "record.create",
        "record.submitFields",
    ):
        node = script.option(call, "type", 0)
        said = script.string(node)
        if node is not None and said in codes() and said not in ("Check", "Deposit"):
            yield Found(
                node, f"'{said}' is a type of SuiteQL, the record type is '{codes()[said]}'"
            )
        elif node is not None and said and (meant := _written_apart(said)):
            yield Found(node, f"'{said}' is no record type; did you mean '{meant}'?")


def _written_apart(said: str) -> str | None:
    """The record type that a name with `_`, blanks or hyphens means: ids of standard types have none."""
    plain = "".join(letter for letter in said.lower() if letter not in "_ -")
    return plain if plain != said.lower() and plain in standard().records else None


def _empty_any(script: Script, project: Project) -> Iterator[Found]:
    for call in script.api("search.create"):
        filters = script.option(call, "filters")
        listed = script.origin(filters) if filters is not None else None
        if listed is None or listed.type != "array":
            continue
        for part in walk(listed):
            if part.type == "array" and len(part.named_children) >= 3:
                operator = (script.string(part.named_children[1]) or "").lower()
                value = part.named_children[2]
                if (
                    operator in ("anyof", "noneof")
                    and value.type == "array"
                    and not value.named_children
                ):
                    yield Found(value, f"{operator} with an empty list")


RULES = (
    Rule(
        "L250", "more results than a call gives", "error",
        "getRange gives 1,000 results a call, a page has 5 to 1,000 results. More is an error.",
        "help topics ResultSet.getRange(options), Search.runPaged(options) and Executing SuiteQL Queries; netsuite-facts 4 and 13.7",
        "Use runPaged, or several ranges.",
        Snippet("Restlet", "search", "return search.create({ type: 'customer', filters: [['isinactive', 'is', 'F']] }).run().getRange({ start: 0, end: 5000 }).length;"),
        Snippet("Restlet", "search", "return search.create({ type: 'customer', filters: [['isinactive', 'is', 'F']] }).runPaged({ pageSize: 1000 }).count;"),
        script=_too_many,
    ),
    Rule(
        "L251", "a search that is cut at 1,000 results", "warning",
        "getRange(0, 1000) outside of a loop gives the first 1,000 results. What comes after them is left out without a word.",
        "help topic ResultSet.getRange(options); SAFE 46",
        "Use runPaged and fetch every page, or stop with an error where 1,000 are reached.",
        Snippet("Restlet", "search", "return search.create({ type: 'customer', filters: [['isinactive', 'is', 'F']] }).run().getRange({ start: 0, end: 1000 }).map((row) => row.id);"),
        Snippet("Restlet", "search", "const pages = search.create({ type: 'customer', filters: [['isinactive', 'is', 'F']] }).runPaged({ pageSize: 1000 });\nreturn pages.pageRanges.flatMap((range) => pages.fetch({ index: range.index }).data.map((row) => row.id));"),
        script=_first_thousand,
    ),
    Rule(
        "L252", "a search that is cut at 4,000 results", "warning",
        "ResultSet.each stops after 4,000 results without an error. In scripts that are there for large amounts the rest is never worked on.",
        "help topic Search Result Limits (section_N3352288); SAFE 46; netsuite-facts 13.7",
        "Use runPaged; getInputData of a map/reduce script may simply return the search.",
        Snippet("ScheduledScript", "search log", "search.create({ type: 'customer', filters: [['isinactive', 'is', 'F']] }).run().each((row) => {\n  log.audit({ title: 'customer', details: row.id });\n  return true;\n});"),
        Snippet("ScheduledScript", "search log", "const pages = search.create({ type: 'customer', filters: [['isinactive', 'is', 'F']] }).runPaged({ pageSize: 1000 });\npages.pageRanges.forEach((range) => log.audit({ title: 'page', details: pages.fetch({ index: range.index }).data.length }));"),
        script=_four_thousand,
    ),
    Rule(
        "L253", "a search in a loop", "warning",
        "A search or query costs 10 units and a round trip each time, so a loop over 50 records needs 500 units and seconds. One search with all ids does the same.",
        "SAFE 33; help topic SuiteScript 2.x API Governance (section_157072844224)",
        "Collect the ids first and search once: `anyof` takes a list, SuiteQL takes IN.",
        Snippet("Restlet", "search", "return request.ids.map((id) => search.lookupFields({ type: 'item', id, columns: ['itemid'] }).itemid);"),
        Snippet("Restlet", "search", "if (request.ids.length === 0) return [];\nconst found = search.create({ type: 'item', filters: [['internalid', 'anyof', request.ids]], columns: ['itemid'] });\nreturn found.run().getRange({ start: 0, end: request.ids.length }).map((row) => row.getValue({ name: 'itemid' }));"),
        script=_in_loop,
    ),
    Rule(
        "L254", "a search of transactions without mainline", "warning",
        "A transaction has a row for its header and one for each line, tax and shipping: without a filter on mainline it comes several times, and totals are too high.",
        "SAFE 53; netsuite-facts 3.3 and 13.6",
        "Add ['mainline', 'is', 'T'] for headers, or 'F' for lines.",
        Snippet("Restlet", "search", "return search.create({ type: 'salesorder', filters: [['entity', 'anyof', request.customer]], columns: ['tranid'] }).runPaged().count;"),
        Snippet("Restlet", "search", "return search.create({ type: 'salesorder', filters: [['entity', 'anyof', request.customer], 'AND', ['mainline', 'is', 'T']], columns: ['tranid'] }).runPaged().count;"),
        script=_main_line,
    ),
    Rule(
        "L255", "a record type under another name", "error",
        "SuiteQL's column transaction.type holds codes such as SalesOrd. N/record and N/search take salesorder and refuse the code, and sales_order too; a query for the record type finds no row.",
        "SAFE 138; netsuite-facts 3.3",
        "Use record.Type or search.Type in scripts, codes in SuiteQL.",
        Snippet("Restlet", "record", "return record.load({ type: 'SalesOrd', id: request.id }).getLineCount({ sublistId: 'item' });"),
        Snippet("Restlet", "record", "return record.load({ type: 'salesorder', id: request.id }).getLineCount({ sublistId: 'item' });"),
        script=lambda script, project: [*_code_as_type(script, project), *record_type_in_query(script, project)],
    ),
    Rule(
        "L256", "an empty list for anyof", "error",
        "A filter anyof or noneof with an empty list matches everything, nothing, or throws.",
        "netsuite-facts 3.3",
        "Do not search where there is nothing to look for.",
        Snippet("Restlet", "search", "return search.create({ type: 'customer', filters: [['internalid', 'anyof', []]] }).runPaged().count;"),
        Snippet("Restlet", "search", "return request.ids.length ? search.create({ type: 'customer', filters: [['internalid', 'anyof', request.ids]] }).runPaged().count : 0;"),
        script=_empty_any,
    ),
)  # fmt: skip
