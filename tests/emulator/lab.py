"""An account with the script engine on it, in process or behind its door, and short ways to put scripts into it."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from requests_oauthlib import OAuth1

from emulator.account.account import LocalAccount
from emulator.account.installed import Package, RecordSettings
from emulator.account.preferences import Preferences
from emulator.account.roles import Role
from emulator.door.control import User
from emulator.door.credentials import Holder, new_token
from emulator.errors import ENGLISH, UNNAMED, NetSuiteError
from emulator.ports import Deployment, Engine, PageReply, Script, Session
from emulator.scripts.engine import ScriptEngine
from emulator.server import LocalServer, Settings
from emulator.suiteql import masks
from emulator.suiteql.query import Suiteql
from emulator.tracing import Trace

MODULES = {
    "config": "N/config",
    "record": "N/record",
    "query": "N/query",
    "search": "N/search",
    "runtime": "N/runtime",
    "log": "N/log",
    "https": "N/https",
    "crypto": "N/crypto",
    "random": "N/crypto/random",
    "encode": "N/encode",
    "cache": "N/cache",
    "task": "N/task",
    "file": "N/file",
    "format": "N/format",
    "error": "N/error",
    "i18n": "N/format/i18n",
    "email": "N/email",
    "http": "N/http",
    "xml": "N/xml",
    "render": "N/render",
    "compress": "N/compress",
    "plugin": "N/plugin",
    "translation": "N/translation",
    "util": "N/util",
    "certificate": "N/crypto/certificate",
    "currency": "N/currency",
    "transaction": "N/transaction",
    "currentRecord": "N/currentRecord",
    "recordContext": "N/recordContext",
    "action": "N/action",
    "restletTypes": "N/scriptTypes/restlet",
    "url": "N/url",
    "redirect": "N/redirect",
    "serverWidget": "N/ui/serverWidget",
    "message": "N/ui/message",
    "dialog": "N/ui/dialog",
    "portlet": "N/portlet",
    "workflow": "N/workflow",
}
ADMIN = Session(user=-5, role="ADMINISTRATOR", context="USERINTERFACE")
JSON = "application/json"


class Refused(Exception):
    """A RESTlet answered anything but 200."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(status, body)
        self.status = status
        self.code = body["error"]["code"]
        self.message = body["error"]["message"]
        with contextlib.suppress(ValueError, TypeError, KeyError):
            # The switch restlet_error_json: the message is the error as JSON text.
            self.message = json.loads(self.message)["message"]


class Lab:
    """The account under test."""

    def __init__(self, account: LocalAccount, engine: Engine, trace: Trace | None = None) -> None:
        self.trace = trace
        self.sources: list[str] = []  # of all scripts and files that were deployed
        self.account = account
        self.engine = engine
        self.preferences = account.preferences  # what is assumed: a test asks the switch it needs
        self.admin = dataclasses.replace(
            ADMIN,
            time_zone=self.preferences.user_time_zone or self.preferences.time_zone,
            date_format=self.preferences.user_date_format,
        )
        self._numbers = itertools.count(1)

    def _who(self, session: Session) -> Session:
        """ADMIN is the account's administrator, with the preferences that users have there."""
        return self.admin if session is ADMIN else session

    def day(self, iso: str) -> str:
        """A day as users write it."""
        return masks.user_date(datetime.fromisoformat(iso), self.preferences.user_date_format)

    def script(
        self,
        kind: str,
        body: str,
        *,
        name: str | None = None,
        version: str = "2.1",
        params: Mapping[str, Mapping[str, Any]] | None = None,
        deployments: int = 1,
        files: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
        **deployment: Any,
    ) -> Script:
        """Deploy a script; `body` is the whole define() call, `values` the deployment's parameters."""
        stem = name or f"t{next(self._numbers)}"
        path = f"/SuiteScripts/lab/{stem}.js"
        source = f"/**\n * @NApiVersion {version}\n * @NScriptType {kind}\n */\n{body}\n"
        settings: dict[str, Any] = {
            "record": None,
            "status": "NOTSCHEDULED"
            if kind in ("MapReduceScript", "ScheduledScript")
            else "RELEASED",
            "deployed": True,
            "all_roles": True,
            "roles": (),
            "run_as": None,
            "contexts": (),
            "events": (),
            "log_level": "DEBUG",
            "concurrency": 2,
            "recurrence": None,
            "params": values or {},
            **deployment,
        }
        made = tuple(
            Deployment(scriptid=f"customdeploy_{stem}" + (f"_{n}" if n else ""), **settings)
            for n in range(deployments)
        )
        script = Script(f"customscript_{stem}", kind, path, params or {}, made)
        texts = tuple({path: source, **(files or {})}.items())
        self.sources += [text for _, text in texts]
        self.account.install(Package(name="lab", scripts=(script,), files=texts))
        return script

    def objects(self, objects: Sequence[tuple[str, str, str]], **settings: RecordSettings) -> None:
        """Deploy SDF objects: (object type, script id, XML)."""
        self.account.install(Package(name="lab", objects=tuple(objects), records=settings))

    def role(self, scriptid: str, permissions: Mapping[str, str]) -> str:
        """Deploy a role."""
        role = Role(scriptid, scriptid, dict(permissions))
        self.account.install(Package(name="lab", roles=(role,)))
        return scriptid

    def disable(self, script: Script) -> None:
        """Take a script's deployments out of use."""
        from dataclasses import replace

        off = tuple(replace(item, deployed=False) for item in script.deployments)
        self.account.install(Package(name="lab", scripts=(replace(script, deployments=off),)))

    def restlet(self, code: str, **options: Any) -> Script:
        """A RESTlet whose post runs `code` with every module under its usual name and `input`."""
        names, ids = ", ".join(MODULES), json.dumps(list(MODULES.values()))
        return self.script(
            "Restlet",
            f"define({ids}, ({names}) => ({{ post: (input) => {{ {code} }} }}));",
            **options,
        )

    def call(
        self,
        script: Script,
        body: Any = None,
        *,
        method: str = "POST",
        session: Session = ADMIN,
        content_type: str | None = JSON,
        params: Mapping[str, str] | None = None,
    ) -> Any:
        """Call a RESTlet; its answer, from JSON where it is, or Refused."""
        status, text = self._reply(
            self._who(session),
            script.scriptid,
            script.deployments[0].scriptid,
            method,
            params or {},
            json.dumps(body).encode() if method in ("POST", "PUT") else b"",
            content_type,
        )
        if status != 200:
            raise Refused(status, json.loads(text))
        try:
            return json.loads(text)
        except ValueError:
            return text

    def _reply(self, session: Session, script: str, deploy: str, *request: Any) -> tuple[int, str]:
        reply = self.engine.restlet(session, script, deploy, *request)
        return reply.status, reply.body.decode()

    def run(self, code: str, body: Any = None, *, session: Session = ADMIN) -> Any:
        """Run code in a RESTlet of its own and return what it returns."""
        return self.call(self.restlet(code), body, session=session)

    @contextmanager
    def refused(
        self, code: str, *words: str, status: int = 400, guessed: bool = False
    ) -> Iterator[None]:
        """
        Expect that a call is refused with this code, and with these words in its message where it is English.

        A `guessed` code has the switch guessed_error_names.
        """
        if guessed and not self.preferences.guessed_error_names:
            code = UNNAMED
        with pytest.raises(Refused) as caught:
            yield
        assert (caught.value.status, caught.value.code) == (status, code), caught.value
        english = self.preferences.message_language == ENGLISH or code == "EMULATOR_UNSUPPORTED"
        for word in words if english else ():
            assert word in caught.value.message

    @staticmethod
    @contextmanager
    def netsuite_error(code: str) -> Iterator[None]:
        """Expect that the account refuses with this code."""
        with pytest.raises(NetSuiteError) as caught:
            yield
        assert caught.value.code == code, caught.value

    def open(
        self,
        script: Script,
        parameters: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        session: Session | None = ADMIN,
        key: str | None = None,
        body: str = "",
        headers: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, str]] | None = None,
    ) -> PageReply:
        """Open a Suitelet; without a session by the key of its external URL."""
        request = {
            "method": method,
            "url": "/app/site/hosting/scriptlet.nl",
            "parameters": dict(parameters or {}),
            "headers": dict(headers or {}),
            "body": body,
            "clientIpAddress": "127.0.0.1",
            "files": {
                field: {"name": name, "fileType": name.split(".")[-1].upper(), "contents": text}
                for field, (name, text) in (files or {}).items()
            },
        }
        deploy = script.deployments[0].scriptid
        user = self._who(session) if session else None
        return self.engine.suitelet(user, script.scriptid, deploy, request, key)

    def page(
        self,
        event: str,
        record: str,
        id: int | None = None,
        *,
        session: Session = ADMIN,
        parameters: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any]:
        """Open a record's page: {event, record, form, redirect}."""
        session = self._who(session)
        if event == "create":
            draft = self.account.new(session, record, {})
        elif event == "copy":
            draft = self.account.copy(session, record, id or 0)
        else:
            draft = self.account.load(session, record, id or 0)
        return self.engine.open_form(session, event, draft, parameters or {})

    def act(
        self, script: Script, options: Mapping[str, Any], *, session: Session = ADMIN
    ) -> Mapping[str, Any]:
        """Run a mass update, workflow action, portlet or installation script."""
        return self.engine.act(self._who(session), script.scriptid, options)

    def usage(self, script: Script) -> list[Mapping[str, Any]]:
        """Usage rows of a script."""
        return [row for row in self.engine.usage() if row["script"] == script.scriptid]

    def logged(self, script: Script) -> list[tuple[str, str]]:
        """Title and details of a script's log rows."""
        rows = self.engine.log()
        return [(row["title"], row["details"]) for row in rows if row["script"] == script.scriptid]


class HttpLab(Lab):
    """The same over HTTP: RESTlets and Suitelets are called through the door, with tokens of their own."""

    def __init__(self, server: LocalServer, trace: Trace | None = None) -> None:
        account, engine = server.door.account, server.door.engine
        assert isinstance(account, LocalAccount)
        super().__init__(account, engine, trace)
        self._server = server
        self.url = server.url
        self.control = server.control

    def open(
        self,
        script: Script,
        parameters: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        session: Session | None = ADMIN,
        key: str | None = None,
        body: str = "",
        headers: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, str]] | None = None,
    ) -> PageReply:
        """Open a Suitelet at its address; what it wrote as a page is seen in the body alone."""
        address = {"script": script.scriptid, "deploy": script.deployments[0].scriptid}
        outside = {"compid": self.account.id, "ns-at": key or ""} if session is None else {}
        form = method == "POST" and not body
        files = dict(files) if files else None
        reply = requests.request(
            method,
            f"{self._server.url}/app/site/hosting/scriptlet.nl",
            params={**address, **outside, **({} if form else parameters or {})},
            data=dict(parameters or {}) if form else body,
            files=files,
            headers=dict(headers or {}),
            auth=self._auth(session) if session else None,
            allow_redirects=False,
            timeout=120,
        )
        return PageReply(reply.status_code, reply.content, tuple(reply.headers.items()))

    def page(
        self,
        event: str,
        record: str,
        id: int | None = None,
        *,
        session: Session = ADMIN,
        parameters: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any]:
        """The same over the control API."""
        who = {"user": session.user, "role": session.role, "context": session.context}
        return self._server.control.page(event, record, id=id, as_=who, parameters=parameters)

    def act(
        self, script: Script, options: Mapping[str, Any], *, session: Session = ADMIN
    ) -> Mapping[str, Any]:
        """The same over the control API."""
        who = {"user": session.user, "role": session.role, "context": session.context}
        return self._server.control.act(script.scriptid, options, as_=who)

    def _auth(self, session: Session) -> OAuth1:
        token = new_token(Holder(session.user, session.role))
        self._server.door.credentials.add_token(token)
        return OAuth1(
            token.consumer_key,
            token.consumer_secret,
            token.id,
            token.secret,
            signature_method="HMAC-SHA256",
            realm=self.account.id,
        )

    def _reply(
        self,
        session: Session,
        script: str,
        deploy: str,
        method: str,
        params: Mapping[str, str],
        body: bytes,
        content_type: str | None,
    ) -> tuple[int, str]:
        self._server.door.console.users(_preferences(session))
        reply = requests.request(
            method,
            f"{self._server.url}/app/site/hosting/restlet.nl",
            params={"script": script, "deploy": deploy, **params},
            data=body or None,
            headers={"Content-Type": content_type} if content_type else {},
            auth=self._auth(session),
            timeout=120,
        )
        return reply.status_code, reply.text


def _preferences(session: Session) -> User:
    """The preferences of a session, for a user who logs in at the door."""
    return User(
        user=session.user,
        time_zone=session.time_zone,
        date_format=session.date_format,
        time_format=session.time_format,
        number_format=session.number_format,
        negative_format=session.negative_format,
    )


@contextmanager
def in_process(preferences: Preferences, trace: Trace | None = None) -> Iterator[Lab]:
    """An account and its engine, without a door."""
    account = LocalAccount(preferences=preferences)
    engine = ScriptEngine(
        account, Suiteql(account, lambda: account.catalog), workers=2, trace=trace
    )
    try:
        yield Lab(account, engine, trace)
    finally:
        engine.close()
        account.close()


@contextmanager
def over_http(
    folder: Path, preferences: Preferences, trace: Trace | None = None, **settings: Any
) -> Iterator[Lab]:
    """An emulator with an empty project, called through its door."""
    (folder / "manifest.xml").write_text(
        '<manifest projecttype="ACCOUNTCUSTOMIZATION"><projectname>lab</projectname>'
        "<frameworkversion>1.0</frameworkversion></manifest>"
    )
    (folder / "deploy.xml").write_text(
        "<deploy><files><path>~/FileCabinet/SuiteScripts/*</path></files>"
        "<objects><path>~/Objects/*</path></objects></deploy>"
    )
    (folder / "FileCabinet/SuiteScripts").mkdir(parents=True)
    (folder / "FileCabinet/SuiteScripts/readme.txt").write_text("Nothing yet.")
    (folder / "Objects").mkdir()
    (folder / "Objects/customlist_lab.xml").write_text(
        '<customlist scriptid="customlist_lab"><name>Lab</name></customlist>'
    )
    settings |= {"environ": {}, "preferences": preferences, "trace": trace}
    with LocalServer(Settings(folder, **settings)) as server:
        yield HttpLab(server, trace)
