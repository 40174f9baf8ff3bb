"""The emulator's N/ modules have the signatures of the real ones: TypeScript and @hitc/netsuite-types say so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import suitescript

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "emulator/suitescript/modules"

# What differs on purpose, or where the types are not the last word: file, words of the finding, why.
ALLOWED = (
    ("config.js", "'never'", "the types have no config.load.promise, the help topic has"),
    ("email.js", "TS2345", "inferred of flatMap, no member of N/email"),
    ("error.js", "'cause'", "the help topic of error.create takes cause"),
    ("format.js", "TS2349", "inferred of a table of functions, no member of N/format"),
    ("https.js", "requestSuiteTalkRest", "the types lack its promise form, the help topic has it"),
    ("record.js", "'enablesourcing'", "so the help topic of submitFields writes it"),
    (
        "scriptTypes_restlet.js",
        "CreateResponseOptions",
        "its properties are given with Object.assign",
    ),
    ("transaction.js", "TS2740", "an enum built from the table of record types"),
    ("ui_message.js", "TS2739", "an enum built at run time"),
    ("util.js", "'isError'", "the types lack isError, the help topic has it"),
)


def test_modules_have_the_real_signatures() -> None:
    found = [
        str(finding)
        for finding in suitescript.emulated(MODULES)
        if not any(
            finding.file.name == file and words in finding.message for file, words, _ in ALLOWED
        )
    ]
    assert found == []


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (
            "record.js",
            "const { type } = need",
            "const { kind, type } = need",
            "'kind'",
        ),
        ("encode.js", "'N/encode'", "'N/encoding'", "N/encoding"),
        ("cache.js", "getCache(options)", "getCaches(options)", "getCaches"),
        (
            "file.js",
            "module = moduleOf('N/file', {",
            "module = moduleOf('N/file', { load: () => 1,",
            "",
        ),
    ],
)
def test_a_drift_is_seen(file: str, old: str, new: str, words: str, tmp_path: Path) -> None:
    """An option key, a module, a member or a result that the real ones do not have."""
    text = (MODULES / file).read_text()
    assert old in text
    shutil.copytree(MODULES, tmp_path / "modules")
    (tmp_path / "modules" / file).write_text(text.replace(old, new, 1))
    found = suitescript.emulated(tmp_path / "modules")
    assert any(finding.file.name == file and words in finding.message for finding in found)
