"""Random field rules with documents: what a customer could write and a source could send."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from meaning_node import ZONES

MAPS: dict[str, Any] = {
    "strict": {
        "values": {"a": "Alpha", "1": "one", "true": "yes", "": "nothing"},
        "otherwise": "error",
    },
    "loose": {"values": {"a": "Alpha", "2.5": 25}, "otherwise": "skip"},
    "same": {"values": {"a": "Alpha", "false": "no"}, "otherwise": "same"},
    "other": {"values": {"a": "Alpha"}, "otherwise": {"value": "else"}},
}

# Characters that case, length and white space treat in a way of their own.
PIECES = [
    "a", "b", "Z", "0", "7", " ", "  ", "\t", "\n", "\u00a0", "\u3000", "\u2009", "\ufeff", "-", "'", "\u2019", ".", ",", "@",
    "ä", "ß", "É", "e\u0301", "İ", "\u0131", "i", "I", "Σ", "ς", "ΟΔΟΣ", "ж", "Ж", "ﬁ", "ŉ", "ǆ", "ǅ", "שלום", "مرحبا", "क्षि", "漢字", "か\u3099",
    "😀", "👩‍👩‍👧", "𐐨", "𐐀", "\U0001d49c", "\u200f", "\u0345", "x1", "#12", "AB-", "SHOP-",
]  # fmt: skip
EMPTIES: list[Any] = [None, "", [], False, 0]
words = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
plain_numbers = st.one_of(
    st.integers(-(10**15), 10**15),
    st.integers(-(10**6), 10**6).map(lambda n: n / 1000),
    st.floats(-1e12, 1e12, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-30),
)
decimal_texts = st.tuples(
    st.sampled_from(["", "-", "+"]), st.integers(0, 10**18), st.text("0123456789", max_size=12)
).map(lambda p: f"{p[0]}{p[1]}" + (f".{p[2]}" if p[2] else ""))
halves = st.tuples(
    st.sampled_from(["", "-"]), st.integers(0, 999), st.text("0459", max_size=4)
).map(lambda p: f"{p[0]}{p[1]}.{p[2]}5")
odd_numbers = st.sampled_from(
    [
        "1e3",
        "-2.5E-4",
        ".5",
        "5.",
        " 7 ",
        "",
        "abc",
        "1,5",
        "0",
        "-0",
        "0.000",
        "--1",
        "+",
        ".",
        "1e400",
        "-1e999",
        "1e-400",
        "9" * 400,
        "1e308",
    ]
)
numbers = st.one_of(
    plain_numbers, decimal_texts, halves, odd_numbers, st.sampled_from([*EMPTIES, True])
)
scalars = st.one_of(words, numbers, st.booleans(), st.sampled_from(EMPTIES[:3]))
lists = st.lists(st.one_of(words, numbers), max_size=4)
elements = st.lists(
    st.fixed_dictionaries({}, optional={"n": numbers, "name": words, "in": st.fixed_dictionaries({}, optional={"x": scalars})}),
    max_size=4,
)  # fmt: skip

# Around every change of the clocks of 2026 and 2027, and elsewhere from 1995 to 2035.
_EDGES = [datetime(2026, 3, 8, 7), datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1), datetime(2026, 11, 1, 6),
          datetime(2026, 4, 4, 15), datetime(2026, 10, 3, 15, 30), datetime(2018, 11, 4, 3), datetime(2019, 2, 17, 2),
          datetime(2011, 12, 30, 10), datetime(2026, 2, 15, 2), datetime(2024, 2, 29, 12)]  # fmt: skip
instants = st.one_of(
    st.tuples(st.sampled_from(_EDGES), st.integers(-1800, 1800)).map(
        lambda p: p[0] + timedelta(minutes=p[1])
    ),
    st.datetimes(datetime(1971, 1, 1), datetime(2199, 12, 31)),
    # The days around 1970 are left out: which of two offsets holds there is nobody's question.
    st.datetimes(datetime(1, 1, 3), datetime(1969, 12, 29)),
    st.datetimes(datetime(2200, 1, 1), datetime(9999, 12, 29)),
    st.sampled_from([datetime(1, 1, 3), datetime(99, 12, 31)]),
).map(lambda t: t.replace(microsecond=t.microsecond // 1000 * 1000))
_OFFSETS = ["Z", "+00:00", "+02:00", "-05:00", "+0530", "-03:30", "+13:00"]
iso = st.one_of(
    instants.map(lambda t: t.date().isoformat()),
    st.tuples(instants, st.sampled_from(["", *_OFFSETS]), st.sampled_from(["T", " "])).map(
        lambda p: p[0].isoformat(p[2], "seconds") + p[1]
    ),
    st.tuples(instants, st.sampled_from(["", *_OFFSETS])).map(
        lambda p: p[0].isoformat(timespec="milliseconds") + p[1]
    ),
    instants.map(lambda t: t.isoformat("T", "minutes")),
    st.sampled_from(["0001-01-01", "0001-01-01T00:00:00", "9999-12-31", "9999-12-31T23:59:59"]),
)
_odd_epochs = st.sampled_from(
    [
        -86400000000,
        -(10**11),
        -(10**12),
        1e15,
        1e17,
        -1e300,
        1700000000.123,
        1.5,
        -1.5,
        "-100000000",
        "1e9",
        "-99",
    ]
)
epochs = _odd_epochs | st.tuples(instants.map(lambda t: int(t.replace(tzinfo=UTC).timestamp())), st.sampled_from([1, 1000]), st.booleans()).map(
    lambda p: str(p[0] * p[1]) if p[2] else p[0] * p[1]
)  # fmt: skip
bad_dates = st.sampled_from(
    [
        "2026-02-30",
        "2026-13-01",
        "26-01-01",
        "tomorrow",
        "2026-01-01T25:00",
        "",
        None,
        [],
        0,
        False,
        "0000-00-00",
    ]
)
FORMATS = [
    "DD.MM.YYYY",
    "M/D/YYYY",
    "YYYYMMDD",
    "YYYY-MM-DD HH:mm",
    "DD.MM.YY H:mm",
    "YYYY-MM-DD[T]HH:mm:ss.SSSZ",
    "D.M.YYYY [um] HH:mm:ss",
    "MM/YYYY",
]
zones = st.sampled_from(ZONES)


def written(when: datetime, form: str, offset: str = "+02:00") -> str:
    """A moment as a source writes it in a format."""
    texts = {"YYYY": f"{when.year:04}", "YY": f"{when.year % 100:02}", "MM": f"{when.month:02}", "M": str(when.month),
             "DD": f"{when.day:02}", "D": str(when.day), "HH": f"{when.hour:02}", "H": str(when.hour), "mm": f"{when.minute:02}",
             "ss": f"{when.second:02}", "SSS": f"{when.microsecond // 1000:03}", "Z": offset}  # fmt: skip
    out, i = "", 0
    while i < len(form):
        token = next(
            (t for t in sorted(texts, key=len, reverse=True) if form.startswith(t, i)), None
        )
        if form[i] == "[":
            end = form.index("]", i)
            out, i = out + form[i + 1 : end], end + 1
        elif token:
            out, i = out + texts[token], i + len(token)
        else:
            out, i = out + form[i], i + 1
    return out


@st.composite
def by_format(draw: Any) -> tuple[dict[str, Any], Any]:
    """A format (with or without a zone) and a text of it, or of another."""
    form = draw(st.sampled_from(FORMATS))
    text = written(
        draw(instants),
        draw(st.one_of(st.just(form), st.sampled_from(FORMATS))),
        draw(st.sampled_from(_OFFSETS)),
    )
    rule: dict[str, Any] = {"format": form}
    if draw(st.booleans()):
        rule["timezone"] = draw(zones)
    number = st.just(int(text)) if text.isascii() and text.isdigit() else epochs
    return rule, draw(st.one_of(st.just(text), number, bad_dates))


# --- conditions ---

_paths = st.sampled_from(["v", "w", "deep.x", "gone"])
_right = st.one_of(
    words, st.sampled_from([None, "", False, True, 0, 1, "1", "10", 9, 2.5, "2.50", "a"])
)
_tests = st.one_of(
    st.tuples(_paths, st.sampled_from(["equals", "not_equals"]), _right),
    st.tuples(_paths, st.sampled_from(["in", "not_in"]), st.lists(_right, min_size=1, max_size=3)),
    st.tuples(_paths, st.just("present"), st.booleans()),
    st.tuples(_paths, st.just("matches"), st.sampled_from(["^a", "[0-9]+$", "SHOP-", "^$", "b|7"])),
    st.tuples(_paths, st.sampled_from(["gt", "lt"]), st.one_of(st.integers(-5, 20), st.sampled_from(["9", "10", "2.5", "m", "ж"]))),
).map(lambda t: {"path": t[0], t[1]: t[2]})  # fmt: skip
conditions = st.recursive(
    _tests,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda of: {"all": of}),
        st.lists(inner, min_size=1, max_size=3).map(lambda of: {"any": of}),
        inner.map(lambda of: {"not": of}),
    ),
    max_leaves=4,
)

# --- transforms ---

ARGUMENTS: dict[str, Any] = {
    "trim": None, "upper": None, "lower": None, "title": None, "collapse_spaces": None,
    "truncate": st.integers(1, 7), "prefix": words.filter(bool), "suffix": words.filter(bool),
    "replace": st.fixed_dictionaries({"find": words.filter(bool), "with": words}),
    "extract": st.sampled_from(["#([0-9]+)", "[A-Z]+-", "(x)?1", "^([a-z]+)", "SHOP-(.*)"]),
    "digits_only": None,
    "pad_left": st.fixed_dictionaries({"length": st.integers(1, 9)}, optional={"with": st.sampled_from(["*", " ", "ä"])}),
    "email_normalize": None,
    "split": st.fixed_dictionaries({"on": st.sampled_from(["-", ",", " ", "SHOP"])}),
    "join": st.sampled_from([", ", "-"]), "take": st.integers(1, 3), "first": None, "last": None,
    "pluck": st.sampled_from(["n", "name", "in.x"]),
    "where": _tests.map(lambda t: {**t, "path": "n" if t["path"] in ("v", "w") else "name"}),
    "count": None, "sum": None,
    "parse_number": st.fixed_dictionaries({}, optional={"decimal": st.sampled_from([",", "."]), "group": st.sampled_from([".", "'", " "])}).filter(
        lambda a: a.get("decimal", ".") != a.get("group")
    ),
    "round": st.integers(0, 6), "multiply": st.sampled_from([3, 0.1, "-2.5", "0.333", 0]), "divide": st.sampled_from([3, "7", "-0.25", 100]),
    "abs": None, "negate": None,
}  # fmt: skip
OF_LISTS = ("join", "take", "first", "last", "pluck", "where", "count", "sum")
OF_NUMBERS = ("round", "multiply", "divide", "abs", "negate", "sum")


@st.composite
def transformed(draw: Any) -> tuple[dict[str, Any], Any]:
    """One transform over a value of any kind, read as text."""
    name = draw(st.sampled_from([*ARGUMENTS, "parse_date", "format_date"]))
    kind: dict[str, Any] = {"type": "text"}
    if name == "parse_date":
        argument, value = draw(by_format())
        return {**kind, "from": "v", "apply": [{name: argument}]}, value
    if name == "format_date":
        argument = {"format": draw(st.sampled_from(FORMATS))}
        if draw(st.booleans()):
            argument["timezone"] = draw(zones)
        return {**kind, "from": "v", "apply": [{name: argument}]}, draw(
            st.one_of(iso, epochs, bad_dates)
        )
    strategy = ARGUMENTS[name]
    step = name if strategy is None else {name: draw(strategy)}
    value = draw(_values(name))
    steps = [step]
    if name in ("split", "take", "pluck", "where"):
        steps.append({"pluck": "name"} if name == "where" else {"join": "|"})
        if name == "where":
            steps.append({"join": "|"})
    elif name in ("first", "last") and draw(st.booleans()):
        steps.append("trim")
    elif isinstance(value, list) and name not in (*OF_NUMBERS, "parse_number"):
        steps.append({"join": "|"} if name not in OF_LISTS else "trim")
    return {**kind, "from": "v", "apply": steps}, value


def _values(name: str) -> Any:
    if name in ("pluck", "where"):
        return st.one_of(elements, st.sampled_from(EMPTIES[:3]))
    if name == "parse_number":
        return st.one_of(
            numbers,
            decimal_texts.map(lambda t: t.replace(".", ",")),
            st.sampled_from(
                ["1.234,50", "12 000", "1'000.5", "1\u202f234,5", "12\u00a0000", " 1 2 "]
            ),
        )
    if name in OF_NUMBERS:
        return st.one_of(numbers, st.lists(numbers, max_size=4))
    if name == "split":
        return scalars
    return st.one_of(scalars, lists)


# --- types and rules ---

TYPES = (
    "text",
    "email",
    "integer",
    "decimal",
    "percent",
    "currency",
    "float",
    "boolean",
    "date",
    "datetime",
    "timeofday",
)
times = st.sampled_from(
    [
        "7:05",
        "07:05",
        "23:59:59",
        "12:00 am",
        "12:30 p.m.",
        "1:15PM",
        "24:00",
        "7",
        "13:00 pm",
        "",
        "x",
    ]
)


@st.composite
def typed(draw: Any) -> tuple[dict[str, Any], Any]:
    """A field of a type, with the rules that go with it."""
    kind = draw(st.sampled_from(TYPES))
    rule: dict[str, Any] = {"from": "v", "type": kind}
    if kind in ("date", "datetime"):
        if draw(st.booleans()):
            more, value = draw(by_format())
            return {**rule, **more}, value
        if draw(st.booleans()):
            rule["timezone"] = draw(zones)
        return rule, draw(st.one_of(iso, epochs, bad_dates))
    if kind == "timeofday":
        return rule, draw(times)
    if kind in ("integer", "decimal", "percent", "currency", "float"):
        if draw(st.booleans()):
            rule["places"] = draw(st.integers(0, 0 if kind == "integer" else 8))
        return rule, draw(numbers)
    if kind == "boolean":
        if draw(st.booleans()):
            rule["true_values"] = draw(
                st.lists(
                    st.sampled_from(["ja", "yes", "0", "X"]), min_size=1, max_size=2, unique=True
                )
            )
        return rule, draw(
            st.one_of(
                st.sampled_from(
                    ["true", "TRUE", "T", "f", "1", 0, 1, "ja", " ja ", "nein", "X", True]
                ),
                scalars,
            )
        )
    return rule, draw(st.one_of(scalars, lists))


@st.composite
def ruled(draw: Any) -> tuple[dict[str, Any], Any]:
    """Sources, maps, defaults, required, empty, conditions: everything around the value."""
    rule: dict[str, Any] = {"type": "text"}
    parts = st.one_of(
        st.sampled_from(["v", "w", "deep.x", "gone"]).map(lambda path: {"from": path}),
        words.filter(bool).map(lambda text: {"value": text}),
        st.sampled_from(["v", "w"]).map(lambda path: {"from": path, "apply": ["trim"]}),
    )
    shape = draw(st.sampled_from(["from", "concat", "coalesce"]))
    rule[shape] = draw(
        st.sampled_from(["v", "deep.x", "gone"])
        if shape == "from"
        else st.lists(parts, min_size=1, max_size=3)
    )
    if draw(st.booleans()):
        rule["apply"] = [
            draw(st.sampled_from(["trim", "upper", "digits_only", {"extract": "^a(.*)"}]))
        ]
    if draw(st.booleans()):
        rule["map"] = draw(st.sampled_from(sorted(MAPS)))
    if draw(st.booleans()):
        rule["default"] = draw(st.sampled_from(["d", "0"]))
    if draw(st.booleans()):
        rule["empty"] = draw(st.sampled_from(["skip", "clear", "error"]))
    if draw(st.integers(0, 3)) == 0:
        rule["required"] = True
    if draw(st.integers(0, 2)) == 0:
        rule["when"] = draw(conditions)
    document = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "v": scalars,
                "w": scalars,
                "deep": st.one_of(scalars, st.fixed_dictionaries({}, optional={"x": scalars})),
            },
        )
    )
    return rule, document
