"""N/format: what a user of some preferences sees."""

from __future__ import annotations

import dataclasses

import pytest
from lab import ADMIN, Lab

FORMAT = "return input.map(([type, value]) => format.format({ type: format.Type[type], value }));"
PARSE = "return input.map(([type, value]) => format.parse({ type: format.Type[type], value }));"


@pytest.mark.shows("N/format.format", "N/format.Type")
@pytest.mark.rule("format.users_formats", "format.group_marks")
def test_numbers_are_written_as_their_type_asks(lab: Lab) -> None:
    asked = [
        ["CURRENCY", 12345.6], ["INTEGER", 1234567], ["FLOAT", -0.125], ["PERCENT", 7.5], ["RATE", 3],
        ["POSCURRENCY", 0.005], ["CHECKBOX", True], ["CHECKBOX", False], ["TIMETRACK", 1.5],
    ]  # fmt: skip
    mark = "," if lab.preferences.format_groups_thousands else ""
    assert lab.run(FORMAT, asked) == [
        f"12{mark}345.60", f"1{mark}234{mark}567", "-0.125", "7.5%", "3.00", "0.01", "T", "F", "1:30",
    ]  # fmt: skip


@pytest.mark.shows("N/format.parse", "N/format.Type")
@pytest.mark.rule("format.users_formats")
def test_numbers_are_read_with_and_without_group_marks(lab: Lab) -> None:
    asked = [
        ["CURRENCY", "12,345.60"], ["INTEGER", "1234567"], ["FLOAT", "-0.125"], ["FLOAT", "(20)"],
        ["PERCENT", "7.5%"], ["CHECKBOX", "T"], ["CHECKBOX", "F"], ["TIMETRACK", "1:30"],
    ]  # fmt: skip
    assert lab.run(PARSE, asked) == [12345.6, 1234567, -0.125, -20, 7.5, True, False, 1.5]


@pytest.mark.shows("N/format.parse", "N/format.format")
@pytest.mark.rule("format.not_of_its_type")
def test_what_is_not_of_the_type_comes_back(lab: Lab) -> None:
    words = [
        ["DATE", "soon"], ["DATE", "2/30/2026"], ["INTEGER", "1.5"], ["POSINTEGER", "-3"], ["FLOAT", "a lot"],
        ["DATETIME", "1/1/2026"], ["CURRENCY", "12.3.4"], ["TEXT", "as it is"], ["URL", "https://example.com"],
    ]  # fmt: skip
    assert lab.run(PARSE, words) == [word for _, word in words]
    assert lab.run(FORMAT, [["DATE", "soon"], ["FLOAT", "a lot"]]) == ["soon", "a lot"]
    assert lab.run(FORMAT, [["DATE", ""], ["FLOAT", None]]) == ["", ""]


@pytest.mark.shows("N/format.format", "N/format.parse")
@pytest.mark.rule("format.users_formats")
@pytest.mark.parametrize(
    ("preferences", "texts"),
    [
        (
            {"date_format": "DD.MM.YYYY", "time_format": "H:mm", "number_format": "1.000.000,00"},
            ["05.03.2026", "05.03.2026 16:07:09", "16:07", "-20.000,25"],
        ),
        (
            {"date_format": "D-MONTH-YYYY", "time_format": "h-mm a", "negative_format": "(100)"},
            ["5-March-2026", "5-March-2026 4-07-09 pm", "4-07 pm", "(20,000.25)"],
        ),
    ],
)
def test_the_users_preferences_count(
    lab: Lab, preferences: dict[str, str], texts: list[str]
) -> None:
    session = dataclasses.replace(ADMIN, context="RESTLET", **preferences)
    code = """
      const at = new Date(2026, 2, 5, 16, 7, 9);
      const written = ['DATE', 'DATETIME', 'TIMEOFDAY', 'CURRENCY'].map((type) =>
        format.format({ type: format.Type[type], value: type === 'CURRENCY' ? -20000.25 : at, timezone: 'America/Los_Angeles' }));
      const read = format.parse({ type: format.Type.DATETIME, value: written[1], timezone: format.Timezone.AMERICA_LOS_ANGELES });
      return [written, read.getTime() === at.getTime(), format.parse({ type: 'currency', value: written[3] })];"""
    written, same, number = lab.run(code, session=session)
    if not lab.preferences.format_groups_thousands:
        texts = [*texts[:3], texts[3].replace("20.000", "20000").replace("20,000", "20000")]
    assert (written, same, number) == (texts, True, -20000.25)


@pytest.mark.shows("N/format.Timezone", "N/format.format")
@pytest.mark.rule("format.users_formats", "format.unknown_zone")
def test_every_zone_of_the_enum_is_one_and_summer_time_is_kept(lab: Lab) -> None:
    code = """
      const winter = new Date(Date.UTC(2026, 0, 15, 12)); const summer = new Date(Date.UTC(2026, 6, 15, 12));
      const at = (value, timezone) => format.format({ type: format.Type.DATETIME, value, timezone });
      const zones = Object.entries(format.Timezone);
      const unknown = zones.filter(([key, zone]) => key !== 'GMT' && zone !== 'Atlantic/Reykjavik' && !/London|Etc/.test(zone)
        && at(winter, zone) === at(winter, 'GMT') && at(summer, zone) === at(summer, 'GMT'));
      return [zones.length, unknown, at(winter, 'EUROPE_PARIS'), at(summer, format.Timezone.EUROPE_PARIS), at(summer, 'MARS_OLYMPUS')];"""
    winter, summer = lab.day("2026-01-15"), lab.day("2026-07-15")
    assert lab.run(code) == [
        87, [], f"{winter} 1:00:00 pm", f"{summer} 2:00:00 pm", f"{summer} 12:00:00 pm",
    ]  # fmt: skip
