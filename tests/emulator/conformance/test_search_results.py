"""N/search: values of results, joins, sorting, summaries and formulas."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab
from searching import KIND, Finder, deploy, probe

SHOWS = pytest.mark.shows("N/search.create", "N/search.Search.run", "N/search.Result.toJSON")


def _line(item: str, quantity: float, rate: float) -> dict[str, Any]:
    return {
        "item": {"ref": "item", "by": "itemid", "value": item},
        "quantity": quantity, "rate": rate, "amount": quantity * rate,
    }  # fmt: skip


@pytest.fixture(scope="module")
def finder(lab: Lab) -> Finder:
    deploy(lab)
    lab.account.set_clock(1_795_000_000_000)  # 2026-11-18, 3:06 am in Los Angeles
    seeds: list[dict[str, Any]] = [
        {"type": "customer", "externalid": f"C-{name}",
         "fields": {"companyname": name, "entityid": name, "subsidiary": "2", "email": f"{name.lower()}@x.example"}}
        for name in ("Quay", "Pier")
    ]  # fmt: skip
    seeds += [
        {"type": "salesorder", "externalid": key,
         "fields": {"entity": {"ref": "customer", "value": f"C-{name}"}, "trandate": day,
                    "memo": f"memo {key}", "orderstatus": "B"},
         "sublists": {"item": lines}}
        for key, name, day, lines in (
            ("S1", "Quay", "2026-11-02", [_line("SAMPLE-STOCK", 2, 10.5), _line("SAMPLE-SERVICE", 1, 4)]),
            ("S2", "Quay", "2026-11-03", [_line("SAMPLE-STOCK", 3, 10)]),
            ("S3", "Pier", "2026-11-03", [_line("SAMPLE-STOCK", 1, 0.25)]),
        )
    ]  # fmt: skip
    seeds.append(
        {"type": "creditmemo", "externalid": "M1",
         "fields": {"entity": {"ref": "customer", "value": "C-Pier"}, "trandate": "2026-11-04"},
         "sublists": {"item": [_line("SAMPLE-STOCK", 2, 5)]}}
    )  # fmt: skip
    lab.account.seed(seeds)
    return Finder(lab)


def values(rows: list[dict[str, Any]], *names: str) -> list[Any]:
    """The named values of each result; of one name without a tuple."""
    found = [tuple(row["values"][name] for name in names) for row in rows]
    return [row[0] for row in found] if len(names) == 1 else found


def orders(*more: Any) -> list[Any]:
    return [["type", "anyof", "SalesOrd"], "and", ["externalid", "anyof", "S1", "S2", "S3"], *more]


MAIN = ("and", ["mainline", "is", "T"])
LINES = ("and", ["mainline", "is", "F"])


@SHOWS
@pytest.mark.rule("search.values")
def test_what_values_look_like(finder: Finder) -> None:
    (row,) = finder.results(
        "salesorder",
        [["externalid", "anyof", "S1"], *MAIN],
        ["tranid", "entity", "trandate", "datecreated", "amount", "status", "mainline", "type",
         "shipcomplete", "memo", "createdfrom", "location"],
    )  # fmt: skip
    assert row["recordType"] == "salesorder"
    assert isinstance(row["id"], str)
    found = row["values"]
    (entity,) = found["entity"]
    assert entity["text"] == "Quay"
    assert entity["value"].isdecimal()
    assert found["trandate"] == finder.lab.day("2026-11-02")
    assert found["datecreated"].startswith(finder.lab.day("2026-11-18") + " ")
    assert found["datecreated"].endswith((" am", " pm"))
    assert found["amount"] == "25.00"
    assert found["status"] == [{"value": "pendingFulfillment", "text": "Pending Fulfillment"}]
    assert found["type"] == [{"value": "SalesOrd", "text": "Sales Order"}]
    assert (found["mainline"], found["memo"]) == ("*", "memo S1")
    assert found["shipcomplete"] is False
    assert found["createdfrom"] == found["location"] == []


@SHOWS
@pytest.mark.rule("search.values")
def test_values_of_custom_fields(finder: Finder) -> None:
    probe(
        finder.lab, "values", money=3, share=12, ratio=0.5, whole=7, flag=True, colors=["1", "3"],
        day="2026-02-03", note="two\nlines", color="2",
    )  # fmt: skip
    names = ("money", "share", "ratio", "whole", "flag", "colors", "day", "note", "color", "text")
    (row,) = finder.results(
        KIND, [["name", "is", "values"]], [f"custrecord_{name}" for name in names]
    )
    assert list(row["values"].values()) == [
        "3.00", "12.0%", "0.5", "7", True,
        [{"value": "1", "text": "Red"}, {"value": "3", "text": "Blue"}],
        finder.lab.day("2026-02-03"), "two\nlines", [{"value": "2", "text": "Green"}], "",
    ]  # fmt: skip


@SHOWS
@pytest.mark.rule("search.dates_in_user_format")
def test_dates_are_written_as_the_user_wants_them(finder: Finder) -> None:
    berlin = type(finder.lab.admin)(-5, "ADMINISTRATOR", "OTHER", "Europe/Berlin", "DD.MM.YYYY")
    if type(finder.lab).__name__ == "HttpLab":
        pytest.skip("the session of a token has the account's format")
    (row,) = finder.results(
        "salesorder",
        [["externalid", "anyof", "S2"], *MAIN, "and", ["trandate", "on", "03.11.2026"]],
        ["trandate", "datecreated"],
        session=berlin,
    )
    assert row["values"]["trandate"] == "03.11.2026"
    assert row["values"]["datecreated"].startswith("18.11.2026 12:")


@SHOWS
@pytest.mark.rule("search.lines")
def test_a_transaction_search_gives_a_row_for_each_line(finder: Finder) -> None:
    columns = ["mainline", "item", "quantity", "rate", "amount", "line"]
    rows = finder.results("transaction", [["externalid", "anyof", "S1"]], columns)
    kept = {(r["values"]["mainline"], r["values"]["quantity"], r["values"]["amount"]) for r in rows}
    assert kept == {("*", "", "25.00"), ("", "2", "21.00"), ("", "1", "4.00")}
    assert len({row["id"] for row in rows}) == 1
    lines = finder.results("transaction", [["externalid", "anyof", "S1"], *LINES], columns)
    assert {row["values"]["item"][0]["text"] for row in lines} == {"SAMPLE-STOCK", "SAMPLE-SERVICE"}
    assert sorted(values(lines, "rate")) == ["10.50", "4.00"]
    assert sorted(values(lines, "line")) == ["1", "2"]


@SHOWS
@pytest.mark.rule("search.lines")
def test_lines_are_found_by_their_item(finder: Finder) -> None:
    def keys(*terms: Any) -> list[Any]:
        rows = finder.results("salesorder", orders(*LINES, *terms), ["externalid", "item"])
        return sorted(row["values"]["externalid"][0]["value"] for row in rows)

    (stock,) = finder.results("item", [["itemid", "is", "SAMPLE-STOCK"]])
    (service,) = finder.results("item", [["itemid", "is", "SAMPLE-SERVICE"]])
    assert keys("and", ["item", "anyof", stock["id"]]) == ["S1", "S2", "S3"]
    assert keys("and", ["item", "anyof", [stock["id"], service["id"]]]) == ["S1", "S1", "S2", "S3"]
    assert keys("and", ["item", "noneof", stock["id"]]) == ["S1"]
    assert keys("and", [["item", "anyof", service["id"]], "or", ["quantity", "equalto", 3]]) == [
        "S1",
        "S2",
    ]


@SHOWS
@pytest.mark.rule("search.line_keys")
def test_lines_have_keys_of_their_own(finder: Finder) -> None:
    rows = finder.results("salesorder", orders(*LINES), ["lineuniquekey"])
    assert len(set(values(rows, "lineuniquekey"))) == 4


@SHOWS
@pytest.mark.rule("search.returns_negative")
def test_credits_are_negative(finder: Finder) -> None:
    sign = "-" if finder.lab.preferences.search_returns_negative else ""
    (main,) = finder.results("creditmemo", [["externalid", "anyof", "M1"], *MAIN], ["amount"])
    (line,) = finder.results(
        "creditmemo", [["externalid", "anyof", "M1"], *LINES], ["amount", "quantity"]
    )
    assert main["values"]["amount"] == f"{sign}10.00"
    assert line["values"] == {"amount": f"{sign}10.00", "quantity": f"{sign}2"}


@SHOWS
@pytest.mark.rule("search.status_codes")
def test_statuses_are_filtered_by_type_and_letter(finder: Finder) -> None:
    assert (
        len(finder.results("salesorder", orders(*MAIN, "and", ["status", "anyof", "SalesOrd:B"])))
        == 3
    )
    assert (
        finder.results(
            "salesorder", orders(*MAIN, "and", ["status", "anyof", ["SalesOrd:A", "SalesOrd:H"]])
        )
        == []
    )
    assert (
        finder.results("salesorder", orders(*MAIN, "and", ["status", "noneof", "SalesOrd:B"])) == []
    )


@SHOWS
@pytest.mark.rule("search.joins")
def test_joins_in_filters_and_columns(finder: Finder) -> None:
    rows = finder.results(
        "salesorder",
        orders(*MAIN, "and", ["customerMain.email", "is", "quay@x.example"], "and", ["entity.entityid", "is", "quay"]),
        [{"name": "email", "join": "customer"}, "customer.entityid", "subsidiary.name", {"name": "tranid", "sort": "ASC"}],
    )  # fmt: skip
    assert (
        values(rows, "customer.email", "customer.entityid", "subsidiary.name")
        == [("quay@x.example", "Quay", "United States")] * 2
    )
    lines = finder.results(
        "salesorder",
        orders(*LINES, "and", ["item.type", "anyof", "Service"]),
        ["item.itemid", "item.type"],
    )
    assert values(lines, "item.itemid", "item.type") == [
        ("SAMPLE-SERVICE", [{"value": "Service", "text": "Service"}])
    ]
    # From the other side: a customer with its orders.
    rows = finder.results(
        "customer", [["transaction.externalid", "anyof", "S3"]], ["entityid", "transaction.memo"]
    )
    assert values(rows, "entityid", "transaction.memo") == [("Pier", "memo S3")]


@SHOWS
@pytest.mark.rule("search.custom_joins")
def test_custom_records_join_by_their_fields_both_ways(finder: Finder) -> None:
    lab = finder.lab
    (customer,) = finder.results("customer", [["externalid", "anyof", "C-Quay"]])
    parent = probe(lab, "mother", customer=customer["id"], whole=1)
    probe(lab, "child", parent=str(parent))
    rows = finder.results(
        KIND,
        [["custrecord_parent.custrecord_whole", "equalto", 1]],
        ["name", "custrecord_parent.name"],
    )
    assert values(rows, "name", "custrecord_parent.name") == [("child", "mother")]
    rows = finder.results(KIND, [["custrecord_customer.email", "startswith", "quay"]], ["name"])
    assert values(rows, "name") == ["mother"]
    rows = finder.results(
        "customer",
        [["CUSTRECORD_CUSTOMER.name", "is", "mother"]],
        ["entityid", "custrecord_customer.custrecord_whole"],
    )
    assert values(rows, "entityid", "custrecord_customer.custrecord_whole") == [("Quay", "1")]


@SHOWS
@pytest.mark.rule("search.sort")
def test_sorting(finder: Finder) -> None:
    rows = finder.results(
        "salesorder",
        orders(*MAIN),
        [{"name": "entity", "sort": "ASC"}, {"name": "trandate", "sort": "DESC"}, "memo"],
    )
    assert values(rows, "memo") == ["memo S3", "memo S2", "memo S1"]
    rows = finder.results("salesorder", orders(*MAIN), [{"name": "amount", "sort": "DESC"}, "memo"])
    assert values(rows, "memo") == ["memo S2", "memo S1", "memo S3"]


@SHOWS
@pytest.mark.rule("search.order")
def test_without_a_sort(finder: Finder) -> None:
    ids = [int(row["id"]) for row in finder.results("salesorder", orders(*MAIN))]
    backwards = finder.lab.preferences.search_order == "descending"
    assert ids == sorted(ids, reverse=backwards)


@pytest.mark.shows(
    "N/search.Summary",
    "N/search.Sort",
    "N/search.Type",
    "N/search.createColumn",
    "N/search.Column.sort",
    "N/search.Column.summary",
    "N/search.Result.getValue",
    "N/search.Result.getText",
)
@pytest.mark.rule("search.summaries")
def test_summaries(finder: Finder) -> None:
    result = finder.lab.run(
        """const column = (name, summary, more) => search.createColumn({ name, summary, ...more });
        const found = [];
        search.create({ type: search.Type.SALES_ORDER, filters: input, columns: [
          column('entity', search.Summary.GROUP, { sort: search.Sort.ASC }), column('amount', 'SUM'), column('amount', 'AVG'),
          column('trandate', 'MIN'), column('trandate', 'MAX'), column('location', 'GROUP'), column('memomain', 'MAX'),
          column('formulanumeric', 'SUM', { formula: '{quantity} * 10' }),
        ] }).run().each((row) => {
          const value = (name, summary) => row.getValue({ name, summary });
          found.push([row.id, row.getText({ name: 'entity', summary: 'GROUP' }), value('amount', 'SUM'), value('amount', 'AVG'),
            value('trandate', 'MIN'), value('trandate', 'MAX'), value('location', 'GROUP'),
            row.getText({ name: 'location', summary: 'GROUP' }), value('memomain', 'MAX'), value('formulanumeric', 'SUM'),
            row.getValue('amount')]);
          return true;
        });
        return found;""",
        orders(*LINES),
    )
    second, third = finder.lab.day("2026-11-02"), finder.lab.day("2026-11-03")
    assert result == [
        [None, "Pier", "0.25", "0.25", third, third, "", "- None -", "memo S3", "10", None],
        [None, "Quay", "55.00", "18.33", second, third, "", "- None -", "memo S2", "60", None],
    ]  # fmt: skip


@SHOWS
@pytest.mark.rule("search.count_distinct")
def test_count(finder: Finder) -> None:
    (row,) = finder.results(
        "salesorder", orders(*LINES), [{"name": "internalid", "summary": "COUNT"}]
    )
    distinct = finder.lab.preferences.search_counts_distinct
    assert row == {"values": {"COUNT(internalid)": "3" if distinct else "4"}}


@SHOWS
@pytest.mark.rule("search.summary_filters")
def test_conditions_on_groups(finder: Finder) -> None:
    rows = finder.results(
        "salesorder",
        orders(*LINES, "and", ["sum(amount)", "greaterthan", 1]),
        [{"name": "entity", "summary": "GROUP"}, {"name": "amount", "summary": "SUM"}],
    )
    assert values(rows, "SUM(amount)") == ["55.00"]
    rows = finder.results(
        "salesorder",
        orders(*LINES, "and", ["max(formulanumeric: {quantity} * 2)", "equalto", 2]),
        [{"name": "entity", "summary": "GROUP"}],
    )
    assert [row["values"]["GROUP(entity)"][0]["text"] for row in rows] == ["Pier"]


@pytest.mark.shows("N/search.createColumn", "N/search.Result.getValue")
@pytest.mark.rule("search.formulas")
def test_a_number_after_the_name_tells_formulas_apart(lab: Lab) -> None:
    code = """
      const column = (name, formula) => search.createColumn({ name, formula });
      const names = ['formulatext1', 'formulatext2', 'formulatext_3'];
      const found = search.create({ type: 'currency', filters: [['formulatext4: {symbol}', 'is', 'USD']],
        columns: names.map((name) => column(name, `'${name}' || {symbol}`)) }).run().getRange({ start: 0, end: 2 });
      return found.map((row) => names.map((name) => row.getValue({ name })));"""
    assert lab.run(code) == [["formulatext1USD", "formulatext2USD", "formulatext_3USD"]]


@pytest.mark.shows("N/search.create")
@pytest.mark.rule("search.order_dates")
def test_a_customer_knows_its_first_and_last_orders(lab: Lab) -> None:
    (customer,) = lab.account.seed(
        [{"type": "customer", "fields": {"companyname": "Dated", "subsidiary": "1"}}]
    )
    item = lab.account.find("noninventorysaleitem")[0]["id"]
    for type_, day in (
        ("salesorder", "2026-03-04"),
        ("salesorder", "2026-01-02"),
        ("invoice", "2026-05-06"),
    ):
        fields = {"entity": str(customer), "trandate": day}
        line = {"item": str(item), "quantity": 1, "rate": 1}
        lab.account.seed(
            [{"type": type_, "fields": fields, "sublists": {"item": [{"fields": line}]}}]
        )
    code = """const names = ['firstorderdate', 'lastorderdate', 'firstsaledate', 'lastsaledate'];
      const [row] = search.create({ type: 'customer', filters: [['internalid', 'anyof', input.customer], 'and',
        ['lastorderdate', 'onorafter', input.day]], columns: names }).run().getRange({ start: 0, end: 5 });
      return names.map((name) => row.getValue(name));"""
    found = lab.run(code, {"customer": customer, "day": lab.day("2026-03-01")})
    assert found == [
        lab.day(day) for day in ("2026-01-02", "2026-03-04", "2026-05-06", "2026-05-06")
    ]


FORMULAS = [
    ("formulatext", "CASE WHEN {amount} > 20 THEN 'big' ELSE 'small' END", "big"),
    ("formulatext", "{entity} || ' / ' || {tranid.id}", None),
    ("formulatext", "NVL({location}, 'nowhere')", "nowhere"),
    ("formulatext", "DECODE({status}, 'Pending Fulfillment', 'go', 'wait')", "go"),
    ("formulatext", "TO_CHAR({trandate}, 'YYYY-MM-DD')", "2026-11-02"),
    ("formulatext", "SUBSTR({memo}, 1, 4) || INSTR({memo}, 'S1')", "memo6"),
    ("formulatext", "UPPER(REPLACE({memo}, 'memo ', ''))", "S1"),
    ("formulatext", "{customer.email}", "quay@x.example"),
    ("formulatext", "'{not} a field'", "{not} a field"),
    ("formulanumeric", "ROUND({amount} / 3, 2)", "8.33"),
    ("formulanumeric", "TO_NUMBER('12') + LENGTH({memo})", "19"),
    ("formulanumeric", "TO_DATE('2026-11-05', 'YYYY-MM-DD') - {trandate}", "3"),
    ("formulanumeric", "{today} - {trandate}", "16"),
    ("formulacurrency", "{amount} / 3", "8.33"),
    ("formulapercent", "{amount} / 100", "25.0%"),
    ("formuladate", "{trandate} + 30", "2026-12-02"),
    ("formuladate", "LAST_DAY({trandate})", "2026-11-30"),
]


@pytest.mark.shows("N/search.Column.formula")
@pytest.mark.rule("search.formulas")
def test_formulas_in_columns(finder: Finder) -> None:
    wanted = [(kind, text, shown) for kind, text, shown in FORMULAS if shown is not None]
    (row,) = finder.results(
        "salesorder",
        [["externalid", "anyof", "S1"], *MAIN],
        [{"name": kind, "formula": text} for kind, text, _ in wanted],
    )
    assert list(row["values"].values()) == [
        finder.lab.day(shown) if kind == "formuladate" else shown for kind, _, shown in wanted
    ]
    assert list(row["values"])[:2] == ["formulatext", "formulatext_1"]


@pytest.mark.shows("N/search.Column.formula")
@pytest.mark.rule("search.formula_zero")
def test_numbers_below_one_in_formulas(finder: Finder) -> None:
    (row,) = finder.results(
        "salesorder",
        [["externalid", "anyof", "S1"], *MAIN],
        [{"name": "formulanumeric", "formula": "{amount} / 50"}],
    )
    shown = "0.5" if finder.lab.preferences.search_leading_zero else ".5"
    assert row["values"]["formulanumeric"] == shown


@pytest.mark.shows("N/search.Filter.formula", "N/search.createFilter")
@pytest.mark.rule("search.formulas")
def test_formulas_in_filters(finder: Finder) -> None:
    def memos(*terms: Any) -> list[Any]:
        rows = finder.results(
            "salesorder", orders(*MAIN, *terms), [{"name": "memo", "sort": "ASC"}]
        )
        return values(rows, "memo")

    assert memos(
        "and", ["formulanumeric: CASE WHEN {entity} = 'Pier' THEN 1 ELSE 0 END", "equalto", "1"]
    ) == ["memo S3"]
    assert memos("and", ["formulatext: {customer.email}", "contains", "QUAY"]) == [
        "memo S1",
        "memo S2",
    ]
    day = finder.lab.day("2026-11-03")
    assert memos("and", ["formuladate: {trandate} + 1", "on", day]) == ["memo S1"]
    assert (
        finder.lab.run(
            """return search.create({ type: 'salesorder', filters: [
          search.createFilter({ name: 'mainline', operator: 'is', values: true }),
          search.createFilter({ name: 'formulatext', formula: '{memo}', operator: 'is', values: 'memo s2' }),
        ] }).runPaged().count"""
        )
        == 1
    )


@pytest.mark.shows("N/search.Column.formula")
@pytest.mark.rule("search.bad_formulas")
@pytest.mark.parametrize(
    "formula", ["{nothing} + 1", "CASE WHEN", "1) FROM dual; --", "{memo", "(SELECT 1"]
)
def test_what_is_no_expression_is_refused(finder: Finder, formula: str) -> None:
    with finder.lab.refused("UNEXPECTED_ERROR", "Invalid Expression"):
        finder.results("salesorder", [], [{"name": "formulatext", "formula": formula}])


@SHOWS
@pytest.mark.rule("search.functions")
def test_special_functions(finder: Finder) -> None:
    (row,) = finder.results(
        "salesorder",
        [["externalid", "anyof", "S1"], *MAIN],
        [{"name": "amount", "function": "negate"}],
    )
    assert row["values"]["amount"] == "-25.00"
    with finder.lab.refused("INVALID_SRCH_FUNCTN"):
        finder.results("salesorder", [], [{"name": "amount", "function": "halve"}])


@SHOWS
@pytest.mark.rule("search.types")
@pytest.mark.parametrize(
    ("record", "column", "value"),
    [
        ("item", "itemid", "SAMPLE-STOCK"),
        ("inventoryitem", "itemid", "SAMPLE-STOCK"),
        ("serviceitem", "itemid", "SAMPLE-SERVICE"),
        ("entity", "entityid", "Clerk"),
        ("employee", "entityid", "Clerk"),
        ("location", "name", None),
        ("subsidiary", "name", "Germany"),
        ("currency", "symbol", "EUR"),
        ("account", "number", "1000"),
        ("term", "name", "Net 30"),
        ("department", "name", None),
        ("customlist_color", "name", "Red"),
        ("folder", "name", "SuiteScripts"),
        ("script", "scriptid", None),
        ("scriptdeployment", "scriptid", None),
    ],
)
def test_search_types(finder: Finder, record: str, column: str, value: str | None) -> None:
    found = values(finder.results(record, [], [column]), column)
    assert found
    assert value is None or value in found


@SHOWS
@pytest.mark.rule("search.types")
def test_files_and_stock(finder: Finder) -> None:
    rows = finder.results("file", [["name", "startswith", "t1."]], ["name", "folder", "filetype"])
    assert values(rows, "name") == ["t1.js"]
    rows = finder.results("inventorybalance", [], ["item", "location", "onhand"])
    assert all(row["values"]["item"] for row in rows)


@SHOWS
@pytest.mark.rule("search.quantities")
def test_quantities_of_items_in_all_and_by_location(finder: Finder) -> None:
    lab = finder.lab
    (stock,) = finder.results("item", [["itemid", "is", "SAMPLE-STOCK"]])
    (place,) = lab.account.seed(
        [{"type": "location", "fields": {"name": "Search Hall", "subsidiary": "2"}}]
    )
    lab.account.seed([
        {"type": "inventoryadjustment",
         "fields": {"subsidiary": "2", "account": {"ref": "account", "by": "acctnumber", "value": "5100"}, "adjlocation": str(place)},
         "sublists": {"inventory": [{"item": stock["id"], "adjustqtyby": 12, "location": str(place)}]}},
    ])  # fmt: skip
    rows = finder.results(
        "inventoryitem",
        [["internalid", "anyof", stock["id"]], "and", ["inventorylocation", "anyof", place]],
        ["inventorylocation", "locationquantityonhand", "locationquantityavailable", "itemid"],
    )
    assert values(rows, "locationquantityonhand", "locationquantityavailable", "itemid") == [
        ("12", "12", "SAMPLE-STOCK")
    ]
    assert rows[0]["values"]["inventorylocation"][0]["text"] == "Search Hall"
    (whole,) = finder.results("item", [["internalid", "anyof", stock["id"]]], ["quantityonhand"])
    assert float(whole["values"]["quantityonhand"]) >= 12
    rows = finder.results("inventorybalance", [["location", "anyof", place]], ["item", "onhand"])
    assert values(rows, "item", "onhand") == [
        ([{"value": stock["id"], "text": "SAMPLE-STOCK"}], "12")
    ]


@pytest.mark.rule("search.remaining")
def test_what_is_left_of_a_payment(lab: Lab) -> None:
    (customer,) = lab.account.seed(
        [{"type": "customer", "fields": {"companyname": "Overpaying", "subsidiary": "1"}}]
    )
    fields = {"customer": str(customer), "payment": 12, "subsidiary": "1"}
    lab.account.seed([{"type": "customerpayment", "fields": fields}])
    code = """return search.create({ type: 'customerpayment', columns: ['amountremaining'], filters: [['mainline', 'is', 'T'], 'and',
      ['entity', 'anyof', input], 'and', ['amountremaining', 'greaterthan', '0.00']] })
      .run().getRange(0, 5).map((row) => row.getValue('amountremaining'));"""
    assert lab.run(code, customer) == ["12.00"]


@SHOWS
@pytest.mark.rule("search.quantities")
def test_lots_by_location_and_what_an_order_received(finder: Finder) -> None:
    lab = finder.lab
    vendor, item = lab.account.seed([
        {"type": "vendor", "fields": {"companyname": "Lot Vendor", "subsidiary": "1"}},
        {"type": "lotnumberedinventoryitem", "fields": {"itemid": "LOT-SEARCHED", "subsidiary": ["1"]}},
    ])  # fmt: skip
    lab.account.seed([{"type": "inventoryitem", "id": 3950, "fields": {"itemid": "SUPPLIED", "subsidiary": ["1"]},
        "sublists": {"itemvendor": [{"fields": {"vendor": str(vendor), "preferredvendor": True}}]}}])  # fmt: skip
    code = """
      const po = record.create({ type: 'purchaseorder', isDynamic: true });
      po.setValue('entity', input.vendor); po.setValue('location', 1); po.selectNewLine('item');
      Object.entries({ item: input.item, quantity: 4, rate: 3 }).forEach(([id, value]) => po.setCurrentSublistValue('item', id, value));
      po.commitLine('item');
      const receipt = record.transform({ fromType: 'purchaseorder', fromId: po.save(), toType: 'itemreceipt' });
      receipt.setSublistValue('item', 'quantity', 0, 3);
      const detail = receipt.getSublistSubrecord({ sublistId: 'item', fieldId: 'inventorydetail', line: 0 });
      detail.setSublistValue('inventoryassignment', 'receiptinventorynumber', 0, 'L-9');
      detail.setSublistValue('inventoryassignment', 'quantity', 0, 3);
      receipt.save();"""
    lab.run(code, {"vendor": vendor, "item": item})
    (lot,) = finder.results("inventorynumber", [["item", "anyof", item], "and", ["isonhand", "is", "T"]],
                            ["inventorynumber", "location", "quantityonhand", "quantityavailable"])  # fmt: skip
    assert values([lot], "inventorynumber", "quantityonhand", "quantityavailable") == [
        ("L-9", "3", "3")
    ]
    assert lot["values"]["location"][0]["value"] == "1"
    (line,) = finder.results(
        "purchaseorder", [["item", "anyof", item]], ["quantity", "quantityshiprecv"]
    )
    assert values([line], "quantity", "quantityshiprecv") == [("4", "3")]
    (supplied,) = finder.results("item", [["vendor", "anyof", vendor]], ["vendor"])
    assert (supplied["id"], supplied["values"]["vendor"][0]["value"]) == ("3950", str(vendor))


@SHOWS
@pytest.mark.rule("search.not_built")
@pytest.mark.parametrize(
    ("type_", "column", "word"),
    [
        ("salesorder", "casetask.title", "casetask"),
        ("salesorder", "daysoverdue", "daysoverdue"),
        ("employee", "role", "role of employee"),
        ("salesorder", "item.locationaveragecost", "locationaveragecost of item"),
    ],
)
def test_what_netsuite_has_and_the_emulator_does_not(
    finder: Finder, type_: str, column: str, word: str
) -> None:
    with finder.lab.refused("EMULATOR_UNSUPPORTED", word):
        finder.results(type_, [], [column])


@pytest.mark.shows("N/search.create", "N/search.lookupFields")
@pytest.mark.rule("search.not_built")
def test_a_type_that_is_searched_in_netsuite_is_refused_by_name(finder: Finder) -> None:
    for code in (
        "search.create({ type: search.Type.INBOUND_SHIPMENT });",
        "search.lookupFields({ type: 'inboundShipment', id: 1, columns: ['name'] });",
    ):
        with finder.lab.refused("EMULATOR_UNSUPPORTED", "search type inboundshipment"):
            finder.lab.run(code)


@SHOWS
@pytest.mark.rule("search.not_built")
def test_a_name_of_another_type_is_unknown(finder: Finder) -> None:
    with finder.lab.refused("SSS_INVALID_SRCH_COL"):
        finder.results("vendor", [], ["role"])


@pytest.mark.shows("N/search.create")
@pytest.mark.rule("search.unknown_types")
def test_an_unknown_type_is_refused(finder: Finder) -> None:
    with finder.lab.refused("INVALID_SRCH_TYPE", guessed=True):
        finder.results("customrecord_nothing")
