"""What is recalled from earlier builds is what a clean build makes, whatever was changed in between."""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator import memory
from generator.compile import compile_project, inputs
from generator.compile.reading import shared_files, spec_files
from generator.memory import Memory
from generator.plan.project import ProjectPlan
from generator.project.tree import make_tree
from generator.project.write import State
from generator.spec.diagnose import Diagnostic

HOOKS = "define([], () => ({ nameOf: (doc) => doc.name }));\n"
OBJECT = '<othercustomfield scriptid="custrecord_x"><label>x</label></othercustomfield>'
FIELD = (
    '<entitycustomfield scriptid="custentity_tag"><label>Tag</label><fieldtype>TEXT</fieldtype>'
    "<appliestocustomer>T</appliestocustomer></entitycustomfield>"
)

Built = tuple[dict[str, bytes] | None, list[Diagnostic]]
Change = Callable[[Path], Any]


@pytest.fixture
def shop(project: Any) -> Path:
    """A project in which one flow depends on everything that a flow can depend on."""
    project.write("hooks/names.js", HOOKS)
    project.write("hooks/beside.js", HOOKS)
    project.write("samples/customer.json", "{}")
    project.write("schemas/customer.json", '{"properties": {"id": {}, "name": {}, "tag": {}}}')
    project.write(
        "shared/maps.yaml", "spec: 1\nmaps: {level: {values: {g: gold}, otherwise: same}}\n"
    )
    project.write("objects/custentity_tag.xml", FIELD)
    project.flow(
        "customers",
        """
        spec: 1
        flow: customers
        direction: inbound
        record: customer
        include: [./shared/maps.yaml]
        source: {schema: ./schemas/customer.json, sample: ./samples/customer.json}
        via: {restlet: {batch: 10}}
        key: {from: id, prefix: "C-"}
        hooks: {module: ./hooks/names.js}
        body:
          companyname: {hook: nameOf}
          comments: {from: name, map: level}
          custentity_tag: tag
        """,
    )
    project.write("samples/order.json", '{"id": 1, "customer": "7"}')
    project.inbound(
        "source: {sample: ./samples/order.json}\n"
        "body: {entity: {from: customer, ref: {record: customer, prefix: 'C-'}},"
        " memo: {var: greeting}}\n"
    )
    project.outbound("payload: {id: tranid}\nvia: {events: {}}\n")
    return Path(project.folder)


@pytest.fixture
def aside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("aside")


def built(folder: Path, held: Memory | None = None) -> Built:
    plan, found = compile_project(folder, held)
    return (make_tree(plan, folder, State(), held) if plan else None), found


def edit(file: str, old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def write(file: str, text: str) -> Change:
    return lambda folder: (folder / file).write_text(text, encoding="utf-8")


def remove(file: str) -> Change:
    return lambda folder: (folder / file).unlink()


def elsewhere(folder: Path) -> None:
    """The hook module becomes a link to another one."""
    (folder / "hooks" / "names.js").unlink()
    write("hooks/other.js", HOOKS.replace("nameOf", "titleOf"))(folder)
    (folder / "hooks" / "names.js").symlink_to(folder / "hooks" / "other.js")


CHANGES: dict[str, Change] = {
    "a spec": edit("specs/customers.yaml", "from: name", "from: tag"),
    "a spec's comment moves its lines": edit("specs/customers.yaml", "spec: 1", "# x\nspec: 1"),
    "a spec is wrong": edit("specs/customers.yaml", "companyname", "companynme"),
    "a spec is gone": remove("specs/customers.yaml"),
    "a spec is new": lambda folder: shutil.copy(
        folder / "specs/customers.yaml", folder / "specs/again.yaml"
    ),
    "a spec has another name": lambda folder: (folder / "specs/customers.yaml").rename(
        folder / "specs/a-customers.yaml"
    ),
    "the hook module": edit("hooks/names.js", "doc.name", "doc.title"),
    "the hook module exports another function": edit("hooks/names.js", "nameOf", "titleOf"),
    "the hook module is gone": remove("hooks/names.js"),
    "the hook module leads elsewhere": elsewhere,
    "the hook module is not UTF-8": lambda folder: (folder / "hooks/names.js").write_bytes(b"\xff"),
    "a file beside the hook module": edit("hooks/beside.js", "doc.name", "doc.title"),
    "the schema": edit("schemas/customer.json", "tag", "label"),
    "the schema is no JSON": write("schemas/customer.json", "{"),
    "the schema is gone": remove("schemas/customer.json"),
    "the sample is gone": remove("samples/customer.json"),
    "the sample of a flow without a schema": edit("samples/order.json", "customer", "custommer"),
    "an included file": edit("shared/maps.yaml", "gold", "silver"),
    "an included file is wrong": edit("shared/maps.yaml", "values", "vals"),
    "an included file is gone": remove("shared/maps.yaml"),
    "an object": edit("objects/custentity_tag.xml", "TEXT", "CHECKBOX"),
    "an object is gone": remove("objects/custentity_tag.xml"),
    "an object is no XML": write("objects/custentity_tag.xml", "<x"),
    "an object leads nowhere": lambda folder: (folder / "objects/custrecord_x.xml").symlink_to("no"),
    "an object's name is not UTF-8": lambda folder: (
        folder / os.fsdecode(b"objects/custrecord_\xff.xml")
    ).write_text(OBJECT),
    "a folder has the name of an object": lambda folder: (folder / "objects/x.xml").mkdir(),
    "an object takes a script's id": write(
        "objects/customscript_test_orders_rl.xml", '<restlet scriptid="customscript_test_orders_rl"/>'
    ),
    "a variable's value": edit("project.yaml", "sandbox: Hello", "sandbox: Hi"),
    "a variable is gone": edit("project.yaml", "greeting:", "welcome:"),
    "the zone": edit("project.yaml", "America/New_York", "Europe/Berlin"),
    "the prefix": edit("project.yaml", "prefix: test", "prefix: best"),
    "an environment": edit("project.yaml", "production: {account: \"1234567\", agent_url: https://hooks.example.com}", "production: {account: \"1234567\"}"),
    "a connection": edit("project.yaml", "shop:", "store:"),
    "another flow looks up other keys": edit("specs/orders.yaml", "prefix: 'C-'", "by: email"),
    "another flow takes the name": edit("specs/orders.yaml", "flow: orders", "flow: customers"),
    "another flow has a hook module of the same file name": lambda folder: (
        (folder / "hooks/inner").mkdir(),
        write("hooks/inner/names.js", HOOKS)(folder),
        edit("specs/orders.yaml", "body:", "hooks: {module: ./hooks/inner/names.js, after_map: nameOf}\nbody:")(folder),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_after_any_change_and_back_a_build_is_what_a_clean_one_is(
    shop: Path, aside: Path, what: str
) -> None:
    shutil.copytree(shop, aside / "before")
    held = Memory(aside / "memory.pickle")
    first = built(shop, held)
    assert first[0] is not None
    held.save()
    CHANGES[what](shop)
    clean = built(shop)
    assert built(shop, Memory(aside / "memory.pickle")) == clean
    assert built(shop, held) == clean
    shutil.rmtree(shop)
    shutil.copytree(aside / "before", shop)
    assert built(shop, held) == first


def change_at_random(folder: Path, chance: random.Random) -> None:
    """What people and editors do to one file, or to two."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    file = chance.choice(files)
    content = file.read_bytes()
    lines = content.split(b"\n")
    at = chance.randrange(len(lines))
    match chance.choice(
        ["drop", "double", "letter", "byte", "empty", "remove", "copy", "move", "swap"]
    ):
        case "drop":
            file.write_bytes(b"\n".join(lines[:at] + lines[at + 1 :]))
        case "double":
            file.write_bytes(b"\n".join(lines[:at] + lines[at:][:1] + lines[at:]))
        case "letter":
            lines[at] = lines[at].replace(b"a", b"e", 1)
            file.write_bytes(b"\n".join(lines))
        case "byte":
            place = chance.randrange(len(content) + 1)
            file.write_bytes(content[:place] + chance.randbytes(1) + content[place + 1 :])
        case "empty":
            file.write_bytes(b"")
        case "remove":
            file.unlink()
        case "copy":
            file.with_name(f"a-{file.name}"[-60:]).write_bytes(content)
        case "move":
            (file.parent / "below").mkdir(exist_ok=True)
            file.rename(file.parent / "below" / file.name)
        case "swap":
            other = chance.choice([each for each in files if each.suffix == file.suffix])
            file.write_bytes(other.read_bytes())
            other.write_bytes(content)


@pytest.mark.parametrize("seed", range(4))
def test_after_any_changes_in_a_row_a_build_is_what_a_clean_one_is(
    shop: Path, aside: Path, seed: int
) -> None:
    """In a process that stays and in new ones, through mistakes and back to what was there before."""
    chance = random.Random(seed)
    file = aside / "memory.pickle"
    held = Memory(file)
    shutil.copytree(shop, aside / "0")
    good = 1
    for step in range(40):
        change_at_random(shop, chance)
        clean = built(shop)
        anew = Memory(file)
        assert built(shop, held) == clean, f"in the process that stays, at {step}"
        assert built(shop, anew) == clean, f"in a new process, at {step}"
        chance.choice([held, anew]).save()
        if clean[0] is not None:
            shutil.copytree(shop, aside / f"{good}")
            good += 1
        elif chance.random() < 0.6:  # somebody takes it back
            shutil.rmtree(shop)
            shutil.copytree(aside / f"{chance.randrange(good)}", shop)


def test_a_project_is_recalled_under_whatever_path_it_is_named(
    shop: Path, aside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (aside / "link").symlink_to(shop)
    clean = built(shop)
    monkeypatch.chdir(shop)
    for cwd, path in (
        (aside, shop),
        (shop, Path()),
        (shop.parent, Path(shop.name)),
        (shop / "specs", Path("..")),
        (aside, Path("link")),
        (aside / "link" / "hooks", Path("..")),
    ):
        monkeypatch.chdir(cwd)
        held = Memory(aside / "memory.pickle")
        for _ in range(2):
            assert built(path, held) == clean
        held.save()


def test_only_what_has_changed_is_compiled_again(
    shop: Path, aside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generator.compile import recall

    compiled: list[str] = []
    real = recall.read_flow

    def noted(folder: Path, path: Path, sink: list[Diagnostic]) -> Any:
        compiled.append(path.name)
        return real(folder, path, sink)

    monkeypatch.setattr(recall, "read_flow", noted)
    file = aside / "memory.pickle"

    def run() -> list[str]:
        compiled.clear()
        held = Memory(file)
        built(shop, held)
        held.save()
        return list(compiled)

    assert run() == ["customers.yaml", "orders.yaml", "shipments.yaml"]
    assert run() == []
    edit("specs/orders.yaml", "body:", "title: Orders\nbody:")(shop)
    assert run() == ["orders.yaml"]
    edit("hooks/names.js", "doc.name", "doc.title")(shop)
    assert run() == ["customers.yaml"]
    edit("project.yaml", "Hello", "Hi")(shop)
    assert run() == ["customers.yaml", "orders.yaml", "shipments.yaml"]
    edit("specs/orders.yaml", "body:", "boddy:")(shop)
    assert run() == ["orders.yaml"]
    assert run() == ["orders.yaml"]  # what has mistakes is not kept


def test_every_file_of_the_project_that_compiling_opens_is_known_as_an_input(shop: Path) -> None:
    opened: set[Path] = set()
    watching = True

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "open" and str(arguments[0]).startswith(str(shop)):
            opened.add(Path(str(arguments[0])))

    held = Memory()
    sys.addaudithook(note)  # there is no way to take it off again
    try:
        compile_project(shop, held)
    finally:
        watching = False
    kept = [value for value in held._live.values() if hasattr(value, "inputs")]
    named = {(shop / path).resolve() for value in kept for path in value.inputs}
    assert len(kept) == 3
    assert opened == {*shared_files(shop), *spec_files(shop), *named}


def test_another_generator_remembers_nothing(
    shop: Path, aside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = aside / "memory.pickle"
    held = Memory(file)
    built(shop, held)
    held.save()
    assert Memory(file)._kept
    monkeypatch.setattr(memory, "_generator", lambda: "another")
    assert not Memory(file)._kept


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x80\x05N.", b"\x80\x05K\x01K\x02\x86."])
def test_a_damaged_memory_is_an_empty_one(shop: Path, aside: Path, content: bytes) -> None:
    file = aside / "memory.pickle"
    file.write_bytes(content)
    assert built(shop, Memory(file)) == built(shop)


def test_a_folder_that_cannot_be_written_is_no_fault(shop: Path) -> None:
    held = Memory(shop / "project.yaml" / "memory.pickle")
    assert built(shop, held) == built(shop)
    held.save()


def test_what_nobody_asks_for_is_dropped_in_time(tmp_path: Path) -> None:
    file = tmp_path / "memory.pickle"
    first = Memory(file)
    first.recall("old", lambda: 1)
    first.save()
    for number in range(40):
        held = Memory(file)
        held.recall("new", lambda: 2)
        held.recall(f"{number}", lambda: 3)
        held.save()
    assert "old" not in Memory(file)._kept
    assert "new" in Memory(file)._kept


def test_plans_come_back_equal(shop: Path, aside: Path) -> None:
    plan, _ = compile_project(shop)
    first = Memory(aside / "memory.pickle")
    first.recall("plan", lambda: plan)
    first.save()
    again: ProjectPlan | None = Memory(aside / "memory.pickle").recall("plan", lambda: None)
    assert again == plan


def test_the_folder_is_the_users_and_can_be_named_or_turned_off(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SUITELOOM_CACHE", str(tmp_path))
    assert memory.cache_folder() == tmp_path
    monkeypatch.setenv("SUITELOOM_CACHE", "")
    assert memory.cache_folder() is None
    monkeypatch.delenv("SUITELOOM_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert memory.cache_folder() == tmp_path / "suiteloom"


def test_a_file_that_keeps_its_size_and_its_time_is_read_again_when_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `cp -p` and some editors leave it."""
    monkeypatch.setattr(inputs, "STILL_NS", 0)
    file = tmp_path / "hook.js"
    file.write_text("return 1;")
    before, first = file.stat(), inputs.state(tmp_path, "hook.js")
    assert inputs.state(tmp_path, "hook.js") == first
    while file.stat().st_ctime_ns == before.st_ctime_ns:  # a clock tick of the file system
        file.write_text("return 2;")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert inputs.state(tmp_path, "hook.js") != first
