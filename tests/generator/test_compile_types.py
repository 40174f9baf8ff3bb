"""Three answers about a value and its field: it fits, it cannot fit, nobody can know before a document comes."""

from __future__ import annotations

from typing import Any

import pytest

FIELDS = {
    "text": "memo",
    "number": "discountrate",
    "boolean": "tobeprinted",
    "date": "shipdate",
    "email": "email",
}


def labels(project: Any, field: str, rule: str, more: str = "") -> list[str]:
    body = f"body:\n  entity: {{from: who, ref: {{record: customer}}}}\n  {field}: {rule}\n"
    project.inbound(body + more)
    return [label.split()[0] for label in project.labels()]


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("number", '{value: "12.50"}'),
        ("number", '{value: "-1e3"}'),
        ("number", '{from: x, apply: [{prefix: "-"}]}'),
        ("number", '{from: x, apply: [{suffix: "00"}, {round: 2}]}'),
        ("number", '{concat: [whole, {value: "."}, cents]}'),
        ("number", '{from: x, apply: [{prefix: "EUR "}, {extract: "\\\\d+"}, {round: 2}]}'),
        ("number", '{from: x, apply: [{suffix: " EUR"}], map: prices}'),
        ("number", "{from: x, apply: [upper]}"),
        ("boolean", "{from: x, default: true}"),
        ("boolean", '{from: x, default: "F"}'),
        ("boolean", '{from: x, true_values: ["ja"], default: "nein"}'),
        ("date", '{value: "2026-02-28"}'),
        ("date", "{value: 1767225600}"),
        ("date", '{value: "31.01.2026", format: DD.MM.YYYY}'),
        ("date", "{from: x, apply: [{multiply: 1000}]}"),
        ("date", '{concat: [day, {value: "T00:00:00Z"}]}'),
        ("date", "{from: x, apply: [{format_date: {format: YYYY-MM-DD}}]}"),
        (
            "date",
            "{from: x, format: DD.MM.YYYY, apply: [{format_date: {format: DD.MM.YYYY}}]}",
        ),
        ("email", '{from: x, default: "a@b.example; c@d.example"}'),
        ("text", "{from: x, apply: [count]}"),
        ("text", "{from: x, apply: [{pluck: name}, first]}"),
        ("text", '{from: x, apply: [{pluck: name}, {join: ", "}]}'),
    ],
)
def test_what_can_be_is_passed_over(project: Any, kind: str, rule: str) -> None:
    maps = 'maps: {prices: {values: {a: 1, b: "2.5"}}}\n' if "prices" in rule else ""
    assert labels(project, FIELDS[kind], rule, maps) == []


@pytest.mark.parametrize(
    ("kind", "rule", "label"),
    [
        ("number", "{value: true}", "E213"),
        ("number", '{concat: [{value: "No. "}, x]}', "E210"),
        ("number", '{from: x, apply: [{prefix: "EUR "}, trim]}', "E210"),
        ("number", "{from: x, apply: [{parse_date: {format: YYYYMMDD}}]}", "E210"),
        ("number", '{coalesce: [x, {value: "n/a"}]}', "E213"),
        ("boolean", '{coalesce: [x, {value: "no"}]}', "E212"),
        ("boolean", "{from: x, apply: [count]}", "E210"),
        ("date", '{value: "2026-02-30"}', "E213"),
        ("date", "{value: false}", "E213"),
        ("date", "{from: x, apply: [{format_date: {format: D.M.YY}}]}", "E210"),
        ("date", "{from: x, apply: [count, {format_date: {format: YYYY}}]}", "E210"),
        ("email", "{from: x, apply: [count]}", "E210"),
        ("email", '{value: "nobody"}', "E213"),
        ("text", "{from: x, apply: [{pluck: name}]}", "E123"),
        ("text", "{from: x, apply: [{take: 1}]}", "E123"),
    ],
)
def test_what_can_never_be_is_an_error(project: Any, kind: str, rule: str, label: str) -> None:
    assert labels(project, FIELDS[kind], rule) == [label]


def test_a_map_is_checked_where_its_values_stand(project: Any) -> None:
    maps = 'maps:\n  days: {values: {a: "2026-01-01", b: soon}, otherwise: {value: never}}\n'
    assert labels(project, "shipdate", "{from: x, map: days}", maps) == ["E213", "E213"]
    assert project.labels()[0].startswith("E213 11:")
    assert project.messages() == [
        "'shipdate' is a date; found 'soon'",
        "'shipdate' is a date; found 'never'",
    ]


def test_a_time_in_a_literal_needs_a_zone_only_where_the_project_has_none(project: Any) -> None:
    rule = '{value: "2026-01-31T10:00"}'
    assert labels(project, "shipdate", rule) == []
    text = (project.folder / "project.yaml").read_text()
    project.write("project.yaml", text.replace("timezone: America/New_York\n", ""))
    assert labels(project, "shipdate", rule) == ["E214"]
    assert labels(project, "shipdate", '{value: "2026-01-31"}') == []


def test_look_ups_may_be_written_in_any_order(project: Any) -> None:
    """A key that needs the id of a later field's look-up waits for it."""
    project.inbound(
        """
        body:
          entity: {from: who, ref: {record: customer}}
        lines:
          item:
            from: lines
            policy: replace
            body:
              item: {from: sku, ref: {record: item, by: {itemid: sku, vendor: custcol_vendor}}}
              custcol_vendor: {from: v, type: select, ref: {record: vendor, by: {entityid: v, subsidiary: custcol_sub}}}
              custcol_sub: {from: s, type: select, ref: {record: subsidiary, by: name}}
        """
    )
    plan = project.plan()
    stages = {lookup.record: lookup.stage for lookup in plan.inbound[0].lookups}
    assert stages == {"customer": 0, "subsidiary": 0, "vendor": 1, "item": 2}


@pytest.mark.parametrize(
    ("form", "label"),
    [
        ("DD.MM.YYYY", None),
        ("YYYY-MM-DDTHH:mm:ssZ", None),
        ("YYYYMMDDHHmmss", None),
        ("D/M/YY HH[h]mm", None),
        ("DD/MM/YYYY HHhmm", None),
        ("HH:mm [Uhr] DD.MM.YYYY", None),
        ("HH:mm Uhr DD.MM.YYYY", "W113"),
        ("dd.MM.yyyy", "E113"),
        ("DD MMM YYYY", "E113"),
        ("%d.%m.%Y", "E113"),
        ("MM/DD/YYYY hh:mm A", "E113"),
    ],
)
def test_a_date_format_of_another_language_is_told(project: Any, form: str, label: str) -> None:
    found = labels(project, "shipdate", f'{{from: x, format: "{form}"}}')
    assert found == ([label] if label else [])


@pytest.mark.parametrize(
    ("record", "field", "holds"),
    [
        ("job", "jobtype", "jobtype"),
        ("lead", "salesrep", "employee"),
        ("inventoryitem", "costcategory", "costcategory"),
        ("contact", "category", "contactcategory"),
    ],
)
def test_a_list_that_netsuite_has_as_a_record_type_is_known_by_it(
    project: Any, record: str, field: str, holds: str
) -> None:
    project.inbound(
        f"body:\n  {field}: {{from: x, ref: {{record: vendor, by: externalid}}}}\n", record=record
    )
    assert f"'{field}' holds {holds} records, not vendor records" in project.messages()
