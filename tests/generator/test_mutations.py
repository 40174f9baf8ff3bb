"""
What of a machine's mistakes the compiler finds, and docs/mutations.md, which lists what it misses.

`make soak` judges all mutations, `make test` a sample of them. After a change of the examples or of
a check: `SUITELOOM_UPDATE_GOLDEN=1 pytest tests/generator/test_mutations.py`, then read the diff.
"""

from __future__ import annotations

import os
import random
import re
import textwrap
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from mutations import Bench, Judged, Mutation, benches, misspelt, mutations

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
PAGE = ROOT / "docs" / "mutations.md"
UPDATE = bool(os.environ.get("SUITELOOM_UPDATE_GOLDEN"))
SOAK = bool(os.environ.get("SUITELOOM_SOAK"))
SAMPLE = 240
SEED = 20261128

# Why a compiler cannot know, by what was changed and how.
REASONS = {
    ("JSON name", "misspelt"): "Names in a payload and in an answer are the receiver's: any name is right.",
    ("JSON name", "dropped"): "What is not sent or answered is no mistake.",
    ("JSON name", "swapped"): "Both names are the receiver's, and both values can stand under either.",
    ("choice", "misspelt"): "The misspelt word is another one that is allowed there.",
    ("choice", "dropped"): "A list of fewer events or days is right.",
    ("choice", "swapped"): "Another choice that is allowed there.",
    ("column", "misspelt"): "A custom field that no object in the project describes may exist in the account.",
    ("column", "dropped"): "A look-up by fewer columns is a look-up.",
    ("column", "swapped"): "Which column of the other record holds the source's key, only the account knows.",
    ("feature", "dropped"): "Features that records need are added by themselves.",
    ("feature", "misspelt"): "Features are the account's.",
    ("field id", "misspelt"): "The misspelt id is another field of the record, or a custom field that nothing describes.",
    ("field id", "dropped"): "A field that is not mapped is a correct spec; those that NetSuite cannot do without are found.",
    ("field id", "swapped"): "Both fields take values of such a type: which belongs where, only their meaning tells.",
    ("hook", "dropped"): "A flow with fewer hooks is right.",
    ("hook", "misspelt"): "The module exports a function of that name, too.",
    ("key", "dropped"): "The key may be left out: its default holds then, and the spec says something else that is right.",
    ("key", "misspelt"): "The misspelt key is another one that is allowed there.",
    ("map entry", "misspelt"): "Values of the source are its own: a map may list any.",
    ("map entry", "dropped"): "A map may list fewer values; what it does with others is written beside it.",
    ("map entry", "swapped"): "Which value means what, only the two systems know.",
    ("name", "dropped"): "What is declared and left out here has a value everywhere it is used.",
    ("name", "misspelt"): "A secret exists by being named: it is another secret then, listed in SETUP.md.",
    ("name", "swapped"): "Both are declared, and both fit where they are used.",
    ("path", "dropped"): "A text of fewer parts, and a map or list of fewer paths, is right.",
    ("path", "misspelt"): "The document may have such a place: neither schema nor sample shows one that it is nearly.",
    ("path", "swapped"): "Both places are in the document, and nothing says what their values mean.",
    ("record type", "misspelt"): "The misspelt type is another one that exists.",
    ("record type", "swapped"): "Records of that type fit there, too.",
    ("sublist id", "dropped"): "Lines that are not mapped are a correct spec.",
    ("sublist id", "misspelt"): "The misspelt sublist is another one of the record.",
    ("sublist id", "swapped"): "Both sublists have these fields.",
    ("subrecord id", "dropped"): "A subrecord that is not mapped is a correct spec.",
    ("transform", "dropped"): "The value fits without it, too; whether it ought to be changed is the mapping's meaning.",
    ("transform", "misspelt"): "The misspelt transform is another one.",
    ("transform", "swapped"): "The other transform takes and gives values of such types, too.",
    ("type", "dropped"): "The catalogue knows the type, or text is one that fits.",
    ("type", "misspelt"): "The misspelt type is another one that fits.",
    ("type", "swapped"): "Values of that type fit the field, too.",
    ("file", "misspelt"): "The misspelt file exists.",
}  # fmt: skip


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> list[Bench]:
    return benches(EXAMPLES, tmp_path_factory.mktemp("mutations"))


def test_a_sample_of_mistakes_is_found_or_listed_as_missed(tables: list[Bench]) -> None:
    """A mistake that is neither reported nor explained in docs/mutations.md is one that a user meets in production."""
    if UPDATE or SOAK:
        judged = _all(tables)
        if UPDATE:
            PAGE.write_text(page(judged), encoding="utf-8")
        assert page(judged) == PAGE.read_text(encoding="utf-8")
        return
    everything = [(bench, one) for bench in tables for one in bench.mutations()]
    chosen = random.Random(SEED).sample(everything, SAMPLE)
    listed = _listed()
    wrong = {}
    for bench, mutation in chosen:
        outcome = bench.judge(mutation).outcome
        if (outcome == "missed") != (_entry(mutation) in listed):
            wrong[mutation.name] = outcome
    assert wrong == {}, "docs/mutations.md is not true any more"


def test_the_page_lists_mutations_that_exist_and_counts_them_all(tables: list[Bench]) -> None:
    there = [one for bench in tables for one in bench.mutations()]
    assert _listed() <= {_entry(one) for one in there}
    totals = Counter((one.what, one.how) for one in there)
    rows = re.findall(
        r"^\| ([\w ]+) \| (\w+) \| (\d+) \| (\d+) \| (\d+) \|$",
        PAGE.read_text("utf-8"),
        re.MULTILINE,
    )
    counted = {(what, how): int(a) + int(b) + int(c) for what, how, a, b, c in rows}
    assert counted == totals


def test_one_place_is_changed_and_no_line_moves() -> None:
    text = textwrap.dedent(
        """
        flow: x
        body:
          memo: {from: note, apply: [trim, {truncate: 9}]}   # why
          entity:
            from: who
            ref: {record: customer}
        lines:
          item: {from: rows}
        """
    )
    made = mutations("x.yaml", text)
    assert len({one.name for one in made}) == len(made)
    changed = {one.name: one.apply(text) for one in made}
    assert all(each.count("\n") == text.count("\n") for each in changed.values())
    dropped = changed["x.yaml body.memo.apply.0: dropped transform trim"]
    assert "memo: {from: note, apply: [ {truncate: 9}]}   # why" in dropped
    assert "entity:" not in changed["x.yaml body.entity: dropped field id entity"]
    assert "item: {from: rows}" in changed["x.yaml body.entity: dropped field id entity"]
    assert "from: noet" in changed["x.yaml body.memo.from: misspelt path note -> noet"]


def test_a_misspelling_is_never_the_word_itself() -> None:
    for word in ("id", "aa", "item", "location", "x", "0123", "custbody_x"):
        assert misspelt(word) != word


# --- the page ---


def page(judged: list[Judged]) -> str:
    """docs/mutations.md."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    missed: dict[tuple[str, str], list[Mutation]] = defaultdict(list)
    for one in judged:
        kind = (one.mutation.what, one.mutation.how)
        counts[kind][one.outcome] += 1
        if one.outcome == "missed":
            missed[kind].append(one.mutation)
    whole = Counter(one.outcome for one in judged)
    lines = [
        "# Mistakes that no compiler can find",
        "",
        "Every key, id, type, reference and transform of the examples' specs is misspelt, dropped and swapped once, by a machine, and",
        "`suiteloom check` judges each. Found: reported on the line of the change, or in the map that something was dropped from.",
        "Elsewhere: reported on another line, where what was changed is used. Missed: nothing is reported. This page is written by",
        "`SUITELOOM_UPDATE_GOLDEN=1 pytest tests/generator/test_mutations.py`; `make test` proves a sample of it, `make soak` all.",
        "",
        f"Of {sum(whole.values()):,} mutations {whole['found']:,} are found, {whole['elsewhere']:,} elsewhere, {whole['missed']:,} missed.",
        "",
        "| What | How | Found | Elsewhere | Missed |",
        "| --- | --- | --- | --- | --- |",
    ]
    for kind in sorted(counts):
        row = counts[kind]
        lines.append(
            f"| {kind[0]} | {kind[1]} | {row['found']} | {row['elsewhere']} | {row['missed']} |"
        )
    lines += ["", "## What is missed, and why", ""]
    for kind in sorted(missed):
        assert kind in REASONS, (
            f"a {kind[0]} is {kind[1]} unseen: mend the check, or say why nobody can know ({missed[kind][0].name})"
        )
        lines += [f"### {kind[0]}, {kind[1]}", "", REASONS[kind], ""]
        files: dict[str, list[str]] = defaultdict(list)
        for one in missed[kind]:
            files[one.file].append(_place(one))
        for file, places in sorted(files.items()):
            lines += [f"- `{file}`: " + ", ".join(f"`{place}`" for place in places)]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _place(mutation: Mutation) -> str:
    return ".".join(str(part) for part in mutation.loc)


def _entry(mutation: Mutation) -> tuple[str, str, str, str]:
    return mutation.what, mutation.how, mutation.file, _place(mutation)


def _listed() -> set[tuple[str, str, str, str]]:
    """What the page lists as missed."""
    found = set()
    what = how = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("### "):
            what, how = line[4:].split(", ")
        elif line.startswith("- `"):
            file, *places = re.findall("`([^`]+)`", line)
            found |= {(what, how, file, place) for place in places}
    return found


def _all(tables: list[Bench]) -> list[Judged]:
    with ProcessPoolExecutor(max_workers=2) as pool:
        return [one for part in pool.map(_judge, tables) for one in part]


def _judge(bench: Bench) -> list[Judged]:
    return [bench.judge(one) for one in bench.mutations()]
