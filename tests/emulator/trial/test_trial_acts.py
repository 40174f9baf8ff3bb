"""What is attached, detached and deleted is shown by `try`, and told by `diff`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from trying import Folder

from emulator.door.control import SeedRecord
from emulator.trial.show import try_documents
from emulator.trial.stage import Stage
from emulator.trial.whatif import Document, what_if

LINKS = """\
    spec: 1
    flow: links
    direction: inbound
    record: contact
    via: {restlet: {}}
    write: attach
    key: {from: person, prefix: "C-"}
    related:
      record: customer
      id: {from: company, ref: {record: customer, by: companyname}}
      role: {from: role, ref: {record: contactrole, by: name}}
"""
GONE = """\
    spec: 1
    flow: gone
    direction: inbound
    record: contact
    via: {restlet: {}}
    write: delete
    key: {from: person, prefix: "C-"}
"""
GIVEN = [
    SeedRecord(type="contact", fields={"externalid": name, "firstname": name, "subsidiary": "1"})
    for name in ("C-1", "C-2", "D-1")
]
LINK = {"person": 1, "company": "Harbour Stores", "role": "Decision Maker"}


def project(path: Path, links: str = LINKS, gone: str = GONE) -> Folder:
    folder = Folder(path)
    folder.write("specs/links.yaml", links)
    folder.write("specs/gone.yaml", gone)
    return folder


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage.opened(project(tmp_path_factory.mktemp("old")).path) as stage:
        yield stage


def test_another_role_and_another_deleted_record_are_differences(
    old: Stage, tmp_path: Path
) -> None:
    other = LINKS.replace(
        "role: {from: role, ref: {record: contactrole, by: name}}", 'role: {value: "-10"}'
    )
    folder = project(tmp_path, other, GONE.replace("C-", "D-"))
    with Stage.opened(folder.path) as new:
        traffic = [Document("links", "a", LINK), Document("gone", "b", {"person": 1})]
        found = what_if(old, new, traffic, GIVEN)
    assert [(each.name, each.old, each.new) for one in found.changes for each in one.fields] == [
        ("attached to customer Harbour Stores", "Decision Maker", "-10"),
        ("key", "C-1", "D-1"),
    ]


def test_what_an_act_changes_is_shown_before_and_after(old: Stage, tmp_path: Path) -> None:
    (tmp_path / "link.json").write_text(
        f'{{"person": 1, "company": "{LINK["company"]}", "role": "{LINK["role"]}"}}'
    )
    (shown,) = try_documents(old, "links", tmp_path / "link.json", (), GIVEN)
    there = "attached to customer Harbour Stores"
    assert (shown.before.get(there), shown.after.get(there)) == (None, "Decision Maker")
    (tmp_path / "gone.json").write_text('{"person": 2}')
    (shown,) = try_documents(old, "gone", tmp_path / "gone.json", (), GIVEN)
    assert (shown.before["externalid"], dict(shown.after)) == ("C-2", {})
