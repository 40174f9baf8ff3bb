"""N/search: every operator on every type of field."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab
from searching import KIND, Finder, deploy, probe

SHOWS = pytest.mark.shows("N/search.create", "N/search.Search.run")
DAY_MS = 24 * 3600 * 1000


@pytest.fixture(scope="module")
def probes(lab: Lab) -> Finder:
    deploy(lab)
    lab.account.set_clock(1_795_000_000_000)  # 2026-11-18, 11:06 UTC
    first = probe(
        lab, "alpha", text="Red Apple pie", note="one", whole=5, money=10.5, share=10, ratio=0.5,
        day="2026-11-18", moment=1_795_000_000_000, flag=True, place="1", color="1",
        colors=["1", "2"],
    )  # fmt: skip
    probe(
        lab, "beta", text="green apple", whole=-3, money=200, share=55.5, ratio=2,
        day="2026-10-31", moment=1_795_000_000_000 - 40 * DAY_MS, flag=False, place="2",
        color="2", colors=["2"], parent=str(first),
    )  # fmt: skip
    probe(lab, "empty")
    return Finder(lab)


def found(probes: Finder, field: str, operator: str, *values: Any) -> str:
    """First letters of the records that one filter finds."""
    return "".join(name[0] for name in probes.names([[f"custrecord_{field}", operator, *values]]))


@SHOWS
@pytest.mark.rule("search.operators", "search.text_case", "search.negatives_find_empty")
@pytest.mark.parametrize(
    ("operator", "value", "letters"),
    [
        ("is", "red apple PIE", "a"),
        ("is", "red apple", ""),
        ("isnot", "green apple", "ae"),
        ("contains", "APPLE", "ab"),
        ("doesnotcontain", "pie", "be"),
        ("startswith", "Green", "b"),
        ("doesnotstartwith", "green", "ae"),
        ("haskeywords", "pie red", "a"),
        ("isempty", "", "e"),
        ("isnotempty", "", "ab"),
        ("any", "", "abe"),
    ],
)
def test_text(probes: Finder, operator: str, value: str, letters: str) -> None:
    assert found(probes, "text", operator, value) == letters


@SHOWS
@pytest.mark.rule("search.operators", "search.negatives_find_empty")
@pytest.mark.parametrize("field", ["whole", "money", "share", "ratio"])
def test_numbers(probes: Finder, field: str) -> None:
    low, high = {"whole": (-3, 5), "money": (10.5, 200), "share": (10, 55.5), "ratio": (0.5, 2)}[
        field
    ]
    less, more = ("b", "a") if field == "whole" else ("a", "b")

    def is_(operator: str, *values: Any) -> str:
        return found(probes, field, operator, *values)

    assert is_("equalto", low) == less
    assert is_("equalto", str(high)) == more
    assert is_("notequalto", low) == "".join(sorted(more + "e"))
    assert is_("greaterthan", low) == more
    assert is_("greaterthanorequalto", low) == "ab"
    assert is_("lessthan", high) == less
    assert is_("lessthanorequalto", high) == "ab"
    assert is_("notgreaterthan", low) == "".join(sorted(less + "e"))
    assert is_("notgreaterthanorequalto", high) == "".join(sorted(less + "e"))
    assert is_("notlessthan", high) == "".join(sorted(more + "e"))
    assert is_("notlessthanorequalto", low) == "".join(sorted(more + "e"))
    assert is_("between", low, high) == "ab"
    assert is_("between", [low, low]) == less
    assert is_("notbetween", low, high) == "e"
    assert is_("isempty") == "e"
    assert is_("isnotempty", "") == "ab"
    assert is_("any") == "abe"


@SHOWS
@pytest.mark.rule("search.operators", "search.dates_in_user_format", "search.relative_dates")
@pytest.mark.parametrize("field", ["day", "moment"])
@pytest.mark.parametrize(
    ("operator", "values", "letters"),
    [
        ("on", ["today"], "a"),
        ("on", ["yesterday"], ""),
        ("after", ["lastmonth"], "a"),
        ("before", ["thismonth"], "b"),
        ("onorafter", ["startofthismonth"], "a"),
        ("onorbefore", ["today"], "ab"),
        ("within", ["thisyear"], "ab"),
        ("within", ["daysago60", "daysago5"], "b"),
        ("within", ["lastmonth"], "b"),
        ("within", ["lastweek"], ""),
        ("noton", ["today"], "be"),
        ("notafter", ["lastmonth"], "be"),
        ("notbefore", ["thismonth"], "ae"),
        ("notonorafter", ["thisweek"], "be"),
        ("notonorbefore", ["daysago5"], "ae"),
        ("notwithin", ["thismonth"], "be"),
        ("isempty", [""], "e"),
        ("isnotempty", [""], "ab"),
    ],
)
def test_dates(probes: Finder, field: str, operator: str, values: list[str], letters: str) -> None:
    assert found(probes, field, operator, *values) == letters


@SHOWS
@pytest.mark.rule("search.dates_in_user_format")
def test_a_date_is_text_in_the_users_format_or_a_date(probes: Finder) -> None:
    assert found(probes, "day", "on", "11/18/2026") == "a"
    assert found(probes, "day", "within", "10/1/2026", "11/1/2026") == "b"
    assert (
        probes.lab.run(
            "return search.create({ type: input, filters: [['custrecord_day', 'on', new Date(2026, 10, 18, 12)]] })"
            ".runPaged().count",
            KIND,
        )
        == 1
    )
    with probes.lab.refused("UNEXPECTED_ERROR", "Invalid date value"):
        found(probes, "day", "on", "2026-11-18")


@SHOWS
@pytest.mark.rule("search.operators")
@pytest.mark.parametrize(
    ("operator", "value", "letters"),
    [
        ("is", "T", "a"),
        ("is", "F", "be"),
        ("is", True, "a"),
        ("is", False, "be"),
        ("isnot", "T", "be"),
    ],
)
def test_check_boxes(probes: Finder, operator: str, value: Any, letters: str) -> None:
    assert found(probes, "flag", operator, value) == letters


@SHOWS
@pytest.mark.rule("search.operators", "search.none", "search.negatives_find_empty")
@pytest.mark.parametrize("field", ["place", "color"])
@pytest.mark.parametrize(
    ("operator", "values", "letters"),
    [
        ("anyof", ["1"], "a"),
        ("anyof", [1, 2], "ab"),
        ("anyof", [["1", "2"]], "ab"),
        ("noneof", ["1"], "be"),
        ("anyof", ["@NONE@"], "e"),
        ("noneof", ["@NONE@"], "ab"),
        ("anyof", ["@NONE@", "2"], "be"),
        ("noneof", ["@NONE@", "2"], "a"),
    ],
)
def test_selects(
    probes: Finder, field: str, operator: str, values: list[Any], letters: str
) -> None:
    assert found(probes, field, operator, *values) == letters


@SHOWS
@pytest.mark.rule("search.select_is")
def test_is_on_a_select(probes: Finder) -> None:
    if not probes.lab.preferences.search_select_is:
        with probes.lab.refused("SSS_INVALID_SRCH_OPERATOR"):
            found(probes, "place", "is", "1")
        return
    assert found(probes, "place", "is", "1") == "a"


@SHOWS
@pytest.mark.rule("search.operators", "search.none")
@pytest.mark.parametrize(
    ("operator", "values", "letters"),
    [
        ("anyof", ["1"], "a"),
        ("anyof", ["1", "2"], "ab"),
        ("allof", ["1", "2"], "a"),
        ("noneof", ["1"], "be"),
        ("notallof", ["1", "2"], "be"),
        ("anyof", ["@NONE@"], "e"),
        ("noneof", ["@NONE@"], "ab"),
    ],
)
def test_multi_selects(probes: Finder, operator: str, values: list[str], letters: str) -> None:
    assert found(probes, "colors", operator, *values) == letters


@SHOWS
@pytest.mark.rule("search.operators_by_type")
@pytest.mark.parametrize(
    ("field", "operator"),
    [
        ("text", "anyof"),
        ("text", "on"),
        ("whole", "contains"),
        ("whole", "anyof"),
        ("day", "greaterthan"),
        ("day", "is"),
        ("flag", "anyof"),
        ("place", "contains"),
        ("place", "isempty"),
        ("colors", "startswith"),
        ("text", "resembles"),
    ],
)
def test_an_operator_that_the_type_does_not_have_is_refused(
    probes: Finder, field: str, operator: str
) -> None:
    with probes.lab.refused("SSS_INVALID_SRCH_OPERATOR"):
        found(probes, field, operator, "1")


@SHOWS
@pytest.mark.rule("search.expressions")
def test_and_or_not_and_groups(probes: Finder) -> None:
    a, b = ["custrecord_whole", "equalto", 5], ["custrecord_flag", "is", "F"]
    assert probes.names([a, "or", b]) == ["alpha", "beta", "empty"]
    assert probes.names([a, "AND", b]) == []
    assert probes.names([b, "and", "not", ["custrecord_text", "isempty", ""]]) == ["beta"]
    assert probes.names(["not", [a, "or", ["custrecord_whole", "isempty", ""]]]) == ["beta"]
    # AND binds closer than OR.
    assert probes.names([a, "or", b, "and", ["custrecord_text", "isnotempty", ""]]) == [
        "alpha",
        "beta",
    ]
    assert probes.names([a, b]) == []
    assert probes.names(a) == ["alpha"]


@SHOWS
@pytest.mark.rule("search.expressions")
@pytest.mark.parametrize(
    "filters",
    [[["name", "is", "x"], "xor", ["name", "is", "y"]], [["name", "is", "x"], "and"], ["or"]],
)
def test_a_malformed_expression_is_refused(probes: Finder, filters: list[Any]) -> None:
    with probes.lab.refused("SSS_INVALID_SRCH_FILTER_EXPR"):
        probes.names(filters)


@pytest.mark.shows(
    "N/search.createFilter",
    "N/search.Operator",
    "N/search.Search.filters",
    "N/search.Search.filterExpression",
)
@pytest.mark.rule("search.filters_added_in_place")
def test_filter_objects_and_filters_added_in_place(probes: Finder) -> None:
    result = probes.lab.run(
        """const made = search.create({ type: input, filters: [search.createFilter({
          name: 'custrecord_text', operator: search.Operator.CONTAINS, values: 'apple' })] });
        const before = made.runPaged().count;
        made.filters.push(search.createFilter({ name: 'custrecord_flag', operator: 'is', values: [true] }));
        const after = made.runPaged().count;
        const expression = made.filterExpression;
        made.filterExpression = [['custrecord_text', 'isempty', '']];
        return [before, after, expression, made.runPaged().count, made.filters[0].operator];""",
        KIND,
    )
    assert result == [
        2, 1,
        [["custrecord_text", "contains", "apple"], "AND", ["custrecord_flag", "is", True]],
        1, "isempty",
    ]  # fmt: skip


@pytest.mark.shows("N/search.createFilter")
@pytest.mark.rule("search.create_filter_errors")
@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"name": "name"}, "SSS_MISSING_REQD_ARGUMENT"),
        ({"name": "name", "operator": "like"}, "SSS_INVALID_SRCH_OPERATOR"),
        ({"name": "name", "operator": "is", "summary": "most"}, "INVALID_SRCH_SUMMARY_TYP"),
    ],
)
def test_a_wrong_filter_object_is_refused(
    probes: Finder, options: dict[str, str], code: str
) -> None:
    with probes.lab.refused(code):
        probes.lab.run("return search.createFilter(input)", options)


@SHOWS
@pytest.mark.rule("search.current_user")
def test_the_current_user(probes: Finder) -> None:
    assert probes.lab.run(
        "return search.create({ type: 'employee', filters: ['internalid', 'anyof', '@CURRENT@'] }).run()"
        ".getRange({ start: 0, end: 5 }).map(({ id }) => id)",
        session=type(probes.lab.admin)(7, "ADMINISTRATOR", "USERINTERFACE"),
    ) == ["7"]


@SHOWS
@pytest.mark.rule("search.unknown_names")
@pytest.mark.parametrize(
    ("filters", "columns", "code"),
    [
        ([["custrecord_nothing", "is", "1"]], [], "SSS_INVALID_SRCH_FILTER"),
        ([["nowhere.name", "is", "1"]], [], "SSS_INVALID_SRCH_FILTER_JOIN"),
        ([], ["custrecord_nothing"], "SSS_INVALID_SRCH_COL"),
        ([], ["nowhere.name"], "SSS_INVALID_SRCH_COLUMN_JOIN"),
    ],
)
def test_a_name_that_the_type_does_not_have_is_refused(
    probes: Finder, filters: list[Any], columns: list[str], code: str
) -> None:
    with probes.lab.refused(code):
        probes.results(KIND, filters, columns)


@pytest.mark.shows("N/search.create", "N/search.Search.run", "N/search.ResultSet.getRange")
@pytest.mark.rule("search.text_numbers", "search.text_number_is")
def test_the_number_of_another_order_is_text_with_the_operators_of_numbers(lab: Lab) -> None:
    for number, reference in (("TN-1", "Shop 7"), ("TN-2", "90210"), ("TN-3", None)):
        lab.account.seed(
            [
                {
                    "type": "salesorder",
                    "fields": {"entity": "1001", "tranid": number, "otherrefnum": reference},
                }
            ]
        )

    def orders(*filters: Any) -> list[str]:
        return lab.run(
            "return search.create({ type: 'salesorder', filters: [['mainline', 'is', 'T'], "
            "['numbertext', 'startswith', 'TN-'], ...input], columns: [{ name: 'tranid', sort: 'ASC' }] })"
            ".run().getRange({ start: 0, end: 9 }).map((row) => row.getValue('tranid'))",
            [*filters],
        )

    assert orders(["otherrefnum", "equalto", "shop 7"]) == ["TN-1"]
    assert orders(["otherrefnum", "equalto", 90210]) == ["TN-2"]
    assert orders(["otherrefnum", "notequalto", "Shop 7"]) == ["TN-2", "TN-3"]
    assert orders(["otherrefnum", "greaterthan", 90000]) == ["TN-2"]
    assert orders(["otherrefnum", "isempty", ""]) == ["TN-3"]
    assert orders(["number", "equalto", "TN-2"]) == ["TN-2"]
    assert orders(["poastext", "contains", "hop"]) == ["TN-1"]
    if lab.preferences.search_text_number_is:
        assert orders(["otherrefnum", "is", "Shop 7"]) == ["TN-1"]
    else:
        with lab.refused("SSS_INVALID_SRCH_OPERATOR"):
            orders(["otherrefnum", "is", "Shop 7"])
