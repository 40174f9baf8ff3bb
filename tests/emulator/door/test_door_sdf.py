"""SDF projects deployed over HTTP, as SuiteCloud's own client sends them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

RL = "Objects/customscript_door_rl.xml"


@pytest.fixture
def project(tmp_path: Path, write: Callable[[Path], Path]) -> Path:
    return write(tmp_path) / "src"


def zipped(folder: Path) -> bytes:
    """The project as `suitecloud project:package` packs it: manifest.xml at the root."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return packed.getvalue()


def send(caller: Any, action: str, archive: bytes, **headers: str) -> requests.Response:
    given = {"Authorization": f"Bearer {caller.ready['admin_token_secret']}", "Sdf-Action": action}
    return requests.post(
        f"{caller.server.url}/api/internal/sdf/v1/projects",
        params={"applyinstallprefs": "F", "accountspecificvalues": "ERROR"},
        headers=given | headers,
        files={"sdfProjectZip": ("door.zip", archive, "application/zip")},
        data={"action": action},
        timeout=30,
    )


def test_a_project_is_validated_previewed_and_deployed(caller: Any, project: Path) -> None:
    """Only `deploy` changes the account; then the new script answers."""
    script = project / "FileCabinet/SuiteScripts/door/door_rl.js"
    before = script.read_text()
    script.write_text(before.replace("role: runtime", "version: 2, role: runtime"))
    for action in ("validate", "preview", "deploy"):
        assert "version" not in caller.call().json()
        answer = send(caller, action, zipped(project))
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert {step["status"] for step in body["steps"]} == {"SUCCESSFUL"}
        assert [one for one in body["validationResults"] if one["type"] == "ERROR"] == []
        names = "\n".join(step["name"] for step in body["steps"])
        assert ("customscript_door_rl" in names) == (action != "validate")
    assert caller.call().json()["version"] == 2
    script.write_text(before)
    assert send(caller, "deploy", zipped(project)).status_code == 200


def test_findings_come_by_file_and_nothing_is_deployed(caller: Any, project: Path) -> None:
    text = (project / RL).read_text()
    (project / RL).write_text(text.replace("<status>", "\n<status>UN"))
    (project / "FileCabinet/SuiteScripts/door/new.js").write_text("x")
    body = send(caller, "deploy", zipped(project)).json()
    found = {
        (one["type"], one["validationDetails"]["component"]) for one in body["validationResults"]
    }
    assert found == {("ERROR", RL)}
    assert any(one["message"].endswith("(line 2)") for one in body["validationResults"])
    assert {s["name"]: s["status"] for s in body["steps"]}["Validate objects"] == "FAILED"
    assert "/SuiteScripts/door/new.js" not in caller.server.control.dump()["files"]


@pytest.mark.parametrize(
    ("action", "archive", "headers", "status"),
    [
        ("deploy", b"no zip", {}, 400),
        ("destroy", None, {}, 400),
        ("deploy", None, {"Sdf-Action": "validate"}, 400),
        ("deploy", None, {"Authorization": "Bearer x"}, 401),
        ("deploy", None, {"Authorization": "Basic x"}, 401),
    ],
)
def test_a_wrong_call_is_refused(
    caller: Any,
    project: Path,
    action: str,
    archive: bytes | None,
    headers: dict[str, str],
    status: int,
) -> None:
    answer = send(caller, action, zipped(project) if archive is None else archive, **headers)
    assert answer.status_code == status, answer.text
    assert answer.json()["errorMessages"]


def test_the_integrations_token_may_not_deploy(caller: Any, project: Path) -> None:
    answer = send(caller, "deploy", zipped(project), **caller.bearer())
    assert answer.status_code == 403


def test_an_archive_stays_in_its_folder(caller: Any, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../escaped.txt", "x")
    assert send(caller, "validate", packed.getvalue()).json()["validationResults"]
    assert not list(tmp_path.parent.rglob("escaped.txt"))
