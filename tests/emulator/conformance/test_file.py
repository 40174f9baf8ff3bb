"""N/file: files as scripts and readers outside see them."""

from __future__ import annotations

import base64

import pytest
import requests
from lab import HttpLab, Lab

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256))).decode()


@pytest.fixture(scope="module")
def folder(lab: Lab) -> int:
    return lab.account.files.folder("/SuiteScripts/conformance", create=True)


@pytest.mark.shows(
    "N/file.create", "N/file.File.save", "N/file.load", "N/file.File.getContents", "N/file.Type"
)
@pytest.mark.rule("file.binary_is_base64")
def test_a_binary_file_comes_back_byte_by_byte(lab: Lab, folder: int) -> None:
    code = """
      const id = file.create({ name: 'p.png', fileType: file.Type.PNGIMAGE, contents: input.png, folder: input.folder, description: 'd' }).save();
      const { name, fileType, isText, size, path, description } = file.load({ id });
      return [file.load('SuiteScripts/conformance/p.png').getContents(), name, fileType, isText, size, path, description];"""
    assert lab.run(code, {"png": PNG, "folder": folder}) == [
        PNG, "p.png", "PNGIMAGE", False, 264, "SuiteScripts/conformance/p.png", "d",
    ]  # fmt: skip


@pytest.mark.shows("N/file.create")
@pytest.mark.rule("file.not_base64")
def test_contents_of_a_binary_file_that_are_no_base_64(lab: Lab) -> None:
    code = "file.create({ name: 'x.pdf', fileType: 'PDF', contents: 'no, text!' }); return 'made';"
    if lab.preferences.binary_files_need_base64:
        with lab.refused("FAILED_TO_DECODE_STRING_ENCODED_BINARY_DATA_USING_1_ENCODING"):
            lab.run(code)
    else:
        assert lab.run(code) == "made"


@pytest.mark.shows("N/file.Encoding", "N/file.File.save")
@pytest.mark.rule("file.encoding")
@pytest.mark.parametrize(
    ("encoding", "text", "kept", "size"),
    [
        ("UTF_8", "grüße 東京 €", "grüße 東京 €", 18),
        ("WINDOWS_1252", "grüße 東京 €", "grüße ?? €", 10),
        ("ISO_8859_1", "grüße €", "grüße ?", 7),
        ("SHIFT_JIS", "東京 ü", "東京 ?", 6),
        ("GB18030", "東京 ü", "東京 ü", 7),
        ("GB2312", "东京", "东京", 4),
        ("BIG5", "東京", "東京", 4),
        ("MAC_ROMAN", "grüße", "grüße", 5),
    ],
)
def test_a_text_is_kept_in_its_encoding(
    lab: Lab, folder: int, encoding: str, text: str, kept: str, size: int
) -> None:
    code = """
      const encoding = file.Encoding[input.encoding];
      const id = file.create({ name: `${input.encoding}.txt`, fileType: 'PLAINTEXT', encoding, contents: input.text, folder: input.folder }).save();
      const read = file.load({ id });
      return [read.getContents(), read.encoding === encoding,
        query.runSuiteQL({ query: 'SELECT filesize FROM file WHERE id = ?', params: [id] }).results[0].values[0]];"""
    asked = {"encoding": encoding, "text": text, "folder": folder}
    assert lab.run(code, asked) == [kept, True, size]


@pytest.mark.shows("N/file.copy", "N/file.NameConflictResolution", "N/file.delete")
@pytest.mark.rule("file.copy_conflict")
def test_what_a_copy_does_with_a_file_of_that_name(lab: Lab, folder: int) -> None:
    there = lab.account.files.folder("/SuiteScripts/conformance/there", create=True)
    code = """
      const make = (folder, contents, description) =>
        file.create({ name: 'c.txt', fileType: 'PLAINTEXT', contents, folder, description }).save();
      const id = make(input.folder, 'new', 'from'); const old = make(input.there, 'old', 'to');
      const copy = (conflictResolution) => file.copy({ id, folder: input.there, conflictResolution });
      let refused; try { copy(file.NameConflictResolution.FAIL); } catch (error) { refused = error.name; }
      let wrong; try { copy('MAYBE'); } catch (error) { wrong = error.name; }
      const unique = copy(file.NameConflictResolution.RENAME_TO_UNIQUE);
      const over = copy(file.NameConflictResolution.OVERWRITE);
      const all = copy('OVERWRITE_CONTENT_AND_ATTRIBUTES');
      file.delete({ id: unique.id }); file.delete(`SuiteScripts/conformance/there/c.txt`);
      let gone; try { file.load({ id: old }); } catch (error) { gone = error.name; }
      return [refused, wrong, unique.name, unique.getContents(), over.id === old, over.getContents(), over.description, all.description, gone];"""
    assert lab.run(code, {"folder": folder, "there": there}) == [
        "FILE_ALREADY_EXISTS", "INVALID_CONFLICT_RESOLUTION_1", "c1.txt", "new", True, "new", "to", "from",
        "RCRD_DSNT_EXIST",
    ]  # fmt: skip


@pytest.mark.shows(
    "N/file.File.appendLine", "N/file.File.append", "N/file.File.resetStream", "N/file.FileLines.hasNext",
    "N/file.FileLines.next", "N/file.FileLines.reset",
)  # fmt: skip
@pytest.mark.rule("file.reset", "file.no_write_after_read")
def test_lines_are_read_and_written_in_turns(lab: Lab) -> None:
    code = """
      const made = file.create({ name: 'l.csv', fileType: 'CSV', contents: 'a\\r\\nb\\n' });
      made.appendLine({ value: 'c' }).append({ value: 'd' });
      const lines = made.lines.iterator(); const seen = [];
      while (lines.hasNext()) seen.push(lines.next().value);
      lines.reset(); seen.push(lines.next().value);
      let refused; try { made.appendLine({ value: 'e' }); } catch (error) { refused = error.name; }
      made.resetStream(); made.appendLine({ value: 'f' });
      return [seen, refused, made.getContents()];"""
    assert lab.run(code) == [
        ["a", "b", "c", "d", "a"],
        "YOU_CANNOT_WRITE_TO_A_FILE_AFTER_YOU_BEGAN_READING_FROM_IT",
        "a\r\nb\nf\n",
    ]


@pytest.mark.shows(
    "N/file.File.getSegments", "N/file.FileSegments.hasNext", "N/file.FileSegments.next",
    "N/file.FileSegments.reset", "N/file.File.getReader", "N/file.Reader.readUntil", "N/file.Reader.readChars",
    "N/file.Reader.reset",
)  # fmt: skip
def test_a_text_is_read_in_segments_and_by_characters(lab: Lab) -> None:
    code = """
      const made = file.create({ name: 's.txt', fileType: 'PLAINTEXT', contents: 'a|bc|d' });
      const segments = made.getSegments({ separator: '|' }); const seen = [];
      while (segments.hasNext()) seen.push(segments.next().value);
      segments.reset(); segments.iterator().each(({ value }) => { seen.push(value); return seen.length < 5; });
      const reader = made.getReader(); const read = [reader.readUntil({ tag: '|' }), reader.readChars({ number: 1 })];
      reader.reset(); read.push(reader.readChars({ number: 99 }), reader.readChars({ number: 1 }));
      const errors = [() => reader.readUntil({ tag: '' }), () => reader.readChars({ number: 0 })].map((act) => {
        try { act(); return null; } catch (error) { return error.name; } });
      return [seen, read, errors];"""
    assert lab.run(code) == [
        ["a|", "bc|", "d", "a|", "bc|"],
        ["a|", "b", "a|bc|d", None],
        ["SSS_TAG_CANNOT_BE_EMPTY", "SSS_INVALID_READ_SIZE"],
    ]


@pytest.mark.rule("file.limit", "file.same_name")
@pytest.mark.shows("N/file.File.save", "N/file.create")
def test_what_cannot_be_saved(lab: Lab, folder: int) -> None:
    code = """
      const wrong = [
        () => file.create({ name: 'x', fileType: 'PLAINTEXT', contents: 'x'.repeat(10 * 1024 * 1024 + 1) }),
        () => file.create({ name: 'x', fileType: 'NONSENSE', contents: '' }),
        () => file.create({ fileType: 'CSV' }),
        () => file.create({ name: 'x', fileType: 'CSV', contents: 'x' }).save(),
        () => file.create({ name: 'x', fileType: 'CSV', contents: 'x', folder: 999999 }).save(),
        () => file.load({}),
      ].map((act) => { try { act(); return null; } catch (error) { return error.name; } });
      const one = file.create({ name: 'same.txt', fileType: 'PLAINTEXT', contents: '1', folder: input }).save();
      const two = file.create({ name: 'same.txt', fileType: 'PLAINTEXT', contents: '2', folder: input }).save();
      const moved = file.load(one); moved.name = 'renamed.txt'; moved.description = 'm';
      return [wrong, one === two, moved.save() === one, file.load(one).path, file.load(one).description];"""
    assert lab.run(code, folder) == [
        ["SSS_FILE_CONTENT_SIZE_EXCEEDED", "SSS_INVALID_TYPE_ARG", "SSS_MISSING_REQD_ARGUMENT",
         "SSS_MISSING_REQD_ARGUMENT", "INVALID_KEY_OR_REF", "SSS_MISSING_REQD_ARGUMENT"],
        True, True, "SuiteScripts/conformance/renamed.txt", "m",
    ]  # fmt: skip


@pytest.mark.rule("file.url")
@pytest.mark.shows("N/file.File.url", "N/file.File.isOnline")
def test_a_file_that_is_online_is_served_at_its_url(lab: Lab, folder: int) -> None:
    code = """
      const make = (name, isOnline) => file.load(file.create({ name, fileType: 'CSV', contents: 'é;1', folder: input, isOnline,
        encoding: file.Encoding.WINDOWS_1252 }).save());
      return [make('on.csv', true), make('off.csv', false)].map(({ url, isOnline }) => [url, isOnline]);"""
    (on, yes), (off, no) = lab.run(code, folder)
    assert (yes, no) == (True, False)
    assert on.startswith("/core/media/media.nl?id=")
    if isinstance(lab, HttpLab):
        found = requests.get(lab.url + on, timeout=10)
        assert (found.status_code, found.content) == (200, "é;1".encode("cp1252"))
        assert requests.get(lab.url + off, timeout=10).status_code == 403
        assert requests.get(lab.url + on[:-3] + "xyz", timeout=10).status_code == 403


@pytest.mark.rule("file.each_needs_true")
@pytest.mark.shows("N/file.File.lines")
def test_what_a_callback_has_to_return_for_the_next_line(lab: Lab) -> None:
    code = """const count = (answer) => { let seen = 0;
        file.create({ name: 'n', fileType: 'CSV', contents: 'a\\nb\\nc' }).lines.iterator().each(() => { seen += 1; return answer; });
        return seen; };
      return [count(true), count(false), count(undefined)];"""
    assert lab.run(code) == [3, 1, 1 if lab.preferences.file_lines_need_true else 3]


@pytest.mark.rule("file.same_name")
@pytest.mark.shows("N/file.File.save")
def test_a_folder_is_given_by_its_number_and_a_refusal_names_what_was_given(lab: Lab) -> None:
    with lab.refused("INVALID_KEY_OR_REF", "SuiteScripts"):
        lab.run(
            "return file.create({ name: 'x.txt', fileType: 'PLAINTEXT', contents: 'x', folder: 'SuiteScripts' }).save();"
        )
