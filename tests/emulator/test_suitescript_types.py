"""The emulator's N/ modules have the signatures of the real ones: TypeScript and @hitc/netsuite-types say so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import suitescript

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "emulator/suitescript/modules"

# What differs on purpose, or where the types are not the last word: file, words of the finding,
# why.
ALLOWED = (
    ("email.js", "TS2345", "inferred of flatMap, no member of N/email"),
    (
        "error.js",
        "'cause'",
        "error.create takes cause beside the documented keys: no source confirms it",
    ),
    ("format.js", "TS2349", "inferred of a table of functions, no member of N/format"),
    ("https.js", "requestSuiteTalkRest", "the types lack its promise form, public stubs have it"),
    ("crypto.js", "'Cipher'", "its payload's properties are given with Object.assign"),
    ("format_i18n.js", "Currency", "an enum built at run time"),
    ("format_i18n.js", "'locale'", "the types lack this key, the API reference has it"),
    ("render.js", "EmailMergeResult", "its properties are given with Object.assign"),
    ("util.js", "'isAsyncFunction'", "the types lack it, the API reference has it"),
    ("plugin.js", "TS2367", "inferred of a default value, no member of N/plugin"),
    ("query.js", "'PeriodAdjustment'", "an enum of the help topic section_158289865548"),
    ("translation.js", "Locale", "the types give COMPANY_DEFAULT and CURRENT one language"),
    ("record.js", "'enablesourcing'", "so the help topic of submitFields writes it"),
    (
        "scriptTypes_restlet.js",
        "CreateResponseOptions",
        "its properties are given with Object.assign",
    ),
    ("transaction.js", "TS2740", "an enum built from the table of record types"),
    ("ui_message.js", "TS2739", "an enum built at run time"),
    ("util.js", "'isError'", "the types lack isError, the API reference has it"),
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


def test_its_javascript_is_clean() -> None:
    assert [
        str(one)
        for one in suitescript.eslint(
            [MODULES.parent, ROOT / "emulator/trial"], "eslint.emulator.cjs"
        )
    ] == []


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
