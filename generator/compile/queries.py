"""SuiteQL that a spec brings along: its placeholders, the columns it gives and the tables it reads."""

from __future__ import annotations

import re
from collections.abc import Iterable

from generator.catalog import Field, RecordType
from generator.catalog.model import ON_LINES
from generator.compile.context import Place
from generator.spec.diagnose import did_you_mean, listed

_TEXT = re.compile(r"'(?:[^']|'')*'")
_TEXT_OR_COMMENT = re.compile(rf"{_TEXT.pattern}|--[^\n]*|/\*.*?\*/", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
_PLACEHOLDER = re.compile(r":([A-Za-z_]\w*)")
_WORD = re.compile(r"[A-Za-z_]\w*|[(),]")
# Functions whose arguments hold a FROM of their own: EXTRACT(YEAR FROM trandate).
_WITH_FROM = frozenset(("extract", "trim"))
# What ends a list of tables. Not ON: a comma behind a join goes on with the list.
_AFTER_TABLES = frozenset(
    ("select", "where", "group", "having", "order", "connect", "start", "union", "minus",
     "intersect", "fetch", "offset")
)  # fmt: skip


def column_of(
    name: str, known: Field | None, record: RecordType | None, table: str, *, shown: bool = False
) -> str:
    """
    A body field as SuiteQL has it, or as it is `shown`.

    What a transaction has on its lines alone is read from its main line. BUILTIN.DF takes a column,
    so it stands inside.
    """
    column = (known.column if known else None) or name
    if record is None or record.kind != "transaction" or column not in ON_LINES:
        return f"BUILTIN.DF({column})" if shown else column
    read = f"BUILTIN.DF(l.{column})" if shown else f"l.{column}"
    return (
        f"(SELECT MAX({read}) FROM transactionline l"  # noqa: S608 - a name of the catalogue
        f" WHERE l.transaction = {table}.id AND l.mainline = 'T')"
    )


def plain(query: str) -> str:
    """The query on one line, without comments and a closing semicolon."""
    texts: list[str] = []

    def keep(match: re.Match[str]) -> str:
        if not match[0].startswith("'"):
            return " "
        texts.append(match[0])
        return f"\0{len(texts) - 1}\0"

    kept = _TEXT_OR_COMMENT.sub(keep, query)
    line = " ".join(kept.split()).rstrip("; ")
    return re.sub(r"\0(\d+)\0", lambda match: texts[int(match[1])], line)


def blanked(query: str) -> str:
    """The query with the insides of texts blanked, at the same length."""
    return _TEXT.sub(lambda match: "'" + " " * (len(match[0]) - 2) + "'", query)


def texts(query: str) -> frozenset[str]:
    """The quoted texts of a query."""
    return frozenset(found[1:-1] for found in _TEXT.findall(query))


def tables(query: str) -> tuple[str, ...]:
    """The tables that the query names behind FROM, its commas and JOIN, in lower case, each once."""
    found: dict[str, None] = {}
    word, function, listing, expected = "", "", False, False
    outside: list[tuple[str, bool, bool]] = []
    for match in _WORD.finditer(blanked(query)):
        before, word = word, match[0].lower()
        if word == "(":
            outside.append((function, listing, False))
            function, listing, expected = before, False, False
        elif word == ")":
            function, listing, expected = outside.pop() if outside else ("", False, False)
        elif word == ",":
            expected = listing
        elif word == "join" or (word == "from" and function not in _WITH_FROM):
            listing = expected = True
        elif word in _AFTER_TABLES:
            listing = expected = False
        elif expected:
            found[word] = None
            expected = False
    return tuple(found)


def ordered(query: str) -> bool:
    """Whether the query as a whole has an ORDER BY, not only one inside it."""
    return re.search(r"\border\s+by\b", outermost(blanked(query)), re.IGNORECASE) is not None


def outermost(code: str) -> str:
    """A query without what stands in parentheses."""
    while (fewer := re.sub(r"\([^()]*\)", " ", code)) != code:
        code = fewer
    return code


def columns(query: str) -> tuple[str, ...] | None:
    """
    Names of the columns that the query gives, in lower case.

    None where they cannot be told without the account: `*`, or an expression without an alias.
    """
    names = [_column(text) for text in _selected(query)]
    known = [name for name in names if name is not None]
    return tuple(known) if len(known) == len(names) and names else None


def check_twice(query: str, place: Place, code: str) -> None:
    """Report columns of one name: rows are read by their names, and have one of the two."""
    given = columns(query) or ()
    for name in dict.fromkeys(name for name in given if given.count(name) > 1):
        place.error(code, f"two columns are named '{name}'", f"name one of them with AS: {name}_2")


def expression(query: str, column: str) -> str | None:
    """What the query selects as a column, its alias included; None where that cannot be told."""
    found = [text for text in _selected(query) if _column(text) == column.lower()]
    return found[0].strip() if found else None


def _selected(query: str) -> list[str]:
    """What stands between SELECT and FROM, split at its commas; the insides of texts are blank."""
    code = blanked(query)
    start = re.match(r"\s*select\s+(?:distinct\s+|all\s+)?", code, re.IGNORECASE)
    if start is None:
        return []
    found = []
    depth = 0
    begin = start.end()
    for match in re.finditer(r"[(),]|\bfrom\b", code[begin:], re.IGNORECASE):
        mark = match[0].lower()
        depth += (mark == "(") - (mark == ")")
        if depth or mark in ("(", ")"):
            continue
        found.append(code[begin : start.end() + match.start()])
        begin = start.end() + match.end()
        if mark == "from":
            break
    return found


def _column(text: str) -> str | None:
    words = text.strip().strip('"')
    if words.endswith("*"):
        return None
    aliased = re.search(r"\s(?:as\s+)?\"?([A-Za-z_][\w$]*)\"?$", " " + words, re.IGNORECASE)
    bare = re.fullmatch(r"(?:[A-Za-z_]\w*\.)?([A-Za-z_][\w$]*)", words)
    found = bare or aliased
    if found is None or (bare is None and found[1].lower() == "end"):
        return None
    return found[1].lower()


def check_query(
    query: str, place: Place, *, code: str, needs: Iterable[str], may: Iterable[str] = ()
) -> bool:
    """Whether it is a SELECT with exactly these placeholders; reports what is wrong."""
    text = blanked(plain(query))
    if not re.match(r"select\b", text, re.IGNORECASE):
        place.error(code, "the query must begin with SELECT")
        return False
    if text.count("'") % 2:
        place.error(
            code, "a text in the query has no closing quote", "a quote inside is written ''"
        )
        return False
    needed = tuple(needs)
    known = (*needed, *may)
    good = True
    for name in dict.fromkeys(_PLACEHOLDER.findall(text)):
        if name not in known:
            hint = did_you_mean(name, known)
            place.error(code, f"the query has no placeholder ':{name}'{hint}", _known(known))
            good = False
    for name in needed:
        if not re.search(rf":{name}\b", text):
            place.error(code, f"the query must contain :{name}")
            good = False
    return good


def _known(names: tuple[str, ...]) -> str:
    return (
        f"placeholders: {listed([':' + name for name in names], 'and')}"
        if names
        else ("this query takes none")
    )
