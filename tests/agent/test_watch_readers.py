"""Files are read strictly: every fault with its line, or every document with its digits."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.bundle import Csv
from agent.errors import ConfigError
from agent.watch import json_text
from agent.watch.csv_reader import CsvReader
from agent.watch.faults import MOST, FileFaultyError
from agent.watch.json_reader import JsonLinesReader, JsonReader


def csv_documents(tmp_path: Path, data: str | bytes, form: Csv | None = None):
    path = tmp_path / "a.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    reader = CsvReader(form or Csv())
    warnings = reader.check(path)
    return [(json.loads(d.raw), d.place) for d in reader.documents(path)], warnings


def faults(reader, tmp_path: Path, data: str | bytes):
    path = tmp_path / "a"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    with pytest.raises(FileFaultyError) as caught:
        reader.check(path)
    return [(fault.line, fault.code) for fault in caught.value.faults]


BILLS = Csv(
    delimiter=";", encoding="windows-1252", decimal=",", group_by="bill_no", numbers=("net",)
)


def test_rows_of_one_key_become_one_document_wherever_they_stand(tmp_path):
    text = "bill_no;vendor;net\r\nB1;Müller;1,50\r\nB2;Søn;2\r\nB1;Müller;1.234,50\r\n\r\nB3;x;-7,1\r\n"
    documents, warnings = csv_documents(tmp_path, text.encode("cp1252"), BILLS)
    assert documents == [
        (
            {
                "bill_no": "B2",
                "vendor": "Søn",
                "net": "2",
                "rows": [{"bill_no": "B2", "vendor": "Søn", "net": "2"}],
            },
            "line 3",
        ),
        (
            {
                "bill_no": "B1",
                "vendor": "Müller",
                "net": "1.50",
                "rows": [
                    {"bill_no": "B1", "vendor": "Müller", "net": "1.50"},
                    {"bill_no": "B1", "vendor": "Müller", "net": "1234.50"},
                ],
            },
            "lines 2, 4",
        ),
        (
            {
                "bill_no": "B3",
                "vendor": "x",
                "net": "-7.1",
                "rows": [{"bill_no": "B3", "vendor": "x", "net": "-7.1"}],
            },
            "line 6",
        ),
    ]
    assert warnings == []


def test_blanks_around_the_value_of_a_group_make_no_other_group(tmp_path):
    text = "bill_no,net\nB1,1\n B1 ,2\nB2,3\n"
    documents, _ = csv_documents(tmp_path, text, Csv(group_by="bill_no"))
    assert [(len(one["rows"]), place) for one, place in documents] == [
        (2, "lines 2-3"),
        (1, "line 4"),
    ]
    reader = CsvReader(Csv(group_by="bill_no"))
    assert faults(reader, tmp_path, "bill_no,net\n  ,1\n") == [(2, "NO_GROUP")]


def test_quotes_delimiters_and_newlines_inside_cells(tmp_path):
    text = 'a,b\n"x ""y"", z","two\nlines"\nlast,\n'
    documents, _ = csv_documents(tmp_path, text)
    assert documents == [
        ({"a": 'x "y", z', "b": "two\nlines"}, "line 2"),
        ({"a": "last", "b": ""}, "line 4"),
    ]


def test_nulls_empty_cells_and_a_byte_order_mark(tmp_path):
    form = Csv(nulls=("NULL", "n/a"))
    documents, _ = csv_documents(tmp_path, b"\xef\xbb\xbfa, b \nNULL,\nn/a,null\n,\n", form)
    assert [document for document, _ in documents] == [
        {"a": None, "b": ""},
        {"a": None, "b": "null"},
    ]


def test_a_file_without_a_header_numbers_its_columns(tmp_path):
    documents, _ = csv_documents(tmp_path, "x;y\nz;\n", Csv(delimiter=";", header=False))
    assert [document for document, _ in documents] == [{"1": "x", "2": "y"}, {"1": "z", "2": ""}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-15", "cp850"])
def test_encodings(tmp_path, encoding):
    documents, _ = csv_documents(tmp_path, "a\nGrüße\n".encode(encoding), Csv(encoding=encoding))
    assert documents == [({"a": "Grüße"}, "line 2")]


@pytest.mark.parametrize(
    ("cell", "numbers", "expected"),
    [
        ("1.234", ("n",), "1234"),
        ("1.234,5", ("n",), "1234.5"),
        ("1 234,50", ("n",), "1234.50"),
        ("-0,5", ("n",), "-0.5"),
        ("abc,5", ("n",), "abc,5"),
        ("1,2", (), "1,2"),
        ("1,2", None, "1.2"),
        ("1.234", None, "1.234"),
        ("v1,2", None, "v1,2"),
        ("", ("n",), ""),
    ],
)
def test_a_decimal_comma_is_read_as_one_in_columns_of_numbers(tmp_path, cell, numbers, expected):
    form = Csv(delimiter=";", decimal=",", numbers=numbers)
    documents, _ = csv_documents(tmp_path, f"n;t\n{cell};1,5 kg\n", form)
    assert documents[0][0] == {"n": expected, "t": "1,5 kg"}


def test_a_decimal_point_in_a_file_with_commas_is_a_fault_of_the_file(tmp_path):
    """The account would take 12.50 as it is, and 12.500 of the same file is twelve thousand."""
    reader = CsvReader(Csv(delimiter=";", decimal=",", numbers=("net",)))
    data = "net;text\n1,50;1.5\n12.50;\n1.234;\nn/a;\n-.5;\n1.5e3;\n1.234.5;\n"
    assert faults(reader, tmp_path, data) == [(n, "DECIMAL_SIGN") for n in (3, 6, 7)]
    assert CsvReader(Csv(delimiter=";", numbers=("net",))).check(tmp_path / "a") == []


def test_every_fault_of_a_file_is_found_in_one_go(tmp_path):
    data = (
        b"bill_no;vendor;vendor;\n"  # 1: twice, and a column without a name
        b"B1;x;y;z\n"
        b"B2;x;y\n"  # 3: too few
        b"B3;x;y;z;too many\n"
        b"B4;\x81;y;z\n"  # 5: no byte of windows-1252
        b'B5;"x"y;z;z\n'  # 6: text after a quote
        b";x;y;z\n"  # 7: no key
        b"B8;\0;y;z\n"
        b'B9;"never closed;y;z\n'
        b"B10;x;y;z\n"
    )
    assert faults(CsvReader(BILLS), tmp_path, data) == [
        (1, "DUPLICATE_HEADER"),
        (1, "EMPTY_HEADER"),
        (3, "COLUMN_COUNT"),
        (4, "COLUMN_COUNT"),
        (5, "NOT_DECODABLE"),
        (6, "TEXT_AFTER_QUOTE"),
        (7, "NO_GROUP"),
        (8, "NUL_BYTE"),
        (9, "UNCLOSED_QUOTE"),
    ]


def test_undecodable_bytes_are_found_inside_a_cell_of_several_lines(tmp_path):
    assert faults(CsvReader(Csv()), tmp_path, b'a\n"one\ntwo \xff"\n') == [(3, "NOT_DECODABLE")]
    assert faults(CsvReader(Csv(encoding="utf-16")), tmp_path, b"\xff\xfea\0\n\0\0") == [
        (None, "NOT_DECODABLE")
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("", (1, "NO_HEADER")),
        ("\n\n", (1, "NO_HEADER")),
        ("a;b\n1;2\n", (1, "MISSING_COLUMN")),
        ("bill_no;rows\n1;2\n", (1, "RESERVED_HEADER")),
        ('bill_no\n"' + "x" * 200_000, (2, "CELL_TOO_LONG")),
    ],
)
def test_files_that_are_no_such_file(tmp_path, data, expected):
    assert faults(CsvReader(BILLS), tmp_path, data) == [expected]


def test_the_list_of_faults_ends(tmp_path):
    found = faults(CsvReader(Csv()), tmp_path, "a,b\n" + "1\n" * (MOST + 50))
    assert len(found) == MOST + 1
    assert found[-1][1] == "TOO_MANY_FAULTS"


def test_values_that_differ_within_a_group_where_the_first_counts_are_a_warning(tmp_path):
    form = Csv(group_by="no", head=("no", "vendor"))
    _, warnings = csv_documents(tmp_path, "no,vendor,net\n1,a,1\n1,b,2\n2,c,3\n", form)
    assert len(warnings) == 1
    assert warnings[0].startswith("line 3: 'vendor' is 'b'")


@pytest.mark.parametrize("encoding", ["klingon", "base64", "rot13"])
def test_an_unknown_encoding_is_a_fault_of_the_configuration(encoding):
    with pytest.raises(ConfigError, match=encoding):
        CsvReader(Csv(encoding=encoding))


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=8))
def test_any_text_survives_the_way_through_a_file(tmp_path_factory, rows):
    import csv
    import io

    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *rows])
    documents, _ = csv_documents(tmp_path_factory.mktemp("csv"), text.getvalue())
    expected = [{"a": a, "b": b} for a, b in rows if a or b]
    assert [document for document, _ in documents] == expected


def test_json_lines_keep_their_digits(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"n": 12.10}\n\n{"n": 1e2, "t": "\xc3\xb8"}')
    reader = JsonLinesReader()
    assert reader.check(path) == []
    assert [(d.raw, d.place) for d in reader.documents(path)] == [
        (b'{"n": 12.10}', "line 1"),
        (b'{"n": 1e2, "t": "\xc3\xb8"}', "line 3"),
    ]


def test_every_fault_of_a_json_lines_file(tmp_path):
    data = b'{"a": 1}\n{"a": }\n[1]\n{"a": NaN}\n\xff\n{"a": 1, "a": 2}\n'
    assert faults(JsonLinesReader(), tmp_path, data) == [
        (2, "NOT_JSON"),
        (3, "NOT_AN_OBJECT"),
        (4, "NOT_JSON"),
        (5, "NOT_DECODABLE"),
        (6, "NOT_JSON"),
    ]
    assert faults(JsonLinesReader(), tmp_path, "\n") == [(1, "NOT_JSON")]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ('[{"a": 1}, {"a": "ø"}]', None),
        ('{"data": {"orders": [{"a": 1}, {"a": "ø"}]}}', ("data", "orders")),
    ],
)
def test_a_json_file_holds_a_list_of_documents(tmp_path, text, items):
    path = tmp_path / "a.json"
    path.write_text(text.replace("1", "1.50"), "utf-8")
    reader = JsonReader(items)
    assert reader.check(path) == []
    assert [(d.raw.decode(), d.place) for d in reader.documents(path)] == [
        ('{"a": 1.50}', "element 1"),
        ('{"a": "ø"}', "element 2"),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'[{"a": 1},\n {"a": }]', [(2, "NOT_JSON")]),
        (b'[{"a": 1}, 2,\n "x"]', [(1, "NOT_AN_OBJECT"), (2, "NOT_AN_OBJECT")]),
        (b"7", [(1, "NOT_AN_OBJECT")]),
        (b'[\n"\xff"]', [(2, "NOT_DECODABLE")]),
        (b"[" * 200_000, [(1, "NOT_JSON")]),
        (b"[" + b"[" * 200_000 + b"]" * 200_001, [(1, "NOT_JSON")]),
        (b'[{"a": 1},\n{"a": 2}] x', [(2, "NOT_JSON")]),
        (b'[{"a": 1}\n{"a": 2}]', [(2, "NOT_JSON")]),
        (b'[{"a": 1},\n]', [(2, "NOT_JSON")]),
        (b'[{"a": "1}]', [(1, "NOT_JSON")]),
        (b'\n[{"a": [}]}]', [(2, "NOT_JSON")] * 2),
        (b'[{"a": 1, "a": 2},\n {"b": NaN}]', [(1, "NOT_JSON"), (2, "NOT_JSON")]),
        (b"", [(1, "NOT_JSON")]),
    ],
)
def test_faults_of_a_json_file(tmp_path, data, expected):
    assert faults(JsonReader(), tmp_path, data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"data": {"orders": []}, "data": {"orders": []}}', [(1, "NOT_JSON")]),
        (b'{"more": {"a": NaN},\n "data": {"orders": []}}', [(1, "NOT_JSON")]),
        (b'{"data": {"orders": []},\n "more": {"a": 1, "a": 2}}', [(2, "NOT_JSON")]),
        (b'{"more": [01], "data": {"orders": []}}', [(1, "NOT_JSON")]),
        (b'{"more": ' + b"[" * 300 + b"]" * 300 + b"}", [(1, "NOT_JSON")]),
        (b'{"data": {"others": []}}', [(1, "NOT_AN_OBJECT")]),
        (b'{"data": []}', [(1, "NOT_AN_OBJECT")]),
    ],
)
def test_faults_around_the_list_of_a_json_file(tmp_path, data, expected):
    assert faults(JsonReader(("data", "orders")), tmp_path, data) == expected


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.lists(st.dictionaries(st.text(), JSON, max_size=4), max_size=6)


@given(OBJECTS, st.dictionaries(st.text(), JSON, max_size=3), st.booleans(), st.integers(1, 40))
def test_a_list_read_piece_by_piece_is_the_list_read_whole(
    tmp_path_factory, objects, around, spread, piece
):
    around = {name: value for name, value in around.items() if name != "items"}
    text = json.dumps(
        {**around, "items": objects}, indent=1 if spread else None, ensure_ascii=False
    )
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    reader = JsonReader(("items",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "PIECE", piece)
        reader.check(path)
        assert [json.loads(document.raw) for document in reader.documents(path)] == objects


def packed(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(gzip.compress(data))
    return path


@pytest.mark.parametrize(
    ("name", "reader", "data"),
    [
        ("a.csv.gz", CsvReader(Csv(), 1_000), b"id\n1\n2\n"),
        ("a.jsonl.gz", JsonLinesReader(1_000), b'{"id": "1"}\n{"id": "2"}\n'),
        ("a.json.GZ", JsonReader(None, 1_000), b'[{"id": "1"}, {"id": "2"}]'),
    ],
)
def test_packed_files_are_read_as_what_they_hold(tmp_path, name, reader, data):
    path = packed(tmp_path, name, data)
    reader.check(path)
    assert [json.loads(each.raw)["id"] for each in reader.documents(path)] == ["1", "2"]

    def told(content: bytes) -> list[str]:
        path.write_bytes(content)
        with pytest.raises(FileFaultyError) as caught:
            reader.check(path)
        return [fault.code for fault in caught.value.faults]

    assert told(data) == ["NOT_GZIP"]
    assert told(gzip.compress(data)[:-9]) == ["NOT_GZIP"]
    assert told(gzip.compress(data)[:-8] + b"\0" * 8) == ["NOT_GZIP"]
    assert "TOO_LARGE" in told(gzip.compress(data[:-1] + b" " * 1_000 + data[-1:]))


def test_a_bomb_is_refused_in_little_memory(tmp_path):
    """A packed megabyte that holds a gigabyte: of each form, nothing but pieces is ever in memory."""
    path = tmp_path / "a.gz"
    zeros = b"0" * 1_000_000
    with gzip.open(path, "wb", compresslevel=9) as out:
        out.write(b'{"a": "')
        for _ in range(300):
            out.write(zeros)
    for reader, code in (
        (JsonLinesReader(200_000_000), "LINE_TOO_LONG"),
        (JsonReader(None, 200_000_000), "LINE_TOO_LONG"),
        (CsvReader(Csv(), 200_000_000), "LINE_TOO_LONG"),
    ):
        tracemalloc.start()
        with pytest.raises(FileFaultyError) as caught:
            reader.check(path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert [fault.code for fault in caught.value.faults] == [code]
        assert peak < 80_000_000


def test_a_link_is_not_followed(tmp_path):
    secret = tmp_path / "secret.jsonl"
    secret.write_text('{"a": 1}\n')
    link = tmp_path / "a.jsonl"
    link.symlink_to(secret)
    with pytest.raises(OSError, match="symbolic"):
        JsonLinesReader().check(link)
