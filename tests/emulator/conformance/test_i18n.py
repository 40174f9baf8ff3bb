"""N/format/i18n and N/util."""

from __future__ import annotations

import pytest
from lab import Lab


@pytest.mark.shows(
    "N/format/i18n.getNumberFormatter",
    "N/format/i18n.NumberFormatter.format",
    "N/format/i18n.NegativeNumberFormat",
)
@pytest.mark.rule("i18n.numbers")
def test_numbers_in_a_format_of_ones_own(lab: Lab) -> None:
    code = """const own = i18n.getNumberFormatter({ groupSeparator: '.', decimalSeparator: ',', precision: 1, negativeNumberFormat: i18n.NegativeNumberFormat.BRACKETS });
      const users = i18n.getNumberFormatter();
      return [own.format({ number: -5421.25 }), own.format({ number: 0.04 }), users.format({ number: 12845.22 }), users.format({ number: -1 }),
        users.groupSeparator, users.precision];"""
    assert lab.run(code) == ["(5.421,3)", "0,0", "12,845.22", "-1.00", ",", 2]


@pytest.mark.shows(
    "N/format/i18n.getCurrencyFormatter",
    "N/format/i18n.CurrencyFormatter.format",
    "N/format/i18n.Currency",
)
@pytest.mark.rule("i18n.numbers")
def test_amounts_as_oracles_examples_write_them(lab: Lab) -> None:
    code = """const dollar = i18n.getCurrencyFormatter({ currency: i18n.Currency.USD }); const euro = i18n.getCurrencyFormatter({ currency: 'EUR' });
      return [dollar.format({ number: 12.53 }), dollar.numberFormatter.format({ number: -12.5366 }), euro.format({ number: 12.53 }),
        euro.format({ number: -5421 }), euro.format({ number: 0.3456789 }), euro.symbol, dollar.currency];"""
    assert lab.run(code) == ["$12.53", "(12.54)", "€12,53", "€-5 421,00", "€0,35", "€", "USD"]


@pytest.mark.shows("N/format/i18n.spellOut")
@pytest.mark.rule("i18n.spelled")
def test_numbers_in_words(lab: Lab) -> None:
    code = "return input.map((number) => i18n.spellOut({ number, locale: 'EN' }));"
    assert lab.run(code, [12345, -7, 100, 0, 1000001, 3.14]) == [
        "twelve thousand three hundred forty-five", "minus seven", "one hundred", "zero", "one million one", "three point one four",
    ]  # fmt: skip
    with lab.refused("EMULATOR_UNSUPPORTED", "spellOut"):
        lab.run("i18n.spellOut({ number: 1, locale: 'DE' });")


@pytest.mark.shows(
    "N/format/i18n.getPhoneNumberParser",
    "N/format/i18n.PhoneNumberParser.parse",
    "N/format/i18n.getPhoneNumberFormatter",
    "N/format/i18n.PhoneNumberFormatter.format",
    "N/format/i18n.PhoneNumberFormatType",
)
@pytest.mark.rule("i18n.phones")
def test_telephone_numbers(lab: Lab) -> None:
    code = """const parsed = i18n.getPhoneNumberParser({ defaultCountry: 'CZ' }).parse({ number: '602 547 854 ext. 12' });
      const write = (formatType) => i18n.getPhoneNumberFormatter({ formatType: i18n.PhoneNumberFormatType[formatType] }).format({ number: parsed });
      let wrong; try { i18n.getPhoneNumberParser({ defaultCountry: 'US' }).parse({ number: 'no number' }); } catch (error) { wrong = error.name; }
      return [parsed.countryCode, parsed.nationalNumber, parsed.extension, write('E164'), write('INTERNATIONAL'), wrong];"""
    assert lab.run(code) == [
        "420",
        "602547854",
        "12",
        "+420602547854",
        "+420 602 547 854",
        "INVALID_PHONE_NUMBER",
    ]


KINDS = {
    "isArray": "[1]", "isAsyncFunction": "async () => 1", "isBoolean": "true", "isDate": "new Date()", "isError": "new Error('x')",
    "isFunction": "() => 1", "isNumber": "1", "isObject": "{ a: 1 }", "isRegExp": "/x/", "isString": "'x'",
}  # fmt: skip


@pytest.mark.shows(
    *(f"N/util.{name}" for name in KINDS),
    "N/util.isNumberOrString",
    "N/util.trim",
    "N/util.each",
    "N/util.extend",
    "N/util.deepExtend",
)
@pytest.mark.rule("util.kinds")
def test_kinds_of_values_and_objects_that_grow(lab: Lab) -> None:
    values = ", ".join(f"({value})" for value in KINDS.values())
    code = f"""const values = [{values}];
      const seen = []; util.each({{ a: 1, b: 2 }}, (value, key) => seen.push(key + value)); util.each(['x'], (value, key) => seen.push(key + value));
      return [input.map((name) => values.findIndex((value) => util[name](value))), util.isNumberOrString(1) && util.isNumberOrString('1') && !util.isNumberOrString(null),
        util.trim('  x '), seen, util.extend({{ a: {{ x: 1 }} }}, {{ a: {{ y: 2 }} }}), util.deepExtend({{ a: {{ x: 1 }} }}, {{ a: {{ y: 2 }} }})];"""
    found, either, trimmed, seen, flat, deep = lab.run(code, list(KINDS))
    assert found == [index if name != "isFunction" else 1 for index, name in enumerate(KINDS)]
    assert (either, trimmed, seen) == (True, "x", ["a1", "b2", "0x"])
    assert (flat, deep) == ({"a": {"y": 2}}, {"a": {"x": 1, "y": 2}})
