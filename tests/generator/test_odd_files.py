"""Whatever lies in a project folder, a command says what is wrong with it: none ends with a fault of ours."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator import cli, new

SPEC = "specs/web-customers.yaml"
ROOT = Path(__file__).parents[2]

Run = Callable[..., tuple[int, str]]
Damage = Callable[[Path], Any]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    new.make(tmp_path / "shop")
    return tmp_path / "shop"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.setenv("SUITELOOM_CACHE", str(tmp_path / "cache"))

    def run_(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["suiteloom", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
            raise SystemExit(0)
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out + printed.err

    return run_


def made(folder: str) -> Damage:
    return lambda shop: (shop / folder).mkdir(parents=True)


def nowhere(file: str) -> Damage:
    def damage(shop: Path) -> None:
        (shop / file).parent.mkdir(exist_ok=True)
        (shop / file).symlink_to("nowhere")

    return damage


def named(file: bytes, text: str) -> Damage:
    def damage(shop: Path) -> None:
        path = shop / os.fsdecode(file)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    return damage


def hooked(shop: Path) -> None:
    (shop / "hooks").mkdir(exist_ok=True)
    (shop / "hooks/h.js").write_bytes(b"define([], () => ({ x: 1 })); // \xff")
    ends("hooks: {module: ./hooks/h.js, after_map: x}")(shop)


def ends(text: str) -> Damage:
    """The spec ends with these lines."""

    def damage(shop: Path) -> None:
        with (shop / SPEC).open("a") as spec:
            spec.write(f"\n{text}\n")

    return damage


def chained(shop: Path) -> None:
    """Each anchor holds the one before: no text is deep, the value is."""
    links = [f"x{n}: &x{n} {'[' * 60}*x{n - 1}{']' * 60}" for n in range(1, 5)]
    ends("\n".join(["x0: &x0 1", *links]))(shop)


WRONG: dict[str, tuple[Damage, str]] = {
    "an object that leads nowhere": (nowhere("objects/x.xml"), "objects/x.xml:1:1: error E409"),
    "an object of no name": (named(b"objects/\xff.xml", "<x/>"), "objects/?.xml:1:1: error E409"),
    "a spec of no name": (named(b"specs/\xff.yaml", "spec: 1"), "specs/?.yaml:1:1: error E104"),
    "catalog that leads nowhere": (nowhere("catalog/a.json"), "catalog/a.json:1:1: error E416"),
    "a number in catalog": (named(b"catalog/a.json", "9" * 5000), "catalog/a.json:1:1: error E416"),
    "lists in catalog": (named(b"catalog/a.json", "[" * 99_999), "catalog/a.json:1:1: error E416"),
    "a hook module that is not UTF-8": (hooked, "'./hooks/h.js' is not UTF-8 (byte 33)"),
    "lists without end": (ends(f"x: {'[' * 50_000}"), "nested more than 100 deep"),
    "lists in lists": (ends(f"x: {'[' * 900}{']' * 900}"), "nested more than 100 deep"),
    "dashes": (ends(f"x:\n  {'- ' * 900}1"), "nested more than 100 deep"),
    "anchors in anchors": (chained, "nested more than 100 deep"),
    "a number": (ends(f"x: {'9' * 5000}"), "a number of 5000 characters"),
    "a fraction": (ends(f"x: {'9' * 500}.5"), "a number of 502 characters"),
    "a power": (ends("x: 1e999"), 'quote it: "1e999"'),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_read_is_a_mistake_at_its_place(shop: Path, run: Run, what: str) -> None:
    damage, said = WRONG[what]
    damage(shop)
    for command in ("check", "build", "lint", "bill"):
        code, told = run(command, "--project", shop)
        assert code == 1, told
        assert said in told


def test_a_project_that_is_remembered_is_read_again_where_a_link_breaks(
    shop: Path, run: Run
) -> None:
    assert run("build", "--project", shop)[0] == 0
    nowhere("objects/x.xml")(shop)
    assert run("build", "--project", shop)[0] == 1


@pytest.mark.parametrize(
    "damage",
    [made("objects/x.xml"), made("hooks/x.js"), made("catalog/x.json"), made("specs/x.test.yaml")],
)
def test_a_folder_is_no_file_whatever_its_name(shop: Path, run: Run, damage: Damage) -> None:
    damage(shop)
    for command in ("check", "build", "lint"):
        code, told = run(command, "--project", shop)
        assert code == 0, told


@pytest.mark.parametrize("text", ["[" * 99_999, '{"id": ' + "9" * 5000 + "}", "\ud800", ""])
def test_a_sample_that_cannot_be_read_says_nothing_of_paths(
    shop: Path, run: Run, text: str
) -> None:
    (shop / "samples/customer.json").write_text(text, errors="surrogatepass")
    code, told = run("check", "--project", shop)
    assert code == 0, told


def test_a_sample_of_json_lines_may_hold_any_character(shop: Path, run: Run) -> None:
    ends("")(shop)
    (shop / "samples/customer.json").write_text(
        '{"id": 1, "company": "a\u2028b", "contact": {"email": "x"}}\n{"id": 2}\n'
    )
    text = (shop / SPEC).read_text()
    (shop / SPEC).write_text(text.replace("from: company,", "from: compnay,"))
    assert "did you mean 'company'" in run("check", "--project", shop)[1]


def test_a_hook_module_that_leads_nowhere_and_a_name_that_is_none_are_told(
    shop: Path, run: Run
) -> None:
    nowhere("hooks/x.js")(shop)
    code, told = run("build", "--project", shop)
    assert code == 1
    assert "hooks/x.js: cannot be read: No such file" in told
    (shop / "hooks/x.js").unlink()
    named(b"hooks/\xff.js", "")(shop)
    code, told = run("build", "--project", shop)
    assert code == 1
    assert "hooks/?.js: the name of the file is not UTF-8" in told


def test_the_folder_of_a_project_may_have_any_name(shop: Path, run: Run) -> None:
    odd = shop.with_name(os.fsdecode(b"shop-\xff"))
    shop.rename(odd)
    for _ in range(2):
        assert run("build", "--project", odd)[0] == 0
    assert "up to date" in run("build", "--project", odd)[1]


@pytest.mark.parametrize(
    "command", [("schema", "--out"), ("new",), ("build", "--project", "{shop}", "--out")]
)
def test_where_nothing_can_be_written_the_place_is_named(
    shop: Path, run: Run, command: tuple[str, ...]
) -> None:
    at = shop / "project.yaml" / "below"
    code, told = run(*(part.format(shop=shop) for part in command), at)
    assert code in (1, 2), told
    assert str(at) in told
    assert "Not a directory" in told


@pytest.mark.parametrize(
    "text",
    [
        '{"format": 1}',
        '{"format": 1, "files": [], "scripts": [], "retired": []}',
        '{"format": 1, "files": {}, "scripts": [{}], "retired": []}',
    ],
)
def test_a_damaged_list_of_what_was_built_says_what_to_do(shop: Path, run: Run, text: str) -> None:
    (shop / "sdf_project").mkdir()
    (shop / "sdf_project/.suiteloom.json").write_text(text)
    code, told = run("build", "--project", shop)
    assert code == 1
    assert "damaged" in told
    assert "build with --force" in told


def start(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "generator.cli", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip


def test_builds_at_once_share_the_memory_and_the_output(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    cache = str(tmp_path / "cache")
    started = [
        start("build", "--project", shop, "--out", out, SUITELOOM_CACHE=cache) for _ in range(3)
    ]
    told = [each.communicate()[0] for each in started]
    assert [each.returncode for each in started] == [0, 0, 0], told
    assert not [path for path in out.rglob("*") if path.name.endswith(".part")]
    last = start("build", "--check", "--project", shop, "--out", out, SUITELOOM_CACHE=cache)
    assert "up to date" in last.communicate()[0]


def test_a_console_without_the_letters_shows_their_numbers(shop: Path) -> None:
    spec = (shop / SPEC).read_text()
    (shop / SPEC).write_text(spec.replace("title: ", "title: \u201cA\u201d # "))
    checked = start("check", "--project", shop, PYTHONIOENCODING="cp437")
    told = checked.communicate()[0]
    assert checked.returncode == 0, told
    assert "the quotes \\u201c and \\u201d" in told
