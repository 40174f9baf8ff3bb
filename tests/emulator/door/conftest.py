"""A small SDF project of the tests' own, and an emulator that runs it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from requests_oauthlib import OAuth1

from emulator.server import LocalServer, Settings

RESTLET = """/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/record', 'N/query', 'N/runtime'], (record, query, runtime) => ({
  get: (params) => ({
    params,
    role: runtime.getCurrentUser().roleId,
    user: runtime.getCurrentUser().id,
    context: runtime.executionContext,
  }),
  post: (body) => {
    const made = record.create({ type: 'customer' });
    Object.keys(body).forEach((fieldId) => made.setValue({ fieldId, value: body[fieldId] }));
    return { id: made.save({ enableSourcing: true, ignoreMandatoryFields: false }) };
  },
}));
"""
USER_EVENT = """/**
 * @NApiVersion 2.1
 * @NScriptType UserEventScript
 */
define(['N/record', 'N/runtime'], (record, runtime) => ({
  afterSubmit: (context) => {
    const row = record.create({ type: 'customrecord_door_trace' });
    row.setValue({ fieldId: 'name', value: [context.type, runtime.executionContext,
      context.newRecord.id].join(' ') });
    row.save({ enableSourcing: false, ignoreMandatoryFields: true });
  },
}));
"""
SCHEDULED = """/**
 * @NApiVersion 2.1
 * @NScriptType ScheduledScript
 */
define(['N/https', 'N/log', 'N/runtime'], (https, log, runtime) => ({
  execute: () => {
    const script = runtime.getCurrentScript();
    const url = script.getParameter({ name: 'custscript_door_url' });
    log.audit({ title: 'ran', details: url ? https.get({ url }).code : 'no url' });
  },
}));
"""
ROLE = "customrole_door_integration"
PERMISSIONS = {
    "ADMI_LOGIN_OAUTH2": "FULL",
    "ADMI_RESTWEBSERVICES": "FULL",
    "ADMI_CUSTOMSCRIPT": "VIEW",
    "REPO_ANALYTICS": "EDIT",
    "LIST_CUSTJOB": "EDIT",
}
OBJECTS = {
    ROLE: "<role scriptid='customrole_door_integration'><name>Door</name>"
    "<centertype>BASIC</centertype><isinactive>F</isinactive>"
    "<iswebserviceonlyrole>F</iswebserviceonlyrole><subsidiaryoption>ALL</subsidiaryoption>"
    "<permissions>"
    + "".join(
        f"<permission><permkey>{key}</permkey><permlevel>{level}</permlevel></permission>"
        for key, level in PERMISSIONS.items()
    )
    + "</permissions></role>",
    "customscript_door_rl": "<restlet scriptid='customscript_door_rl'><name>Door RESTlet</name>"
    "<scriptfile>[/SuiteScripts/door/door_rl.js]</scriptfile><isinactive>F</isinactive>"
    "<scriptdeployments>"
    "<scriptdeployment scriptid='customdeploy_door_rl'><title>Door</title>"
    "<status>RELEASED</status><isdeployed>T</isdeployed><loglevel>AUDIT</loglevel>"
    f"<allroles>F</allroles><audslctrole>[scriptid={ROLE}]</audslctrole></scriptdeployment>"
    "<scriptdeployment scriptid='customdeploy_door_admin'><title>Door for nobody</title>"
    "<status>RELEASED</status><isdeployed>T</isdeployed><loglevel>AUDIT</loglevel>"
    "<allroles>F</allroles></scriptdeployment>"
    "</scriptdeployments></restlet>",
    "customscript_door_ue": "<usereventscript scriptid='customscript_door_ue'>"
    "<name>Door trace</name><scriptfile>[/SuiteScripts/door/door_ue.js]</scriptfile>"
    "<isinactive>F</isinactive><scriptdeployments>"
    "<scriptdeployment scriptid='customdeploy_door_ue'><status>RELEASED</status>"
    "<isdeployed>T</isdeployed><loglevel>AUDIT</loglevel><allroles>T</allroles>"
    f"<recordtype>CUSTOMER</recordtype><runasrole>[scriptid={ROLE}]</runasrole>"
    "</scriptdeployment></scriptdeployments></usereventscript>",
    "customscript_door_ss": "<scheduledscript scriptid='customscript_door_ss'>"
    "<name>Door scheduled</name><scriptfile>[/SuiteScripts/door/door_ss.js]</scriptfile>"
    "<isinactive>F</isinactive><scriptcustomfields>"
    "<scriptcustomfield scriptid='custscript_door_url'><label>URL</label>"
    "<fieldtype>TEXT</fieldtype></scriptcustomfield></scriptcustomfields><scriptdeployments>"
    "<scriptdeployment scriptid='customdeploy_door_ss'><title>Door scheduled</title>"
    "<status>NOTSCHEDULED</status><isdeployed>T</isdeployed><loglevel>AUDIT</loglevel>"
    "</scriptdeployment></scriptdeployments></scheduledscript>",
    "customrecord_door_trace": "<customrecordtype scriptid='customrecord_door_trace'>"
    "<recordname>Door trace</recordname><accesstype>NONENEEDED</accesstype>"
    "<includename>T</includename></customrecordtype>",
}
FEATURES = ("SERVERSIDESCRIPTING", "CUSTOMRECORDS")


def write_project(folder: Path) -> Path:
    """The test's SDF project with a bundle beside `src`."""
    scripts = folder / "src" / "FileCabinet" / "SuiteScripts" / "door"
    objects = folder / "src" / "Objects"
    scripts.mkdir(parents=True)
    objects.mkdir()
    for name, text in (("rl", RESTLET), ("ue", USER_EVENT), ("ss", SCHEDULED)):
        (scripts / f"door_{name}.js").write_text(text)
    for scriptid, xml in OBJECTS.items():
        (objects / f"{scriptid}.xml").write_text(xml.replace("'", '"'))
    features = "".join(f'<feature required="true">{name}</feature>' for name in FEATURES)
    (folder / "src" / "manifest.xml").write_text(
        '<manifest projecttype="ACCOUNTCUSTOMIZATION"><projectname>door</projectname>'
        "<frameworkversion>1.0</frameworkversion>"
        f"<dependencies><features>{features}</features></dependencies></manifest>"
    )
    (folder / "src" / "deploy.xml").write_text(
        "<deploy><configuration><path>~/AccountConfiguration/*</path></configuration>"
        "<files><path>~/FileCabinet/SuiteScripts/door/*</path></files>"
        "<objects><path>~/Objects/*</path></objects>"
        "<translationimports><path>~/Translations/*</path></translationimports></deploy>"
    )
    bundle = {
        "format": 1,
        "prefix": "door",
        "environments": {
            "sandbox": {"account": "1234567_SB1"},
            "production": {"account": "7654321"},
        },
        "secrets": [
            {
                "name": "events_a",
                "scriptid": "custsecret_door_events_a",
                "form": "base64",
                "in_account": True,
            },
            {
                "name": "shop",
                "scriptid": "custsecret_door_shop",
                "form": "text",
                "in_account": False,
            },
        ],
    }
    (folder / "flows.json").write_text(json.dumps(bundle))
    return folder


@pytest.fixture(scope="session")
def sdf_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("door"))


@pytest.fixture(scope="session")
def write() -> Callable[[Path], Path]:
    """Writes the project into a folder, for tests that add to it."""
    return write_project


@pytest.fixture(scope="module")
def server(sdf_project: Path) -> Iterator[LocalServer]:
    with LocalServer(Settings(sdf_project, environ={}, workers=1)) as server:
        yield server


class Caller:
    """A client of the account's own addresses, with the credentials of its ready file."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.ready = server.ready
        self.restlet_url = f"{server.url}/app/site/hosting/restlet.nl"
        self.token_path = "/services/rest/auth/oauth2/v1/token"
        self.token_url = f"{server.url}{self.token_path}"
        self.suiteql_url = f"{server.url}/services/rest/query/v1/suiteql"

    def token_based(self, *, admin: bool = False, **changed: Any) -> OAuth1:
        who = "admin_token" if admin else "token"
        options = {
            "client_key": self.ready["consumer_key"],
            "client_secret": self.ready["consumer_secret"],
            "resource_owner_key": self.ready[f"{who}_id"],
            "resource_owner_secret": self.ready[f"{who}_secret"],
            "signature_method": "HMAC-SHA256",
            "realm": self.ready["account"],
        }
        return OAuth1(**(options | changed))

    def assertion(
        self, *, algorithm: str = "ES256", header: Any = None, without: str = "", **changed: Any
    ) -> str:
        now = int(time.time())
        claims = {
            "iss": self.ready["client_id"],
            "scope": ["restlets", "rest_webservices"],
            "aud": self.token_url,
            "iat": now,
            "exp": now + 3000,
        }
        claims |= changed
        claims.pop(without, None)
        key = Path(self.ready["private_key_file"]).read_text()
        kid = {"kid": self.ready["certificate_id"]}
        return jwt.encode(claims, key, algorithm=algorithm, headers=kid | (header or {}))

    def grant(self, assertion: str) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
        }

    def ask_token(self, assertion: str, **changed: str) -> requests.Response:
        return requests.post(self.token_url, data=self.grant(assertion) | changed, timeout=30)

    def bearer(self, **claims: Any) -> dict[str, str]:
        answer = self.ask_token(self.assertion(**claims))
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def call(
        self,
        method: str = "GET",
        *,
        script: str = "customscript_door_rl",
        deploy: str = "customdeploy_door_rl",
        params: dict[str, str] | None = None,
        **options: Any,
    ) -> requests.Response:
        headers = {"Content-Type": "application/json"} | options.pop("headers", {})
        auth = options.pop("auth", None)
        if auth is None and "Authorization" not in headers:
            auth = self.token_based()
        query = {"script": script, "deploy": deploy} | (params or {})
        headers = {name: value for name, value in headers.items() if value is not None}
        return requests.request(
            method,
            self.restlet_url,
            params=query,
            headers=headers,
            auth=auth,
            timeout=30,
            **options,
        )

    def suiteql(self, sql: str, *, page: str = "", **options: Any) -> requests.Response:
        headers = {"Prefer": "transient"} | options.pop("headers", {})
        headers = {name: value for name, value in headers.items() if value is not None}
        return requests.post(
            f"{self.suiteql_url}{page}",
            json={"q": sql},
            headers=headers,
            auth=options.pop("auth", self.token_based()),
            timeout=30,
        )


@pytest.fixture
def calling() -> type[Caller]:
    """Makes clients of servers of the test's own."""
    return Caller


@pytest.fixture
def caller(server: LocalServer) -> Iterator[Caller]:
    yield Caller(server)
    server.control.clear_faults()
