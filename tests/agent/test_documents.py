"""Documents: refused where readers could differ, and cut apart without a digit changed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.documents import at, cut, elements, parse, text_of
from agent.errors import Refused

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff{}", b'{"a":NaN}', b'{"a":-Infinity}', b'{"a":1,"a":2}', b"[" * 100_000],
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as caught:
        parse(body)
    assert (caught.value.status, caught.value.code) == (400, "not_json")


def test_digits_stay_as_they_were_written() -> None:
    text, _ = parse(
        b'\xef\xbb\xbf {"orders" : [ {"total": 14.10} , {"total":1E400}, 12345678901234567890.50 ] } '
    )
    assert elements(cut(text, ["orders"]) or "") == [
        '{"total": 14.10}',
        '{"total":1E400}',
        "12345678901234567890.50",
    ]
    assert cut(text, ["orders", "total"]) is None
    assert cut(text, ["nothing"]) is None


@given(
    st.dictionaries(st.text(), JSON, max_size=5), st.sampled_from([None, 1, "\t"]), st.booleans()
)
def test_cutting_gives_what_parsing_gives(
    value: dict[str, object], indent: int | str | None, ascii_only: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    for name, inner in value.items():
        piece = cut(text, [name])
        assert piece is not None
        assert json.loads(piece) == inner
        if isinstance(inner, list):
            assert [json.loads(one) for one in elements(piece)] == inner


@pytest.mark.parametrize(
    ("value", "text"),
    [(7, "7"), (7.0, "7"), (1.5, "1.5"), (True, "true"), ("", None), (None, None), ([], None),
     ("a\ud800", "a?")],
)  # fmt: skip
def test_a_key_reads_as_the_account_reads_it(value: object, text: str | None) -> None:
    assert text_of(value) == text


def test_a_path_that_leads_nowhere_is_nothing() -> None:
    assert at({"a": {"b": [1]}}, ["a", "b", "c"]) is None
    assert at({"a": {"b": 1}}, ["a", "b"]) == 1
