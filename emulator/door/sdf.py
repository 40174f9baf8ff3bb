"""
The address at which SuiteCloud's own client validates, previews and deploys SDF projects.

Nothing but the client documents it: `@oracle/suitecloud-sdk-core` 1.0.0 (in
`@oracle/suitecloud-cli` 4) posts a zip of the project, reads steps and findings, and groups
findings by the file they are about. Administrators call it, by an access token or by the secret of
a token (the ready file's admin_token_secret): there is nobody here who could consent in a browser.
"""

from __future__ import annotations

import io
import re
import secrets
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Protocol

import anyio.to_thread
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator.account.roles import ADMINISTRATOR
from emulator.calls import Call
from emulator.door.credentials import Credentials, Holder
from emulator.door.gate import Gate
from emulator.errors import DeployError, EmulatorError, NetSuiteError

PATH = "/api/internal/sdf/v1/projects"
ACTIONS = ("validate", "preview", "deploy")
MAX_BYTES = 100 * 1024 * 1024  # of a project, unpacked: against mistakes, no limit of NetSuite's
_CHECKS = ("Validate manifest", "Validate deploy file", "Validate objects", "Validate files")
_FINDING = re.compile(
    r"(?P<file>[^:\s][^:]*\.[a-z]+):(?:(?P<line>\d+):)? (?P<message>.+)", re.DOTALL
)


class Projects(Protocol):
    """What the address needs of the account. Both raise DeployError with every finding."""

    def examine(self, path: str) -> dict[str, Any]:
        """Check an SDF project folder: {objects, files, no_effect}."""

    def deploy(self, path: str) -> dict[str, Any]:
        """Deploy an SDF project folder."""


class _Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class SdfAddress:
    """Answers POST on the project address of one account."""

    def __init__(self, projects: Projects, credentials: Credentials, gate: Gate) -> None:
        self._projects = projects
        self._credentials = credentials
        self._gate = gate

    async def answer(self, request: Request) -> Response:
        """Do what Sdf-Action says with the project in the zip, and tell its steps and findings."""
        if closed := self._gate.closed(Call("sdf")):
            return closed
        try:
            self._enter(request)
            action, archive = await _asked(request)
            body = await anyio.to_thread.run_sync(self._do, action, archive)
        except _Refused as refusal:
            return JSONResponse({"errorMessages": [str(refusal)]}, refusal.status)
        if request.query_params.get("applyinstallprefs") == "T":
            message = "Installation preferences do nothing in the local account."
            body["validationResults"].append({"type": "WARNING", "message": message})
        return JSONResponse(body)

    def _enter(self, request: Request) -> None:
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        holder = self._holder(given.strip()) if kind.lower() == "bearer" else None
        if holder is None:
            raise _Refused(401, "Invalid login attempt.")
        if holder.role != ADMINISTRATOR:
            raise _Refused(403, f"The role {holder.role} may not deploy projects.")

    def _holder(self, given: str) -> Holder | None:
        for token in self._credentials.tokens.values():
            if secrets.compare_digest(token.secret.encode(), given.encode()):
                return token.holder
        found = self._credentials.read(given)
        return None if found is None else found[0]

    def _do(self, action: str, archive: bytes) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="suiteloom-sdf-") as folder:
            _unpack(archive, Path(folder))
            try:
                found = self._projects.examine(folder)
                if action == "deploy":
                    self._projects.deploy(folder)
            except DeployError as error:
                return _failed(error.findings)
            except NetSuiteError as error:  # an installation script's
                return {**_done(()), "errorMessage": f"{error.code}: {error.message}"}
            except EmulatorError as error:
                return {**_done(()), "errorMessage": str(error)}
        verb = {"validate": None, "preview": "Will create or update", "deploy": "Create or update"}
        steps = []
        if said := verb[action]:
            steps = [f"{said} {what} -- {name}" for what, name in found["objects"]]
            steps += [f"{said} file -- {name}" for name in found["files"]]
        answer = _done(steps)
        answer["validationResults"] = [
            {"type": "WARNING", "message": f"No effect in the local account: {one}"}
            for one in found["no_effect"]
        ]
        return answer


async def _asked(request: Request) -> tuple[str, bytes]:
    async with request.form() as form:
        action = str(form.get("action") or request.headers.get("sdf-action", ""))
        archive = form.get("sdfProjectZip")
        if action not in ACTIONS or request.headers.get("sdf-action", action) != action:
            raise _Refused(400, f"The action must be one of {', '.join(ACTIONS)}, not '{action}'.")
        if not isinstance(archive, UploadFile):
            raise _Refused(400, "The part sdfProjectZip with the project is missing.")
        return action, await archive.read()


def _unpack(archive: bytes, folder: Path) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as project:
            if sum(entry.file_size for entry in project.infolist()) > MAX_BYTES:
                raise _Refused(413, f"The project is over {MAX_BYTES} bytes.")
            project.extractall(folder)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise _Refused(400, f"sdfProjectZip is no zip archive: {error}") from None


def _done(more: tuple[str, ...] | list[str]) -> dict[str, Any]:
    steps = [{"name": name, "status": "SUCCESSFUL"} for name in (*_CHECKS, *more)]
    return {"steps": steps, "validationResults": []}


def _failed(findings: list[str]) -> dict[str, Any]:
    results = [_result(finding) for finding in findings]
    named = {"manifest.xml": _CHECKS[0], "deploy.xml": _CHECKS[1]}
    wrong = set()
    for result in results:
        file = result.get("validationDetails", {}).get("component", "")
        objects = not file or file.startswith("Objects/")
        wrong.add(named.get(file, _CHECKS[2] if objects else _CHECKS[3]))
    steps = [
        {"name": name, "status": "FAILED" if name in wrong else "SUCCESSFUL"} for name in _CHECKS
    ]
    return {"steps": steps, "validationResults": results}


def _result(finding: str) -> dict[str, Any]:
    found = _FINDING.fullmatch(finding)
    if found is None:
        return {"type": "ERROR", "message": finding}
    line = f" (line {found['line']})" if found["line"] else ""
    return {
        "type": "ERROR",
        "message": found["message"] + line,
        "validationDetails": {"component": found["file"]},
    }
