"""The transforms, one declaration each. The order is the reference's order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.transforms import arguments as a
from generator.transforms.model import Example, Transform

_TEXT = (
    Transform(
        "trim",
        "text",
        "trim",
        "Takes white space off both ends.",
        (
            Example("  ORD-1 ", None, "ORD-1"),
            Example("\tA B\n", None, "A B"),
            Example([" a", "b "], None, ["a", "b"]),
        ),
    ),
    Transform(
        "upper",
        "text",
        "upper",
        "Upper case by Unicode, in no language's own way: `i` gives `I`, `ß` gives `SS`.",
        (
            Example("sku-12a", None, "SKU-12A"),
            Example("straße", None, "STRASSE"),
            Example(["a", "b"], None, ["A", "B"]),
        ),
    ),
    Transform(
        "lower",
        "text",
        "lower",
        "Lower case by Unicode, in no language's own way.",
        (
            Example("SKU-12A", None, "sku-12a"),
            Example("ÉCLAIR", None, "éclair"),
            Example(12, None, "12"),
        ),
    ),
    Transform(
        "title",
        "text",
        "title",
        "First letter of every word in upper case, the others in lower case. Letters, marks and digits make a word; an apostrophe inside is part of it.",
        (
            Example("john o'neil", None, "John O'neil"),
            Example("ÉMILE ZOLA", None, "Émile Zola"),
            Example("the 'north-east' road", None, "The 'North-East' Road"),
        ),
    ),
    Transform(
        "collapse_spaces",
        "text",
        "collapseSpaces",
        "Turns every run of white space into one blank and trims.",
        (
            Example("  a \n  b ", None, "a b"),
            Example("one two", None, "one two"),
            Example("x\u00a0\u00a0y", None, "x y"),
        ),
    ),
    Transform(
        "truncate",
        "text",
        "truncate",
        "Cuts after n UTF-16 code units, as NetSuite counts, and never through a pair.",
        (
            Example("Rotterdam", 5, "Rotte"),
            Example("ab", 5, "ab"),
            Example("ab😀", 3, "ab"),
        ),
        argument=a.Length,
    ),
    Transform(
        "prefix",
        "text",
        "prefix",
        "Puts text before the value; nothing stays nothing.",
        (
            Example("1001", "SHOP-", "SHOP-1001"),
            Example(7, "IF-", "IF-7"),
            Example(None, "SHOP-", None),
        ),
        argument=a.Text,
    ),
    Transform(
        "suffix",
        "text",
        "suffix",
        "Puts text after the value; nothing stays nothing.",
        (
            Example("12", " kg", "12 kg"),
            Example(["a", "b"], "!", ["a!", "b!"]),
            Example("", " kg", None),
        ),
        argument=a.Text,
    ),
    Transform(
        "replace",
        "text",
        "replace",
        "Replaces every occurrence of a text (no pattern).",
        (
            Example("SHOP-1001", {"find": "SHOP-", "with": ""}, "1001"),
            Example("a.b.c", {"find": ".", "with": "/"}, "a/b/c"),
            Example("abc", {"find": "x", "with": "y"}, "abc"),
        ),
        argument=a.Replace,
        unpack=lambda argument: (argument["find"], argument["with"]),
    ),
    Transform(
        "extract",
        "text",
        "extract",
        "Group 1 of a regular expression, or the whole match without groups; nothing where it does not match.",
        (
            Example("Order #1042 (web)", "#(\\d+)", "1042"),
            Example("AB-77", "\\d+", "77"),
            Example("none", "\\d+", None),
        ),
        argument=a.Pattern,
    ),
    Transform(
        "digits_only",
        "text",
        "digitsOnly",
        "Keeps the digits 0 to 9.",
        (
            Example("DE 123.456", None, "123456"),
            Example("(030) 12-3", None, "030123"),
            Example("none", None, None),
        ),
    ),
    Transform(
        "pad_left",
        "text",
        "padLeft",
        "Fills up to a length (in UTF-16 code units) on the left, with `0` unless `with` says otherwise.",
        (
            Example(42, {"length": 6}, "000042"),
            Example("7", {"length": 3, "with": " "}, "  7"),
            Example("12345", {"length": 3}, "12345"),
        ),
        argument=a.PadLeft,
        unpack=lambda argument: (argument["length"], argument.get("with", "0")),
    ),
    Transform(
        "email_normalize",
        "text",
        "emailNormalize",
        "Trims and writes the domain in lower case.",
        (
            Example(" Ann.Lee@Example.COM ", None, "Ann.Lee@example.com"),
            Example("x@y.de", None, "x@y.de"),
            Example("no address", None, "no address"),
        ),
    ),
    Transform(
        "phone",
        "phone",
        "e164",
        "E.164 form; a number without a country code belongs to the region. What is no number stays as it is. (The 15 of Argentine mobile numbers is not moved.)",
        (
            Example("(415) 555-0132", {"region": "US"}, "+14155550132"),
            Example("030 1234567", {"region": "DE"}, "+49301234567"),
            Example("+44 20 7946 0018", {"region": "US"}, "+442079460018"),
        ),
        argument=a.Phone,
        unpack=lambda argument: (argument["region"],),
    ),
)

_LISTS = (
    Transform(
        "split",
        "lists",
        "split",
        "A text into a list; parts are trimmed, empty ones left out.",
        (
            Example("red|blue", {"on": "|"}, ["red", "blue"]),
            Example("a, b,,c", {"on": ","}, ["a", "b", "c"]),
            Example("", {"on": ","}, []),
        ),
        argument=a.Split,
        gives="list",
        unpack=lambda argument: (argument["on"],),
    ),
    Transform(
        "join",
        "lists",
        "join",
        "A list into a text; empty elements are left out.",
        (
            Example(["a", "b"], ", ", "a, b"),
            Example(["a", None, "", "c"], "-", "a-c"),
            Example([], ", ", None),
        ),
        argument=a.Text,
        takes="list",
    ),
    Transform(
        "take",
        "lists",
        "take",
        "The first n elements.",
        (
            Example([1, 2, 3], 2, [1, 2]),
            Example([1], 5, [1]),
            Example("a", 1, ["a"]),
        ),
        argument=a.Length,
        takes="list",
        gives="list",
    ),
    Transform(
        "first",
        "lists",
        "first",
        "The first element.",
        (
            Example(["a", "b"], None, "a"),
            Example([], None, None),
            Example("a", None, "a"),
        ),
        takes="list",
        gives="element",
    ),
    Transform(
        "last",
        "lists",
        "last",
        "The last element.",
        (
            Example(["a", "b"], None, "b"),
            Example([], None, None),
            Example([{"x": 1}], None, {"x": 1}),
        ),
        takes="list",
        gives="element",
    ),
    Transform(
        "pluck",
        "lists",
        "pluck",
        "The value at a path in every element; elements without one are left out.",
        (
            Example([{"code": "A"}, {"code": "B"}], "code", ["A", "B"]),
            Example([{"a": {"b": 1}}, {"a": None}], "a.b", [1]),
            Example([], "code", []),
        ),
        argument=a.PathText,
        takes="list",
        gives="list",
        unpack=lambda argument: (list(a.split_path(argument)),),
    ),
    Transform(
        "where",
        "lists",
        "where",
        "The elements for which a condition holds; its paths start in the element.",
        (
            Example(
                [{"name": "gift", "value": "yes"}, {"name": "color", "value": "red"}],
                {"path": "name", "equals": "gift"},
                [{"name": "gift", "value": "yes"}],
            ),
            Example([{"n": 1}, {"n": 5}], {"path": "n", "gt": 2}, [{"n": 5}]),
            Example([], {"path": "n", "present": True}, []),
        ),
        argument=dict[str, Any],  # a condition: the spec reader puts its own type here
        takes="list",
        gives="list",
        predicate=True,
    ),
    Transform(
        "count",
        "lists",
        "count",
        "How many elements; 0 for nothing.",
        (
            Example(["a", "b"], None, 2),
            Example(None, None, 0),
            Example("a", None, 1),
        ),
        takes="list",
        gives="number",
    ),
)

_NUMBERS = (
    Transform(
        "sum",
        "numbers",
        "sum",
        "The sum of a list of numbers, exact in decimals; 0 for nothing.",
        (
            Example(["5.00", 2.5], None, "7.5"),
            Example(["0.1", "0.2"], None, "0.3"),
            Example([], None, "0"),
        ),
        takes="list",
        gives="number",
    ),
    Transform(
        "parse_number",
        "numbers",
        "parse",
        "A number written with other signs; `decimal` is `.` and `group` nothing unless given. A blank as `group` is any white space. "
        "A JSON number stays the number that it is.",
        (
            Example("1.234,50", {"decimal": ",", "group": "."}, "1234.5"),
            Example("12 000", {"group": " "}, "12000"),
            Example("3,5", {"decimal": ","}, "3.5"),
        ),
        argument=a.ParseNumber,
        gives="number",
        unpack=lambda argument: (argument.get("decimal", "."), argument.get("group", "")),
    ),
    Transform(
        "round",
        "numbers",
        "round",
        "Rounds half away from zero to n places on the decimal text, and shows all of them.",
        (
            Example("1.005", 2, "1.01"),
            Example("-2.5", 0, "-3"),
            Example(2.5, 2, "2.50"),
        ),
        argument=a.Places,
        takes="number",
        gives="number",
    ),
    Transform(
        "multiply",
        "numbers",
        "multiply",
        "Multiplies exactly.",
        (
            Example("19.99", 3, "59.97"),
            Example("0.1", 0.2, "0.02"),
            Example(4, "-2.5", "-10"),
        ),
        argument=a.Number,
        takes="number",
        gives="number",
        unpack=a.decimal_text,
    ),
    Transform(
        "divide",
        "numbers",
        "divide",
        "Divides, rounded half away from zero at 10 places.",
        (
            Example("250", 100, "2.5"),
            Example(1, 3, "0.3333333333"),
            Example("-2", 3, "-0.6666666667"),
        ),
        argument=a.Divisor,
        takes="number",
        gives="number",
        unpack=a.decimal_text,
    ),
    Transform(
        "abs",
        "numbers",
        "abs",
        "Without its sign.",
        (
            Example("-3.50", None, "3.5"),
            Example(2, None, "2"),
            Example("0", None, "0"),
        ),
        takes="number",
        gives="number",
    ),
    Transform(
        "negate",
        "numbers",
        "negate",
        "With the other sign.",
        (
            Example("3.5", None, "-3.5"),
            Example(-2, None, "2"),
            Example(0, None, "0"),
        ),
        takes="number",
        gives="number",
    ),
)

_DATES = (
    Transform(
        "parse_date",
        "dates",
        "parse",
        "Reads a date or time by a format (YYYY YY MM M DD D HH H mm ss SSS Z, other text in [brackets]) into "
        "ISO text. A time without an offset is in `timezone`.",
        (
            Example("01.03.2026", {"format": "DD.MM.YYYY"}, "2026-03-01"),
            Example(
                "2026/07/04 18:30",
                {"format": "YYYY/MM/DD HH:mm", "timezone": "America/New_York"},
                "2026-07-04T22:30:00.000Z",
            ),
            Example("3/1/2026", {"format": "M/D/YYYY"}, "2026-03-01"),
        ),
        argument=a.ParseDate,
        gives="date",
        unpack=lambda argument: (argument["format"], argument.get("timezone")),
    ),
    Transform(
        "format_date",
        "dates",
        "format",
        "Writes a date or time by a format. A time is shown in `timezone`, UTC where none is given.",
        (
            Example("2026-03-01", {"format": "DD.MM.YYYY"}, "01.03.2026"),
            Example(
                "2026-01-15T23:30:00Z",
                {"format": "YYYY-MM-DD HH:mm", "timezone": "Europe/Berlin"},
                "2026-01-16 00:30",
            ),
            Example(
                "2026-07-04T12:00:00-04:00", {"format": "YYYYMMDD[T]HHmmss"}, "20260704T160000"
            ),
        ),
        argument=a.FormatDate,
        takes="date",
        unpack=lambda argument: (argument["format"], argument.get("timezone")),
    ),
)

TRANSFORMS: Mapping[str, Transform] = {
    transform.name: transform for transform in (*_TEXT, *_LISTS, *_NUMBERS, *_DATES)
}
