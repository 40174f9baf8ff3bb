"""Reading YAML: values as they are written, the place of everything, and the traps."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.spec import compose
from generator.spec.source import Position, Source


def codes(source: Source) -> list[tuple[str, int, int]]:
    return [(found.code, found.line, found.column) for found in source.diagnostics]


def test_keys_values_and_items_know_their_places() -> None:
    source = Source("x.yaml", "a: 1\nb:\n  c: [x, {d: y}]\n  'e f': |\n    text\n")
    assert source.data == {"a": 1, "b": {"c": ["x", {"d": "y"}], "e f": "text\n"}}
    assert source.key(("b", "c")) == Position(3, 3)
    assert source.value(("b", "c")) == Position(3, 6)
    assert source.value(("b", "c", 1)) == Position(3, 10)
    assert source.key(("b", "c", 1, "d")) == Position(3, 11)
    assert source.value(("b", "c", 1, "d")) == Position(3, 14)
    assert source.key(("b", "nothing", "there")) == Position(2, 1)


@pytest.mark.parametrize(
    "written",
    ["0123", "1_000", "1e3", "0x1F", "0o17", "2026-01-02", "1.", ".5", "+1", "TRUE", ".inf"],
)
def test_what_yaml_reads_as_something_else_must_be_quoted(written: str) -> None:
    source = Source("x.yaml", f"a:\n  b: {written}\n")
    assert codes(source) == [("E106", 2, 6)]
    assert f'quote it: "{written}"' in str(source.diagnostics[0].help)
    assert Source("x.yaml", f'a:\n  b: "{written}"\n').diagnostics == []


@pytest.mark.parametrize(
    ("written", "value"),
    [("12", 12), ("-3", -3), ("0.25", 0.25), ("true", True), ("no", "no"), ("on", "on"), ("~", None),
     ("", None), ("12:30", "12:30"), ("08:15:00", "08:15:00"), ("1234567_SB1", "1234567_SB1")],
)  # fmt: skip
def test_plain_scalars_are_what_they_look_like(written: str, value: Any) -> None:
    source = Source("x.yaml", f"a: {written}\n")
    assert source.diagnostics == []
    assert source.data == {"a": value}


def test_a_key_given_twice_is_reported_at_the_second_and_the_first_counts() -> None:
    source = Source("x.yaml", "a: 1\nb: 2\na: 3\n")
    assert codes(source) == [("E102", 3, 1)]
    assert source.data == {"a": 1, "b": 2}


def test_number_keys_must_be_quoted_and_words_need_not() -> None:
    source = Source("x.yaml", "m: {1000: a, null: b, true: c}\n")
    assert codes(source) == [("E106", 1, 5)]
    assert source.data == {"m": {"1000": "a", "null": "b", "true": "c"}}


def test_anchors_share_values_and_merge_keys_are_refused() -> None:
    source = Source("x.yaml", "a: &a {k: v}\nb: *a\nc: {<<: *a, d: e}\n")
    assert source.data == {"a": {"k": "v"}, "b": {"k": "v"}, "c": {"d": "e"}}
    assert codes(source) == [("E103", 3, 5)]


def test_an_alias_inside_its_own_anchor_ends() -> None:
    source = Source("x.yaml", "a: &a\n  b: *a\n")
    assert codes(source) == [("E103", 1, 4)]


def test_json_escapes_of_one_character_are_one_character() -> None:
    assert Source("x.yaml", r'a: "\ud83d\ude00"').data == {"a": "😀"}
    assert [found.code for found in Source("x.yaml", r'a: "\ud83d"').diagnostics] == ["E101"]


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 8)]
    source = Source("x.yaml", "\n".join(lines))
    assert [found.code for found in source.diagnostics] == ["E103"]
    assert source.data is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [1, 2\nb: 3\n", (2, 2)),
        ("a: b: c\n", (1, 5)),
        ("a:\n\tb: c\n", (2, 1)),
        ('a: "x\n', (2, 1)),
    ],
)
def test_a_syntax_error_stops_its_file_at_its_place(text: str, place: tuple[int, int]) -> None:
    source = Source("x.yaml", text)
    assert source.data is None
    assert [(found.code, found.line, found.column) for found in source.diagnostics] == [
        ("E101", *place)
    ]


@given(st.text(max_size=80))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    source = Source("x.yaml", text)
    assert source.data is not None or source.diagnostics


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_json_is_read_as_it_is(value: Any) -> None:
    import json

    source = Source("x.yaml", json.dumps({"root": value}))
    assert source.diagnostics == []
    assert source.data == {"root": value}


def everything(text: str) -> tuple[object, ...]:
    source = Source("x.yaml", text)
    places = (source._keys, source._values, source._raw, source.doubtful)
    return source.data, source.diagnostics, *places


BITS = (
    *":,[]{}#&*!|>'\"%@`-?~ \t\n0x.=<\\\u00e9\U0001f600\u2028\x85\u00a0\r",
    ": ", " #", "- ", "? ", "---\n", "...\n", "<<: *a", "&a ", "*a", "!!str ", "|-\n",
    "\\ud83d\\ude00", "%YAML 1.1\n", "0o7", "1_000", "12:30:00", "yes", "null", "{}",
)  # fmt: skip


@pytest.mark.skipif(compose.CParser is None, reason="PyYAML was built without libyaml")
def test_both_parsers_read_the_same_out_of_whatever_people_mistype(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    examples = Path(__file__).parents[2] / "examples"
    texts = [path.read_text("utf-8") for path in sorted(examples.glob("*/specs/*.yaml"))]
    draw = random.Random(2026)
    quick = 0
    for _ in range(400):
        lines = draw.choice(texts).splitlines()
        start = draw.randrange(len(lines))
        text = "\n".join(lines[start : start + 15]) + "\n"
        for _ in range(draw.randint(0, 2)):
            at = draw.randrange(len(text))
            text = text[:at] + draw.choice(BITS) + text[at + draw.randint(0, 1) :]
        with monkeypatch.context() as patch:
            quick += compose._READ_APART.search(text) is None
            fast = everything(text)
            patch.setattr(compose, "CParser", None)
            assert everything(text) == fast, text
    assert quick > 200


@given(
    st.text(alphabet="tTrRuUeEfFaAlLsSnN0123456789.+-_:~<=xoyYe \u00e9", min_size=1, max_size=8)
    | st.sampled_from(
        ["true", "True", "TRUE", "null", "Null", "NULL", "~", "<<", "=", "nan", ".nan"]
    )
)
def test_a_scalar_is_what_the_rules_of_yaml_1_2_say(value: str) -> None:
    ruled = str(compose._rules()(value, (True, False)))
    assert compose._tag(value, (True, False)) == ruled
