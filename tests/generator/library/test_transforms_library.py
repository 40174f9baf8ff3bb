"""Edges of the library's numbers, dates, conditions and keys, in Node."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

import pytest


def test_arithmetic_is_that_of_decimals(evaluate: Any) -> None:
    chance = random.Random(2026)
    expressions, expected = [], []
    with localcontext() as context:
        context.prec = 60
        for _ in range(500):
            a, b = (
                Decimal(chance.randint(-(10**16), 10**16)).scaleb(-chance.randint(0, 6))
                for _ in "ab"
            )
            places = chance.randint(0, 5)
            left, right = f"'{a:f}'", f"'{b:f}'"
            expressions += [
                f"numbers.sum([{left}, {right}])",
                f"numbers.multiply({left}, {right})",
                f"numbers.round({left}, {places})",
                f"numbers.compare({left}, {right})",
                f"numbers.divide({left}, {right})",
            ]
            expected += [
                a + b,
                a * b,
                a.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP),
                Decimal((a > b) - (a < b)),
                (a / b).quantize(Decimal("1e-10"), ROUND_HALF_UP),
            ]
    answers = evaluate(expressions)
    assert [Decimal(str(answer["value"])) for answer in answers] == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # A time with an offset falls on its day in the zone; the night before New Year too.
        ("dates.day('2026-01-01T03:30:00Z', { timezone: 'America/New_York' })", "2025-12-31"),
        ("dates.day('2026-01-01T03:30:00Z')", "2026-01-01"),
        ("dates.day('2026-03-01')", "2026-03-01"),
        ("dates.day(1772359200, { timezone: 'Asia/Kolkata' })", "2026-03-01"),
        ("dates.day(1772359200000, { timezone: 'Asia/Kolkata' })", "2026-03-01"),
        ("dates.day('1996-07-04 00:00:00.000', { timezone: 'America/New_York' })", "1996-07-04"),
        ("dates.day('31.12.2025', { format: 'DD.MM.YYYY' })", "2025-12-31"),
        ("dates.day(20260115, { format: 'YYYYMMDD' })", "2026-01-15"),  # a number, and no epoch
        # The clock goes forward on 2026-03-08 at 2:00 in New York, back on 2026-11-01.
        ("dates.instant('2026-03-08T02:30:00', { timezone: 'America/New_York' })", "2026-03-08T07:30:00.000Z"),
        ("dates.instant('2026-11-01T01:30:00', { timezone: 'America/New_York' })", "2026-11-01T05:30:00.000Z"),
        ("dates.instant('2026-11-01T02:30:00', { timezone: 'America/New_York' })", "2026-11-01T07:30:00.000Z"),
        ("dates.instant('2026-03-29T02:30:00', { timezone: 'Europe/Berlin' })", "2026-03-29T01:30:00.000Z"),
        ("dates.instant('2026-07-01T12:00:00+05:30')", "2026-07-01T06:30:00.000Z"),
        ("dates.format('2026-07-01T06:30:00Z', 'D/M/YYYY H:mm Z', 'Asia/Kolkata')", "1/7/2026 12:00 +05:30"),
        ("dates.dayOf(dates.toDate('2026-03-08'))", "2026-03-08"),
        ("dates.dayOf(dates.toDate('0001-01-01'))", "0001-01-01"),  # .NET's first day, not 1901
        # NetSuite's sentence names the field that it refuses; a hook's own fault names what it
        # likes.
        ("reply.failure({ name: 'USER_ERROR', message: 'Invalid memo' }, { specs: { memo: 'a.yaml:1' } }).spec", "a.yaml:1"),
        ("reply.failure(new TypeError('no memo'), { specs: { memo: 'a.yaml:1' } }).spec", None),
        # Conditions
        ("values.greater('10', 9)", True),
        ("values.greater('10', '9')", True),
        ("values.greater(null, 0)", False),
        ("values.less('2026-01-01', '2026-02-01')", True),
        ("values.equals('1', 1)", False),
        ("values.alike('1', 1)", True),
        ("values.alike('T', true)", True),
        ("values.alike('01234', '1234')", False),  # of two texts neither is a number
        ("values.alike('12.50', 12.5)", True),
        ("values.equals('', undefined)", True),
        ("values.isEmpty(0)", False),
        ("values.isEmpty([])", True),
        ("values.get({ a: [{ b: 1 }] }, 'a', 'b')", None),
        ("values.get({ constructor: 1 }, 'toString')", None),
        ("values.mapped({ name: 'm', values: { true: 'yes', 7: 'seven' }, otherwise: 'same' }, [true, 7.0, 8])", ["yes", "seven", 8]),
        ("text.concat(['a', null, '', 1.50])", "a1.5"),
        ("text.concat([null, ''])", None),
        # Keys: letters, digits, _ and - stay; the rest is written as its UTF-8 bytes, reversibly.
        ("keys.keyOf('externalid', 'SHOP-', 1001)", "SHOP-1001"),
        ("keys.encode('a/b c#é')", "a_x2Fb_x20c_x23_xC3_xA9"),
        ("keys.encode('a_b')", "a_b"),
        ("keys.encode('a_x2Fb')", "a_x5Fx2Fb"),
        ("keys.encode('(x)')", "_x28x_x29"),
        ("keys.keyOf('custbody_key', 'P/', ' a/b ')", "P/a/b"),
        ("numbers.shortest('1e3')", "1000"),
        ("numbers.shortest('.50')", "0.5"),
        ("numbers.shortest('-0.0')", "0"),
    ],
)  # fmt: skip
def test_edges(evaluate: Any, expression: str, expected: Any) -> None:
    assert evaluate([expression]) == [{"value": expected}]


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("dates.day('2026-02-30')", "BAD_VALUE"),
        ("dates.day('soon')", "BAD_VALUE"),
        ("dates.instant('2026-01-01T10:00:00')", "BAD_VALUE"),
        ("numbers.shortest('12,5')", "BAD_VALUE"),
        ("numbers.parse('1.5', ',', '')", "BAD_VALUE"),
        ("values.asText({})", "BAD_VALUE"),
        ("values.mapped({ name: 'm', values: {}, otherwise: 'error' }, 'x')", "MAP_NO_MATCH"),
        ("keys.keyOf('externalid', 'P-', '')", "KEY_EMPTY"),
        ("keys.keyOf('externalid', 'P-', 'x'.repeat(254))", "BAD_VALUE"),
    ],
)
def test_refusals(evaluate: Any, expression: str, code: str) -> None:
    assert evaluate([expression])[0].get("error") == code


@pytest.mark.parametrize("text", ["12.5%", " -3 % "])
@pytest.mark.parametrize(
    "call", ["round({}, 1)", "multiply({}, 2)", "parse({}, '.', '')", "sum([{}])"]
)
def test_a_percentage_where_a_number_belongs_says_what_to_write(
    evaluate: Any, call: str, text: str
) -> None:
    (answer,) = evaluate([f"numbers.{call.format(repr(text))}"])
    assert answer["error"] == "BAD_VALUE"
    assert 'apply: [{replace: {find: "%", with: ""}}]' in answer["message"]


def test_what_is_no_percentage_is_not_told_to_be_one(evaluate: Any) -> None:
    (answer,) = evaluate(["numbers.round('half%', 1)"])
    assert answer["message"] == "'half%' is not a number"
