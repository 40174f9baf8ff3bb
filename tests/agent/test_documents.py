"""Documents: refused where readers could differ, and cut apart without a digit changed."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fake_account import write_bundle
from hypothesis import given
from hypothesis import strategies as st

from agent import bundle as bundles
from agent.documents import at, cut, elements, exact, parse, text_of
from agent.errors import Refused
from agent.ingress import intake

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


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        (b'{"id":9007199254740993}', b'{"id":"9007199254740993"}'),
        (b'{"id":9007199254740992,"n":-0.1}', b'{"id":9007199254740992,"n":-0.1}'),
        (b'[-12345678901234567890.5, 14.10]', b'["-12345678901234567890.5", 14.10]'),
        (b'[0.30000000000000004,100000000000000000000]', b'[0.30000000000000004,100000000000000000000]'),
        (b'{"9007199254740993":"\\"9007199254740993"}', b'{"9007199254740993":"\\"9007199254740993"}'),
    ],
)  # fmt: skip
def test_a_number_that_javascript_would_round_goes_as_text(written: bytes, sent: bytes) -> None:
    assert exact(written) == sent


NUMBERS = st.one_of(
    st.integers(),
    st.integers(-(10**22), 10**22),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12),
)


@given(st.lists(st.tuples(st.text(), NUMBERS)))
def test_what_javascript_reads_of_a_number_is_what_was_written(pairs: list[Any]) -> None:
    texts = [format(number, "f") for _, number in pairs]
    body = f"[{','.join(f'{json.dumps([name])}, {text}' for (name, _), text in zip(pairs, texts, strict=True))}]"
    # JavaScript makes a double of every number, and shows the shortest text that gives it again.
    read = json.loads(exact(body.encode()), parse_int=float)
    assert read[::2] == [[name] for name, _ in pairs]
    shown = [one if isinstance(one, str) else repr(one) for one in read[1::2]]
    assert [Decimal(one) for one in shown] == [Decimal(text) for text in texts]


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


def test_documents_of_one_record_have_one_key_whatever_blanks_are_around_it(tmp_path: Path) -> None:
    """The account takes them off; here documents of one key go one after the other."""
    flow = bundles.load(write_bundle(tmp_path)).inbound("sandbox")["orders"]

    def key(value: Any) -> str:
        (row,) = intake.documents(flow, json.dumps({"id": value}).encode(), None, "test")
        return row.key

    assert {key(value) for value in (7, "7", " 7", "7\u00a0\n", "\ufeff7")} == {"O-7"}
    assert key("\x1c7") == "O-\x1c7"  # a blank for Python, none for JavaScript
    assert all(key(value).startswith("id:") for value in (None, "", " \t", [7]))


def test_documents_whose_key_is_made_of_the_same_have_one_place_in_line(tmp_path: Path) -> None:
    path = write_bundle(tmp_path, key=None, made_of=[["shop", "no"], ["id"]])
    flow = bundles.load(path).inbound("sandbox")["orders"]

    def key(document: Any) -> str:
        (row,) = intake.documents(flow, json.dumps(document).encode(), None, "test")
        return row.key

    one = {"shop": {"no": 7}, "id": "a"}
    assert key(one) == key({**one, "total": 1}) == key({"id": "a", "shop": {"no": "7"}})
    others = [{"shop": {"no": "7a"}, "id": ""}, {"shop": {"no": 7}, "id": "b"}, {"id": "a"}]
    assert len({key(document) for document in (one, *others)}) == 4
    for document in ({}, {"id": ""}, {"id": ["a"]}, {"shop": {"no": {}}, "id": "a"}):
        assert key(document) != key(document)  # nobody knows whether it is the same record
