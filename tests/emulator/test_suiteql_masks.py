"""Oracle's date and number masks, as scripts use them in TO_CHAR and TO_DATE."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import NetSuiteError
from emulator.suiteql import masks

MOMENT = datetime(2026, 3, 7, 15, 4, 9)


@pytest.mark.parametrize(
    ("mask", "text"),
    [
        ("YYYY-MM-DD HH24:MI:SS", "2026-03-07 15:04:09"),
        ("YYYY-MM-DD", "2026-03-07"),
        ('YYYY-MM-DD"T"HH24:MI:SS', "2026-03-07T15:04:09"),
        ("MM/DD/YYYY HH:MI AM", "03/07/2026 03:04 PM"),
        ("DD-MON-YY", "07-MAR-26"),
        ("Mon DD", "Mar 07"),
        ("FMMM/DD/YYYY", "3/7/2026"),
        ("Q", "1"),
    ],
)
def test_to_char_writes_dates_by_the_mask(mask: str, text: str) -> None:
    assert masks.format_date(MOMENT, mask) == text


@pytest.mark.parametrize(
    ("text", "mask", "moment"),
    [
        ("2026-03-07 15:04:09", "YYYY-MM-DD HH24:MI:SS", MOMENT),
        ("2026-03-07", "YYYY-MM-DD HH24:MI:SS", datetime(2026, 3, 7)),
        ("3/7/2026", "MM/DD/YYYY", datetime(2026, 3, 7)),
        ("07-MAR-2026", "DD-MON-YYYY", datetime(2026, 3, 7)),
    ],
)
def test_to_date_reads_what_the_mask_says(text: str, mask: str, moment: datetime) -> None:
    assert masks.parse_date(text, mask) == moment


def test_to_date_refuses_a_text_that_does_not_fit() -> None:
    with pytest.raises(NetSuiteError) as refused:
        masks.parse_date("2026-13-07", "YYYY-MM-DD")
    assert refused.value.code == "SSS_SEARCH_ERROR_OCCURRED"


def test_an_unknown_mask_element_is_named() -> None:
    with pytest.raises(NetSuiteError, match="WHAT"):
        masks.format_date(MOMENT, "YYYY-WHAT")


@given(st.datetimes(min_value=datetime(1901, 1, 1), max_value=datetime(2999, 12, 31)))
def test_a_moment_survives_the_way_through_a_query(moment: datetime) -> None:
    """Also the order of two moments is the order of their texts."""
    second = moment.replace(microsecond=0)
    assert masks.unmark(masks.mark(second)) == second
    written = masks.format_date(second, "YYYY-MM-DD HH24:MI:SS")
    assert masks.parse_date(written, "YYYY-MM-DD HH24:MI:SS") == second


@pytest.mark.parametrize(
    ("preference", "text"),
    [
        ("M/D/YYYY", "3/7/2026"),
        ("D/M/YYYY", "7/3/2026"),
        ("DD.MM.YYYY", "07.03.2026"),
        ("YYYY-MM-DD", "2026-03-07"),
        ("D-Mon-YYYY", "7-Mar-2026"),
    ],
)
def test_dates_without_a_mask_follow_the_users_preference(preference: str, text: str) -> None:
    assert masks.user_date(MOMENT, preference) == text
    assert masks.parse_date(text, masks.user_mask(preference)) == datetime(2026, 3, 7)


@pytest.mark.parametrize(
    ("value", "mask", "text"),
    [
        (1234.5, "FM999,990.00", "1,234.50"),
        (0.5, "FM0.00", "0.50"),
        (12, "FM9990", "12"),
        (1234.5, "9999.99", " 1234.50"),
    ],
)
def test_to_char_writes_numbers_by_the_mask(value: float, mask: str, text: str) -> None:
    assert masks.format_number(value, mask) == text
